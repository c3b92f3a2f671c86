"""The rewriter: brings day files up to the journal, one process at a time."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from afterword.history import schema
from afterword.journal import days

if TYPE_CHECKING:
    from afterword.journal import Journal
    from afterword.journal.days import DirtyDay

LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 5.0
ROWS_AT_ONCE: Final = 10_000


class Rewriter:
    """Writes the days that lag behind, every minute or after 10,000 changed rows."""

    def __init__(self, directory: Path, journal: Journal) -> None:
        """Take the history's folder and the journal; nothing runs until ``start``."""
        self._directory = directory
        self._journal = journal
        self._is_stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = Thread(target=self._run, name="afterword-rewriter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the day that is being written."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()

    def run_once(self) -> int:
        """Write every day that lags behind; give how many were written.

        Where another process is at it, nothing is done: what it misses stays marked.
        """
        with self._lock() as is_held:
            if not is_held:
                return 0
            with self._journal.read() as connection:
                dirty = days.dirty_days(connection)
            for day in dirty:
                self._write(day)
            return len(dirty)

    def _write(self, seen: DirtyDay) -> None:
        # Version and rows come from one snapshot, so that no row slips between them.
        with self._journal.read() as connection:
            dirty = next(
                (one for one in days.dirty_days(connection, seen.project) if one.day == seen.day),
                seen,
            )
            sessions = list(days.day_sessions(connection, dirty.project, dirty.day))
        if sessions:
            schema.write_day(self._directory, dirty.project, dirty.day, schema.rows(sessions))
        else:
            schema.remove_day(self._directory, dirty.project, dirty.day)
        with self._journal.write() as connection:
            days.clear_day(connection, dirty)

    @contextmanager
    def _lock(self) -> Iterator[bool]:
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._directory.with_suffix(".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _run(self) -> None:
        waited = 0.0
        while not self._is_stopping.wait(LOOK_SECONDS):
            waited += LOOK_SECONDS
            if waited < EVERY_SECONDS and not self._has_many():
                continue
            waited = 0.0
            try:
                self.run_once()
            except Exception:
                LOG.exception("Day files could not be written; the next round tries again.")

    def _has_many(self) -> bool:
        with self._journal.read() as connection:
            return days.count_changed(connection, ROWS_AT_ONCE) >= ROWS_AT_ONCE
