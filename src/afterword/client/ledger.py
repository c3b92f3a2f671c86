"""What became of the events, counted; and what the host should hear of it, said once."""

from __future__ import annotations

import logging
from contextlib import suppress
from threading import RLock
from typing import Final

import msgspec
from msgspec import Struct

from afterword.client.process import renew_after_fork

LOG: Final = logging.getLogger("afterword")
_MOST_SAID: Final = 100  # a host with more kinds of trouble has read enough


class Stats(Struct, frozen=True, kw_only=True):
    """What became of the events this process gave, and of those it found in the spool.

    ``sent``: the server has them. ``rejected``: the server or the SDK could not accept them.
    ``dropped``: they were the oldest when the queue or the spool was full, or could not be read.
    ``pending``: they wait or travel.
    """

    sent: int = 0
    rejected: int = 0
    dropped: int = 0
    pending: int = 0


class Ledger:
    """Counts, and says each kind of trouble once. What users write is never part of it."""

    def __init__(self) -> None:
        """Begin with nothing counted and nothing said."""
        self._said: set[str] = set()
        self.renew()
        renew_after_fork(self)

    def renew(self) -> None:
        """Begin anew in a forked child; what the parent has said is not said again."""
        self._lock = RLock()  # a signal handler may come back to it
        self._stats = Stats()

    @property
    def stats(self) -> Stats:
        """The counts so far, ``pending`` left out."""
        return self._stats

    def count(self, *, sent: int = 0, rejected: int = 0, dropped: int = 0) -> None:
        """Add to the counts."""
        with self._lock:
            known = self._stats
            self._stats = msgspec.structs.replace(
                known,
                sent=known.sent + sent,
                rejected=known.rejected + rejected,
                dropped=known.dropped + dropped,
            )

    def say_once(self, about: str, message: str, *values: object) -> None:
        """Log a warning, unless one about the same was logged before."""
        with self._lock:
            if about in self._said or len(self._said) >= _MOST_SAID:
                return
            self._said.add(about)
        say(logging.WARNING, message, *values)


def say(level: int, message: str, *values: object) -> None:
    """Log to the host's log, whose filters may do anything, without raising."""
    with suppress(Exception):
        LOG.log(level, message, *values)
