"""What calls are given: the services, and the key that lets them read or write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.di import NamedDependency
from msgspec import Struct

from afterword.domain.events import AnyEvent, Unrated
from afterword.errors import UnavailableError
from afterword.intake import Envelope, Rejection
from afterword.journal.keys import PUBLISHABLE, Key
from afterword.server.auth import Scope, bearer, forced_environment, is_test, require
from afterword.server.browsers import Visitor, spoken
from afterword.server.services import Services

if TYPE_CHECKING:
    from litestar.types import HTTPScope

AnyRequest = Request[Any, Any, Any]
Decoded = list[tuple[int, AnyEvent | Unrated]]


class Caller(Struct, frozen=True):
    """Who calls: a key, and for whom where it is a browser's."""

    key: Key
    visitor: Visitor | None = None

    def envelope(self, events: Decoded, rejected: list[Rejection] | None = None) -> Envelope:
        """Give the envelope of what was told, as this caller may tell it.

        Raises:
            NotForBrowsers: A browser may not.
        """
        told = events
        if self.visitor is not None:
            told = [(index, spoken(event, self.visitor)) for index, event in events]
        return Envelope(
            project=self.key.project,
            events=told,
            rejected=rejected or [],
            environment=forced_environment(self.key),
            is_test=is_test(self.key),
            speaker=None if self.visitor is None else self.visitor.speaker,
        )


Calling = NamedDependency[Caller]  # ``caller``
Admitted = NamedDependency[Key]  # ``reader``, ``writer``, ``admin``: what the call needs
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


async def admit_any(scope: HTTPScope, needed: Scope) -> Caller:
    """Give who calls, a backend or a browser.

    Raises:
        UnavailableError, DeniedError: As ``admit``; for browsers also as ``Frontier.admit``.
    """
    services = services_of(scope)
    if not services.is_ready:
        raise UnavailableError
    key = await services.access.identify(bearer(scope["headers"]))
    if key.kind != PUBLISHABLE:
        return Caller(require(key, needed))
    return Caller(key, await services.frontier.admit(key, scope["headers"]))


def services(request: AnyRequest) -> Services:
    """Provide the services."""
    return services_of(request.scope)


async def reader(request: AnyRequest) -> Key:
    """Provide a key that may read."""
    return await admit(request.scope, Scope.READ)


async def writer(request: AnyRequest) -> Key:
    """Provide a key that may write."""
    return await admit(request.scope, Scope.WRITE)


async def admin(request: AnyRequest) -> Key:
    """Provide a key that may do everything."""
    return await admit(request.scope, Scope.ADMIN)


async def caller(request: AnyRequest) -> Caller:
    """Provide a backend that may write, or a browser."""
    return await admit_any(request.scope, Scope.WRITE)
