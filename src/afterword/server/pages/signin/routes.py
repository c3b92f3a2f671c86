"""The door's calls: sign in by the password or the printed link, and out again."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs

from litestar import Response, get, post
from litestar.di import NamedDependency

from afterword.server.api.admission import AnyRequest
from afterword.server.bodies import read_body
from afterword.server.pages.admission import is_secure
from afterword.server.pages.door import COOKIE, STAYS_SECONDS
from afterword.server.pages.house import Pages
from afterword.server.pages.templates import go, page

Shown = NamedDependency[Pages]  # ``pages``
_USUAL: Final = "overview"
# Where people may be led afterwards: our own pages, relative to the root, nothing else.
_OURS: Final = re.compile(
    r"(?:overview|alerts|(?:sessions|alerts)/[\w.~%-]+)(?:\?[\w.~%!$&'()*+,;=:@/?-]*)?", re.ASCII
)


@get("/signin")
async def ask_in(request: AnyRequest, pages: Shown) -> Response[Any]:
    """Ask who is there, or open to the link that was printed."""
    to = _place(request.query_params.get("to", ""))
    if pages.door.knows(request.cookies.get(COOKIE, "")):
        return go(to)
    once = request.query_params.get("once")
    if once is None:
        return _ask(pages, to)
    # Whoever asks for the head alone (a preview in a chat) has not come in.
    if request.scope["state"].get("is_head"):
        return _ask(pages, to)
    cookie = pages.door.try_link(once)
    return _ask(pages, to, is_wrong=True) if cookie is None else _let_in(request, cookie, to)


@post("/signin")
async def sign_in(request: AnyRequest, pages: Shown) -> Response[Any]:
    """Open to the password."""
    body = await read_body(request.scope, request.receive)
    told = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    to = _place(told.get("to", ""))
    cookie = pages.door.try_password(told.get("password", ""))
    return _ask(pages, to, is_wrong=True) if cookie is None else _let_in(request, cookie, to)


@post("/signout")
async def sign_out() -> Response[bytes]:
    """Forget who is there."""
    return go("signin", f"{COOKIE}=; Max-Age=0; HttpOnly; SameSite=Lax")


DOOR = (ask_in, sign_in, sign_out)


def _place(to: str) -> str:
    return to if _OURS.fullmatch(to) else _USUAL


def _ask(pages: Pages, to: str, *, is_wrong: bool = False) -> Response[bytes]:
    status = HTTPStatus.FORBIDDEN if is_wrong else HTTPStatus.OK
    has_password = pages.services.settings.password is not None
    shown = {"has_password": has_password, "is_wrong": is_wrong, "to": to}
    return page("signin/page.html", status, up="", **shown)


def _let_in(request: AnyRequest, cookie: str, to: str) -> Response[bytes]:
    # Without a path it is good for wherever the app is mounted, and nowhere else.
    told = f"{COOKIE}={cookie}; Max-Age={STAYS_SECONDS}; HttpOnly; SameSite=Lax"
    return go(to, f"{told}; Secure" if is_secure(request) else told)
