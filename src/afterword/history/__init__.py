"""The history: the columnar copy of session rows, always rebuildable from the journal."""

from afterword.history.filters import Filter
from afterword.history.history import History
from afterword.history.rewriter import Rewriter

__all__ = ["Filter", "History", "Rewriter"]
