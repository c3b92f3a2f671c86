"""Addresses: paths relative to where the app is mounted, with ids that may hold a slash."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from litestar.types import HTTPScope

# Stands for an encoded slash until the router has split the path. No id may hold a control
# character, so nothing else is mistaken for it.
_SLASH: Final = "\x1f"
_ENCODED_SLASH: Final = re.compile("%2f", re.IGNORECASE)
# Where ids stand: in calls below the version, in pages at the very end.
_CALL: Final = "/v1/"
_PAGE: Final = "/sessions/"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def localise(scope: HTTPScope, prefix: str = "") -> HTTPScope:
    """Give the scope that the router sees.

    The path loses the prefix under which the app is mounted, and an encoded slash stays inside
    its segment: ``/v1/conversations/a%2Fb/rating`` is about the conversation ``a/b``.

    Args:
        scope: Of the request.
        prefix: Where no host names one: what a proxy may have left in the path.
    """
    root, path = scope.get("root_path") or prefix, scope["path"]
    raw = scope.get("raw_path") or b""
    has_slash = b"%2f" in raw or b"%2F" in raw
    if not root and not has_slash:
        return scope
    if has_slash and not _CONTROL.search(path):
        path = _marked(path, raw.decode("latin-1"))
    elif root and f"{path}/".startswith(f"{root}/"):
        path = path[len(root) :] or "/"
    return {**scope, "path": path, "root_path": ""}


def read_id(segment: str) -> str:
    """Give the id that a path segment stands for."""
    return segment.replace(_SLASH, "/")


def _marked(path: str, raw: str) -> str:
    # Hosts may have taken their prefix off the path, or two slashes for one: only the raw path is
    # as it was sent. No slash of an id is left to hide where it begins.
    marked = unquote(_ENCODED_SLASH.sub(_SLASH, raw))
    start = marked.rfind(_CALL)
    start = marked.rfind(_PAGE) if start < 0 else start
    return path if start < 0 else marked[start:]
