"""A thread that does something again and again, until it is told to stop."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LOG: Final = logging.getLogger(__name__)


class Rounds:
    """Waits, works, waits: what fails is logged, and done again the next time."""

    def __init__(self, name: str, failure: str) -> None:
        """Take the thread's name, and what the log says of a round that failed."""
        self._name, self._failure = name, failure
        self._is_stopping = Event()
        self._thread: Thread | None = None

    @property
    def are_stopping(self) -> bool:
        """Whether the work should come to its end."""
        return self._is_stopping.is_set()

    def start(
        self, work: Callable[[], object], *, first_seconds: float, every_seconds: float
    ) -> None:
        """Start the thread."""
        self._thread = Thread(
            target=self._run,
            args=(work, first_seconds, every_seconds),
            name=self._name,
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop, once the work has come to its end."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def rest(self, seconds: float) -> None:
        """Wait within the work, but not while it should end."""
        self._is_stopping.wait(seconds)

    def _run(self, work: Callable[[], object], wait: float, every_seconds: float) -> None:
        while not self._is_stopping.wait(wait):
            wait = every_seconds
            try:
                work()
            except Exception:
                LOG.exception(self._failure)
