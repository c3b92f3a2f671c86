"""What goes wrong is told people as a page, programs as a problem."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Request, Response

from afterword.server import problems
from afterword.server.pages.templates import page

if TYPE_CHECKING:
    from collections.abc import Callable

    Teller = Callable[[Request[Any, Any, Any], Any], Response[Any]]

_API: Final = "/v1"


def handlers() -> dict[int | type[Exception], Teller]:
    """Give what answers every exception, for the framework."""
    return {kind: _shown(tell) for kind, tell in problems.handlers().items()}


def _shown(tell: Teller) -> Teller:
    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        told = tell(request, error)
        if not told.content or not _is_read_by_people(request):
            return told
        problem = msgspec.json.decode(told.content, type=problems.Problem)
        status = HTTPStatus(problem.status)
        shown = page(
            "error.html", status, up=_up(request), title=problem.title, detail=problem.detail
        )
        shown.headers.update(told.headers)
        return shown

    return answer


def _up(request: Request[Any, Any, Any]) -> str:
    path, raw = request.scope["path"], request.scope.get("raw_path") or b"/"
    # Some hosts add a slash that the browser knows nothing of.
    known = path if raw.endswith(b"/") else path.rstrip("/")
    return "../" * (known.count("/") - 1)


def _is_read_by_people(request: Request[Any, Any, Any]) -> bool:
    # Browsers say that they want HTML when they go to an address, not when a script fetches one.
    is_api = f"{request.scope['path']}/".startswith(f"{_API}/")
    return not is_api and "text/html" in request.headers.get("accept", "")
