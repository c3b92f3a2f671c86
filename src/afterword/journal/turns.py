"""Turns: threads that write go one after another, in the order in which they came.

A lock that whoever is quickest takes would let a busy writer keep everybody else out for seconds:
timers, keys, the rewriter.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns:
    """A lock that is given in the order in which it was asked for; not to be entered twice."""

    def __init__(self) -> None:
        """Begin free."""
        self._changed = Condition()
        self._waiting: list[object] = []

    @property
    def n_waiting(self) -> int:
        """Threads that hold it or wait for it."""
        return len(self._waiting)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for one's turn and hold it for a block."""
        ticket = object()
        try:
            with self._changed:
                self._waiting.append(ticket)
                self._changed.wait_for(lambda: self._waiting[0] is ticket)
            yield
        finally:
            with self._changed:
                self._waiting.remove(ticket)
                self._changed.notify_all()
