"""The files that pages fetch; the address of each changes with its content."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from litestar import Response, get
from litestar.params import FromPath

from afterword.errors import NotFoundError
from afterword.reports.palette import dark_rules

_FOLDER: Final = Path(__file__).parent.parent / "static"
_WIDGET: Final = "widget.v1.js"
_HOUR: Final = "public, max-age=3600"
_YEAR: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {"css": "text/css", "js": "text/javascript"}


def address(name: str) -> str:
    """Give where a file is fetched from, relative to the pages' root."""
    return f"static/{name}?{blake2b(_files()[name], digest_size=6).hexdigest()}"


@get("/static/{name:str}")
async def static(name: FromPath[str]) -> Response[bytes]:
    """Give a file of the pages."""
    if name not in _files():
        raise NotFoundError
    return _answer(name, _YEAR)


@get(f"/{_WIDGET}")
async def widget() -> Response[bytes]:
    """Give the widget to any page; its behaviour is frozen, its repairs arrive within the hour."""
    answer = _answer(_WIDGET, _HOUR)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@cache
def _files() -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in _FOLDER.iterdir()}
    return found | {"charts.css": dark_rules().encode()}  # the charts' own colours


def _answer(name: str, keeping: str) -> Response[bytes]:
    kind = _TYPES[name.rpartition(".")[2]]
    return Response(_files()[name], media_type=kind, headers={"Cache-Control": keeping})
