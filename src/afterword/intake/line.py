"""The line: what waits for the writer, in its order; read ahead while the disk is waited for.

A commit computes nothing: what can be found in the next envelopes by their own words alone is
found meanwhile, on a thread that does nothing else.
"""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from afterword.intake.envelope import Envelope, Outcome
from afterword.intake.foresight import foresee

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG: Final = logging.getLogger(__name__)
Waiting = tuple[Envelope, Future[Outcome]]
STOP: Final = None  # the last of a line


class Line:
    """Envelopes in the order in which they were handed in; one thread takes them out."""

    def __init__(self) -> None:
        """Begin empty."""
        self._unread: SimpleQueue[Waiting | None] = SimpleQueue()
        self._read: deque[Waiting | None] = deque()  # before all that is unread
        self._reader = ThreadPoolExecutor(1, "afterword-reader")
        self._reading: Future[None] | None = None
        self._may_read = False

    def put(self, waiting: Waiting | None) -> None:
        """Let an envelope wait, or say with ``STOP`` that none comes after."""
        self._unread.put(waiting)

    def take(self) -> Iterator[Waiting | None]:
        """Wait until there is one, then give all that are there."""
        self._stop_reading()
        yield self._read.popleft() if self._read else self._unread.get()
        while self._read:
            yield self._read.popleft()
        while True:
            try:
                waiting = self._unread.get_nowait()
            except Empty:
                return
            yield waiting

    def read_ahead(self) -> None:
        """Begin to read what waits, until something is taken out.

        For the thread that takes them out, while it has something else to wait for.
        """
        if self._reading is None and not self._unread.empty():
            self._may_read = True
            self._reading = self._reader.submit(self._read_on)

    def close(self) -> None:
        """End the thread."""
        self._reader.shutdown()

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._may_read = False  # one envelope at most is read to its end
            self._reading.result()
            self._reading = None

    def _read_on(self) -> None:
        while self._may_read:
            try:
                waiting = self._unread.get_nowait()
            except Empty:
                return
            self._read.append(_seen(waiting))


def _seen(waiting: Waiting | None) -> Waiting | None:
    if waiting is STOP:
        return STOP
    envelope, future = waiting
    try:
        return foresee(envelope), future
    except Exception:
        LOG.exception("An envelope could not be read ahead; the writer tries.")
        return waiting
