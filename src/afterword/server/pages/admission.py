"""Whether a request may see the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from afterword.server.pages.door import COOKIE
from afterword.server.pages.templates import go

if TYPE_CHECKING:
    from litestar import Response

    from afterword.server.api.admission import AnyRequest
    from afterword.server.pages.house import Pages

_LOCAL: Final = frozenset(("127.0.0.1", "::1"))
_LOCAL_NAMES: Final = frozenset(("127.0.0.1", "localhost", "[::1]"))
# Whoever sends one of these stands between us and somebody else.
_FORWARDING: Final = ("forwarded", "via", "x-forwarded-", "x-real-ip", "cf-connecting-ip")


def is_admitted(request: AnyRequest, pages: Pages) -> bool:
    """Tell whether somebody has signed in, or needs not: the demo, on this very machine."""
    if pages.stage is not None and is_local(request):
        return True
    return pages.door.knows(request.cookies.get(COOKIE, ""))


def to_signin(request: AnyRequest, place: str, up: str = "") -> Response[bytes]:
    """Lead to the sign-in, and from there back.

    Args:
        request: Of somebody who has not signed in.
        place: Where the request went, relative to the pages' root.
        up: Leads from there to the root.
    """
    query = request.scope["query_string"].decode("latin-1")
    asked = f"{place}?{query}" if query else place
    return go(f"{up}signin?to={quote(asked, safe='')}")


def is_local(request: AnyRequest) -> bool:
    """Tell whether a request comes from this machine and says so: no proxy, no other name."""
    if any(name.startswith(_FORWARDING) for name in request.headers):
        return False
    # A page of somebody else's may call us by its own name (DNS rebinding).
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    client = request.client
    return client is not None and client.host in _LOCAL and name in _LOCAL_NAMES


def is_own(request: AnyRequest) -> bool:
    """Tell whether a form was sent from our own pages: browsers say where they stand."""
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def is_secure(request: AnyRequest) -> bool:
    """Tell whether the browser's side of the connection is encrypted."""
    return "https" in (request.scope["scheme"], request.headers.get("x-forwarded-proto"))
