"""One file of the spool, as those who fill and empty it count it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Segment:
    """Events in the order given: how many went in, and how many are still to be sent."""

    __slots__ = ("n_bytes", "n_events", "n_left", "path")

    def __init__(self, path: Path) -> None:
        """Begin empty."""
        self.path = path
        self.n_bytes = self.n_events = self.n_left = 0
