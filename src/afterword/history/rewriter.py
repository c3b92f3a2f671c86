"""The rewriter: brings day files up to the journal, one process at a time.

Of several servers that share a journal one leads and writes; when it dies another one does. One
that learns only afterwards that it no longer led marks what it wrote, to be written again: it may
have put an older file in the place of a newer one.
"""

from __future__ import annotations

import fcntl
import logging
import time
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from afterword.history import files
from afterword.history.merging import write_changes, write_whole
from afterword.journal import days, erasures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from afterword.journal import Journal
    from afterword.journal.days import DirtyDay

LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 5.0
ROWS_AT_ONCE: Final = 10_000
# A day with very many sessions takes long to write, and intake shares the interpreter: the thread
# rests this many times as long as it worked.
REST: Final = 9


class Rewriter:
    """Writes the days that lag behind, every minute or after 10,000 changed rows."""

    def __init__(
        self, directory: Path, journal: Journal, *, look_every: float = LOOK_SECONDS
    ) -> None:
        """Take the history's folder and the journal; nothing runs until ``start``.

        Args:
            directory: ``DIR/history``.
            journal: Knows the days that lag behind, and their rows.
            look_every: Seconds between looks at how many rows have changed.
        """
        self._look_every = look_every
        self._directory = directory
        self._journal = journal
        self._is_stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._is_stopping.clear()
        self._thread = Thread(target=self._run, name="afterword-rewriter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the day that is being written; what is left stays marked."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._is_stopping.clear()

    def run_once(self, on_progress: Callable[[int], None] | None = None) -> int:
        """Write every day that lags behind; give how many were written.

        Where another process is at it, or leads, nothing is done: what it misses stays marked. A
        day that cannot be written does not keep the others from it.

        Args:
            on_progress: Told the number of days written so far.

        Raises:
            OSError: A day could not be written; the last one's error.
        """
        failure: OSError | None = None
        n_written = 0
        with self._lock() as is_held:
            for dirty in self._dirty() if is_held and self._journal.lead() else ():
                if self._is_stopping.is_set():
                    break
                try:
                    n_written += self._write(dirty)
                    if on_progress is not None:
                        on_progress(n_written)
                except OSError as exc:
                    LOG.warning("%s of %s cannot be written: %s", dirty.day, dirty.project, exc)
                    failure = exc
        if failure is not None:
            raise failure
        return n_written

    def rewrite(self, project: str, day: date) -> bool:
        """Write a day that lags behind once whoever is at it is done; tell whether we led.

        Raises:
            OSError: The day could not be written; it stays marked.
        """
        with self._lock(waits=True):
            if not self._journal.lead():
                return False
            with self._journal.read() as connection:
                found = days.dirty_days(connection, project, day)
            for dirty in found:
                self._write(dirty)
        return True

    def rebuild(self, project: str, day: date) -> bool:
        """Write a day anew, whatever its file holds; tell whether that was done here.

        No row is touched, so intake goes on beside it and reports read the old file meanwhile.
        Where another server leads, the day is marked and that one writes it.

        Raises:
            OSError: The day could not be written; it stays marked.
        """
        with self._lock(waits=True):
            if not self._journal.lead():
                with self._journal.write() as connection:
                    days.mark_day(connection, project, day)
                return False
            with self._journal.write() as connection:
                days.raise_versions(connection, project, {days.as_number(day)})
            with self._journal.read() as connection:
                (found,) = days.dirty_days(connection, project, day)
                files.sweep(self._directory, project, day)
                write_whole(self._directory, connection, project, day)
            self._clear(found)
        return True

    def _dirty(self) -> list[DirtyDay]:
        with self._journal.read() as connection:
            return days.dirty_days(connection)

    def _write(self, seen: DirtyDay) -> bool:
        # Version and rows come from one snapshot, so that no row slips between them; a row that
        # changes after it raises the version, and the day stays marked.
        project, day = seen.project, seen.day
        with self._journal.read() as connection:
            found = days.dirty_days(connection, project, day)
            if not found:
                return False
            files.sweep(self._directory, project, day)
            write_changes(self._directory, connection, found[0])
        self._clear(found[0])
        return True

    def _clear(self, written: DirtyDay) -> None:
        project, day = written.project, written.day
        with self._journal.write() as connection:
            if self._journal.is_leading():
                days.clear_day(connection, written)
            else:
                LOG.warning("%s of %s is written again: another server led.", day, project)
                days.mark_day(connection, project, day)

    @contextmanager
    def _lock(self, *, waits: bool = False) -> Iterator[bool]:
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._directory.with_suffix(".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True

    def _run(self) -> None:
        due = time.monotonic() + EVERY_SECONDS
        rested = 0.0
        while not self._is_stopping.wait(self._look_every):
            started = time.monotonic()
            if started < rested:
                continue
            try:
                if not self._journal.lead() or (started < due and not self._is_wanted()):
                    continue
                self.run_once()
            except Exception:
                LOG.exception("Day files could not be written; the next round tries again.")
                self._journal.resign()  # another server may be able to
            ended = time.monotonic()
            due, rested = ended + EVERY_SECONDS, ended + REST * (ended - started)

    def _is_wanted(self) -> bool:
        with self._journal.read() as connection:
            n_changed = days.count_changed(connection, ROWS_AT_ONCE)
            return n_changed >= ROWS_AT_ONCE or bool(erasures.unwritten(connection))
