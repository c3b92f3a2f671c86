"""The history: the columnar copy of session rows, always rebuildable from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.history.filters import Filter
from afterword.history.history import History

if TYPE_CHECKING:
    from afterword.history.rewriter import Rewriter

__all__ = ["Filter", "History", "Rewriter"]


def __getattr__(name: str) -> object:
    """Import the rewriter when it is wanted: only it brings SQLAlchemy along."""
    if name == "Rewriter":
        from afterword.history.rewriter import Rewriter  # noqa: PLC0415  # as above

        return Rewriter
    raise AttributeError(name)
