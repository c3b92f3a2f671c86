"""Looking again every second: files that people change take effect while the server runs."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LOG: Final = logging.getLogger(__name__)
LOOK_SECONDS: Final = 1.0


class Watch:
    """One thread that looks at files of several kinds."""

    def __init__(self, *looks: Callable[[], object]) -> None:
        """Take what is done at every look; nothing is done before ``start``."""
        self._looks = looks
        self._is_stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Look now, and from now on."""
        self._look()
        self._thread = Thread(target=self._watch, name="afterword-files", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._is_stopping.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        for look in self._looks:
            try:
                look()
            except Exception:
                LOG.exception("Files could not be taken over; the next look tries again.")
