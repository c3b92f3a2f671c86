"""Pages are written by Jinja, everything escaped; each page's template lies in its folder."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from litestar import Response
from markupsafe import Markup

from afterword.server.pages.files import address

if TYPE_CHECKING:
    import jinja2

# Nothing of anybody else, no inline script or style, no frame, no form to elsewhere.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PERCENT: Final = re.compile(r"(?<=\d) %")
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",  # addresses hold ids
}


def page(name: str, status: HTTPStatus = HTTPStatus.OK, /, **data: object) -> Response[bytes]:
    """Answer with a page.

    Args:
        name: Its template, ``overview/page.html``.
        status: Of the answer.
        **data: What the template names; ``up`` leads from the page to the root of all.
    """
    return Response(
        fragment(name, **data).encode(),
        status_code=int(status),
        media_type="text/html",
        headers=_HEADERS,
    )


def go(to: str, cookie: str | None = None) -> Response[bytes]:
    """Answer that the browser should read another page.

    Args:
        to: Relative to the page that was asked for: we may be mounted under a prefix.
        cookie: What the browser should keep.
    """
    headers = {"Location": to} if cookie is None else {"Location": to, "Set-Cookie": cookie}
    status = int(HTTPStatus.SEE_OTHER)
    return Response(b"", status_code=status, media_type="text/plain", headers=headers)


def fragment(name: str, /, **data: object) -> Markup:
    """Write a template; what it gives needs no further escaping. No line begins with a percent."""
    written = _environment().get_template(name).render(data)
    return Markup(_PERCENT.sub("\N{NO-BREAK SPACE}%", written))  # noqa: S704  # escaped there


def drawing(svg: str) -> Markup:
    """Let one of our own pictures through as it is."""
    return Markup(svg)  # noqa: S704  # drawn here; texts in it were escaped by the engine


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415  # heavy: after the server is ready

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = address
    return environment
