"""What the calls work with: opened, started and stopped together."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from afterword.errors import UnavailableError
from afterword.history import History, Rewriter
from afterword.history.engines import engine_of
from afterword.history.erasing import Eraser
from afterword.intake import Envelope, Intake, Outcome
from afterword.intake.clock import Clock
from afterword.intake.learner import Learner
from afterword.journal import Journal
from afterword.journal.days import projects
from afterword.journal.keys import Key, find_key
from afterword.monitoring.alerts.lookout import Lookout
from afterword.monitoring.digest.herald import Herald
from afterword.monitoring.releases.opening import Opener
from afterword.notify import ChannelBook, Courier, Sources
from afterword.server.answers import Answers
from afterword.server.auth import Access
from afterword.server.browsers import Frontier
from afterword.server.experiment_file import read_plans
from afterword.server.file_book import FileBook
from afterword.server.filter_file import read_filters
from afterword.server.lock import alone
from afterword.server.metrics import Metrics
from afterword.server.policies import PolicyBook
from afterword.server.rhythm import Rhythm
from afterword.server.streams import Streams
from afterword.server.use_cases import UseCaseBook
from afterword.server.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.history.named_filters import Named
    from afterword.journal.outbox import Subscriber
    from afterword.reports.report import Plans
    from afterword.server.settings import Settings

LOG: Final = logging.getLogger(__name__)
# Reports share two cores with intake: more at once would only make each other wait. What takes a
# moment has threads of its own: somebody who rates must not wait for somebody who counts.
THREADS: Final = {"report": 4, "reader": 4}
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
    learner: Learner
    history: History
    access: Access
    frontier: Frontier
    streams: Streams

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
        self.clock = clock or Clock()
        self._on_warm = on_warm
        self.metrics = Metrics()
        self._answers = Answers()
        self.filters: FileBook[Named] = FileBook(settings.filters_file, read_filters, {})
        self.plans: FileBook[Plans] = FileBook(settings.experiments_file, read_plans, {})
        self._closing: ExitStack | None = None
        self.is_ready = False

    def open(self) -> None:
        """Take the folder's lock and open the journal; a second call does nothing.

        Raises:
            JournalInUse: Another process serves the folder.
            JournalUnavailable: The journal cannot be opened.
            SetupError: It was written by a newer Afterword, or lies in another database.
        """
        if self._closing is not None:
            return
        settings = self.settings
        with ExitStack() as opened:  # closes in reverse order, here too where a step fails
            opened.enter_context(alone(settings))
            data_dir = None if settings.database_url else settings.data_dir
            self.journal = Journal.open(data_dir, settings.database_url)
            opened.callback(self.journal.close)
            engine = engine_of(settings.engine, settings.spark_master)
            self.history = History(settings.history_dir, self.journal, engine=engine)
            opened.callback(self.history.close)
            self._rewriter = Rewriter(settings.history_dir, self.journal)
            opened.callback(self._rewriter.stop)
            self._pools = {name: _pool(opened, name) for name in THREADS}
            self._book = ChannelBook(settings.channels_file, os.environ)
            self._herald = Herald(self.journal, self.history, self.clock, self.subscribers)
            self._courier = self._make_courier(self._book)
            opened.callback(self._courier.stop)
            use_cases = UseCaseBook(settings.use_cases_path, self.metrics.use_case_faults.set)
            self.intake = Intake(
                self.journal,
                clock=self.clock,
                subscribers=self.subscribers,
                use_cases=use_cases.of,
            )
            opened.callback(self.intake.stop)
            self.learner = Learner(
                self.journal, self.clock, Rhythm(self.history, self.clock).light_hours
            )
            self._lookers = (self.learner, self._herald, *self._make_lookers())
            for one in self._lookers:
                opened.callback(one.stop)
            policies = PolicyBook(
                settings.policy_path, self.journal, self.clock, self.metrics.policy_faults.set
            )
            self._watch = Watch(policies.refresh, use_cases.refresh)
            opened.callback(self._watch.stop)
            self.access = Access(_JournalKeys(self.journal))
            self.frontier, self.streams = Frontier(self), Streams(self)
            self._closing = opened.pop_all()

    def start(self) -> None:
        """Open what is not open and start the threads; calls are taken from here on."""
        self.open()
        self._watch.start()  # first: the first event goes by what the files say
        self.intake.start()
        self._rewriter.start()
        self._courier.start()
        for one in self._lookers:
            one.start()
        self._pools["report"].submit(self._warm)
        self.is_ready = True
        self.metrics.is_ready.set(1)

    def stop(self) -> None:
        """Commit what has been taken in, then close; call it once nothing arrives any more."""
        self.is_ready = False
        self.metrics.is_ready.set(0)
        if self._closing is not None:
            self._closing.close()
            self._closing = None

    @property
    def eraser(self) -> Eraser:
        """What erases people."""
        return Eraser(self.journal, self._rewriter, self.clock.now_us, self.history)

    async def take(self, envelope: Envelope) -> Outcome:
        """Hand an envelope to the writer and wait until it is committed.

        Raises:
            UnavailableError: Nothing of it was kept: stopping, or the journal failed.
        """
        outcome = await self._answers.wait(self.intake.submit(envelope))
        self.metrics.count_outcome(outcome)
        return outcome

    async def read(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Run what blocks for a moment on one of a few threads, so that it holds up nobody else.

        Raises:
            UnavailableError: The server is not ready.
        """
        return await self._run("reader", partial(work, *args, **named))

    async def count(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Run what may take long on threads of its own.

        Raises:
            UnavailableError: The server is not ready.
        """
        return await self._run("report", partial(work, *args, **named))

    def subscribers(self) -> tuple[Subscriber, ...]:
        """Give the channels that are on."""
        return self._book.subscribers

    def check(self) -> None:
        """Read from the journal.

        Raises:
            JournalUnavailable: It cannot be read.
        """
        with self.journal.read() as connection:
            projects(connection)

    def _make_lookers(self) -> tuple[Opener, Lookout]:
        lookout = Lookout(
            self.journal,
            self.history,
            self.clock,
            subscribers=self.subscribers,
            named=self.filters.held,
            on_look=self.metrics.looked.set,
        )
        return Opener(self.journal, self.history, self.clock), lookout

    def _make_courier(self, book: ChannelBook) -> Courier:
        return Courier(
            self.journal,
            book,
            self.clock,
            sources=Sources(self.settings.public_url, self._herald.tell),
            on_result=self.metrics.count_notice,
        )

    async def _run(self, pool: str, work: Callable[[], T]) -> T:
        if not self.is_ready:
            raise UnavailableError
        return await asyncio.get_running_loop().run_in_executor(self._pools[pool], work)

    def _warm(self) -> None:
        # Heavy libraries load only now: the server answers events before it can draw.
        try:
            self.history.warm()
            from afterword.reports import render  # noqa: F401, PLC0415  # as above
        except Exception:
            LOG.exception("Reports could not be made ready; the first one tries again.")
        if self._on_warm is not None:
            self._on_warm()


def _pool(opened: ExitStack, name: str) -> Executor:
    pool = ThreadPoolExecutor(THREADS[name], f"afterword-{name}")
    opened.callback(pool.shutdown, wait=True, cancel_futures=True)
    return pool


class _JournalKeys:
    """Looks keys up in a fresh snapshot of the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def find(self, secret: str) -> Key | None:
        with self._journal.read() as connection:
            return find_key(connection, secret)
