"""What calls are given: the services, and the key that lets them read or write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.di import NamedDependency

from afterword.errors import UnavailableError
from afterword.journal.keys import Key
from afterword.server.auth import Scope
from afterword.server.services import Services

if TYPE_CHECKING:
    from litestar.types import HTTPScope

AnyRequest = Request[Any, Any, Any]
Admitted = NamedDependency[Key]  # ``reader`` or ``writer``: what the call needs
Given = NamedDependency[Services]  # ``services``


def services_of(scope: HTTPScope) -> Services:
    """Give the services of the app that answers."""
    found: Services = scope["litestar_app"].state["services"]
    return found


async def admit(scope: HTTPScope, needed: Scope) -> Key:
    """Give the key of a request.

    Raises:
        UnavailableError: Not ready; where the app is mounted, its lifespan may be missing.
        DeniedError: The key is missing, wrong or lacks the scope.
    """
    services = services_of(scope)
    if not services.is_ready:
        raise UnavailableError
    return await services.access.admit(scope["headers"], needed)


def services(request: AnyRequest) -> Services:
    """Provide the services."""
    return services_of(request.scope)


async def reader(request: AnyRequest) -> Key:
    """Provide a key that may read."""
    return await admit(request.scope, Scope.READ)


async def writer(request: AnyRequest) -> Key:
    """Provide a key that may write."""
    return await admit(request.scope, Scope.WRITE)
