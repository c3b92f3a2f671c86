"""What the calls work with: opened, started and stopped together."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from afterword.errors import UnavailableError
from afterword.history import History, Rewriter
from afterword.intake import Envelope, Intake, Outcome
from afterword.journal import Journal
from afterword.journal.days import projects
from afterword.journal.keys import Key, find_key
from afterword.server.answers import Answers
from afterword.server.auth import Access
from afterword.server.lock import ServeLock
from afterword.server.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.intake.clock import Clock
    from afterword.server.settings import Settings

LOG: Final = logging.getLogger(__name__)
# Reports share two cores with intake: more at once would only make each other wait.
READERS: Final = 4
P = ParamSpec("P")
T = TypeVar("T")


class Services:
    """Journal, intake, history and rewriter of one data folder.

    Example:
        >>> services = Services(Settings(data_dir=Path("/tmp/afterword-doctest")))
        >>> services.start(); services.is_ready
        True
        >>> services.stop()
    """

    journal: Journal
    intake: Intake
    history: History
    access: Access

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        on_warm: Callable[[], object] | None = None,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            settings: Where the data lies.
            clock: Server time; the system's when None.
            on_warm: Called once everything heavy is loaded.
        """
        self.settings = settings
        self._clock = clock
        self._on_warm = on_warm
        self.metrics = Metrics()
        self._answers = Answers()
        self._lock = ServeLock(settings.data_dir)
        self._is_open = False
        self.is_ready = False

    def open(self) -> None:
        """Take the folder's lock and open the journal; a second call does nothing.

        Raises:
            JournalInUse: Another process serves the folder.
            JournalUnavailable: The journal cannot be opened.
            SetupError: It was written by a newer Afterword, or lies in another database.
        """
        if self._is_open:
            return
        settings = self.settings
        self._lock.take()
        try:
            data_dir = None if settings.database_url else settings.data_dir
            self.journal = Journal.open(data_dir, settings.database_url)
        except BaseException:
            self._lock.release()
            raise
        self.intake = Intake(self.journal, clock=self._clock)
        self.history = History(settings.history_dir, self.journal)
        self.access = Access(_JournalKeys(self.journal))
        self._rewriter = Rewriter(settings.history_dir, self.journal)
        self._pool = ThreadPoolExecutor(READERS, "afterword-reader")
        self._is_open = True

    def start(self) -> None:
        """Open what is not open and start the threads; calls are taken from here on."""
        self.open()
        self.intake.start()
        self._rewriter.start()
        self._warmer = Thread(target=self._warm, name="afterword-warmer", daemon=True)
        self._warmer.start()
        self.is_ready = True
        self.metrics.is_ready.set(1)

    def stop(self) -> None:
        """Commit what has been taken in, then close; call it once nothing arrives any more."""
        self.is_ready = False
        self.metrics.is_ready.set(0)
        if not self._is_open:
            return
        self.intake.stop()
        self._warmer.join()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._rewriter.stop()
        self.history.close()
        self.journal.close()
        self._lock.release()
        self._is_open = False

    async def take(self, envelope: Envelope) -> Outcome:
        """Hand an envelope to the writer and wait until it is committed.

        Raises:
            UnavailableError: Nothing of it was kept: stopping, or the journal failed.
        """
        outcome = await self._answers.wait(self.intake.submit(envelope))
        self.metrics.count_outcome(outcome)
        return outcome

    async def read(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Run blocking work on one of a few threads, so that it holds up nobody else.

        Raises:
            UnavailableError: The server is not ready.
        """
        if not self.is_ready:
            raise UnavailableError
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(work, *args, **named))

    def check(self) -> None:
        """Read from the journal.

        Raises:
            JournalUnavailable: It cannot be read.
        """
        with self.journal.read() as connection:
            projects(connection)

    def _warm(self) -> None:
        # Heavy libraries load only now: the server answers events before it can draw.
        try:
            self.history.warm()
            from afterword.reports import render  # noqa: F401, PLC0415  # as above
        except Exception:
            LOG.exception("Reports could not be made ready; the first one tries again.")
        if self._on_warm is not None:
            self._on_warm()


class _JournalKeys:
    """Looks keys up in a fresh snapshot of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def find(self, secret: str) -> Key | None:
        with self._journal.read() as connection:
            return find_key(connection, secret)
