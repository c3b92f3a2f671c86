"""Intake: the one pipeline for live traffic and imports, with its writer and its timers."""

from __future__ import annotations

import logging
import secrets
from concurrent.futures import Future
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from afterword.domain.ids import TimeOrderedIds
from afterword.domain.policy import LIVE_AHEAD_US
from afterword.errors import AfterwordError, JournalUnavailable, Stopping
from afterword.intake import upkeep
from afterword.intake.clock import Clock
from afterword.intake.envelope import Envelope, ImportResult, Outcome, Refused, Sourced
from afterword.intake.group import Group
from afterword.intake.line import STOP, Line, Waiting
from afterword.journal.events import last_received_us
from afterword.journal.projects import load_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.engine import Connection

    from afterword.domain.use_cases import UseCases
    from afterword.journal import Journal
    from afterword.journal.outbox import Subscriber

LOG: Final = logging.getLogger(__name__)
GROUP_EVENTS: Final = 5_000  # more wait for the next group: a commit must not take seconds
IMPORT_EVENTS: Final = 2_000
UNEXPECTED_MOST: Final = 10  # more than a few, and it is not the events that are at fault
TIMER_SECONDS: Final = 0.5
# After a start and after a repeat more are likely: so many groups look before they insert.
CAREFUL_GROUPS: Final = 20


class Intake:
    """Takes envelopes, commits them in groups, and answers only after the commit."""

    def __init__(
        self,
        journal: Journal,
        *,
        clock: Clock | None = None,
        subscribers: Callable[[], Sequence[Subscriber]] = tuple,
        use_cases: Callable[[str], UseCases | None] = lambda _: None,
    ) -> None:
        """Take the journal; nothing runs until ``start``.

        Args:
            journal: Where everything is committed.
            clock: Server time; the system's when None.
            subscribers: Gives the channels that want to hear of asks and ratings.
            use_cases: Gives what users of a project may have come for, if somebody named it.
        """
        self._journal = journal
        self._clock = clock or Clock()
        self._ids = TimeOrderedIds(secrets.randbits)
        self._subscribers, self._use_cases = subscribers, use_cases
        self._line = Line()
        self._n_careful = CAREFUL_GROUPS
        self._is_stopping = Event()
        self._door = Lock()  # nothing may be handed in behind the last of the queue
        self._threads: list[Thread] = []
        self._keep_time()
        with journal.read() as connection:
            newest_us = last_received_us(connection)
        if newest_us > self._clock.now_us() + LIVE_AHEAD_US:
            LOG.warning("The clock is behind the newest event: see 'afterword doctor'.")
        self._clock.no_earlier_than(newest_us)

    def start(self) -> None:
        """Start the writer and the timers."""
        self._threads = [
            Thread(target=self._write_on, name="afterword-writer", daemon=True),
            Thread(target=self._watch, name="afterword-timers", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, envelope: Envelope) -> Future[Outcome]:
        """Hand an envelope to the writer.

        Returns:
            A future that gives the outcome once it is committed, or raises what went wrong.
        """
        future: Future[Outcome] = Future()
        with self._door:
            if self._is_stopping.is_set() or not self._threads:
                future.set_exception(Stopping())
            else:
                self._line.put((envelope, future))
        return future

    def stop(self) -> None:
        """Commit what has been handed in, then stop."""
        with self._door:
            self._is_stopping.set()
            self._line.put(STOP)
        for thread in self._threads:
            thread.join()
        self._threads = []
        self._line.close()

    def run(self, envelope: Envelope) -> Outcome:
        """Take one envelope here and now.

        Raises:
            JournalUnavailable: Nothing of it was kept.
        """
        future: Future[Outcome] = Future()
        self._settle([(envelope, future)])
        return future.result()

    def import_events(
        self,
        project: str,
        items: Iterable[Sourced | Refused],
        on_progress: Callable[[int], None] | None = None,
    ) -> ImportResult:
        """Import events; those of one conversation must come in the order of their times.

        Args:
            project: The tenant.
            items: Events, and what could not be read as one.
            on_progress: Told the number of items done so far.

        Returns:
            What was kept. An event that is there already counts as a duplicate.

        Raises:
            JournalUnavailable: It could not be written; what was committed before stays, so that
                the same import goes on from there when it is run again.
        """
        result = ImportResult()
        batch: list[Sourced] = []
        n_done = 0
        for n_done, item in enumerate(items, start=1):
            if isinstance(item, Refused):
                result.refuse(item)
                continue
            batch.append(item)
            if len(batch) >= IMPORT_EVENTS:
                self._import(project, batch, result)
                batch = []
                if on_progress is not None:
                    on_progress(n_done)
        self._import(project, batch, result)
        if on_progress is not None:
            on_progress(n_done)
        return result

    def tick(self) -> int:
        """Do what is due by now; give the number of sessions looked at."""
        return upkeep.tick(self._journal, self._clock, self._ids, self._subscribers())

    def _import(self, project: str, batch: list[Sourced], result: ImportResult) -> None:
        if not batch:
            return
        try:
            self._import_batch(project, batch, result)
        except JournalUnavailable as exc:
            raise JournalUnavailable(
                f"{exc.detail} {result.events:,} events are kept; run the import again to go on."
            ) from exc
        except Exception as exc:  # noqa: BLE001  # whatever it was, its neighbours go on
            if len(batch) == 1:
                self._refuse_unexpected(batch[0], exc, result)
                return
        else:
            return
        # Whatever it was, the neighbours of the event at fault are kept.
        middle = len(batch) // 2
        self._import(project, batch[:middle], result)
        self._import(project, batch[middle:], result)

    def _refuse_unexpected(self, item: Sourced, cause: Exception, result: ImportResult) -> None:
        if result.n_unexpected >= UNEXPECTED_MOST:
            raise cause
        result.n_unexpected += 1
        result.refuse(Refused.of(item.where, _translate(cause)))

    def _import_batch(self, project: str, batch: list[Sourced], result: ImportResult) -> None:
        events = [(place, item.event) for place, item in enumerate(batch)]
        facts = {place: item.facts for place, item in enumerate(batch) if item.facts is not None}
        envelope = Envelope(project=project, events=[*events], is_import=True, facts=facts)

        def take(connection: Connection) -> tuple[Group, Outcome]:
            tenant = load_project(connection, project, self._clock.now_us())
            kinds = self._use_cases(project)
            group = Group(connection, tenant, self._clock, self._ids, use_cases=kinds)
            return group, group.run([envelope])[0]

        group, outcome = self._journal.run(take)
        result.events += outcome.accepted
        result.sessions += group.space.n_opened
        result.duplicates += outcome.duplicates
        result.ratings += sum(rated.status == "new" for rated in outcome.ratings.values())
        for one in outcome.rejected:
            result.refuse(Refused(batch[one.index].where, one.code, one.detail))

    def _write_on(self) -> None:
        is_last = False
        while not is_last:
            group, is_last = self._gather()
            if group:
                self._settle(group, self._line.read_ahead)

    def _gather(self) -> tuple[list[Waiting], bool]:
        group: list[Waiting] = []
        n_events = 0
        for waiting in self._line.take():
            if waiting is STOP:
                return group, True
            envelope, future = waiting
            if future.set_running_or_notify_cancel():
                group.append(waiting)
                n_events += len(envelope.events)
            if n_events >= GROUP_EVENTS:
                break
        return group, False

    def _settle(
        self, group: list[Waiting], before_commit: Callable[[], None] = lambda: None
    ) -> None:
        has_begun = False

        def take(connection: Connection) -> list[Outcome]:
            nonlocal has_begun
            if has_begun:  # and came to nothing, perhaps by a repeat
                self._n_careful = CAREFUL_GROUPS
            has_begun = True
            outcomes = self._run_all(connection, [envelope for envelope, _ in group])
            before_commit()
            return outcomes

        try:
            outcomes = self._journal.run(take)
        except Exception as exc:  # noqa: BLE001  # whatever it was, its neighbours go on
            # What may have been kept must not be taken again: events without ids would double.
            is_unsure = isinstance(exc, JournalUnavailable) and exc.is_unsure
            if has_begun and not is_unsure and len(group) > 1:
                for waiting in group:
                    self._settle([waiting])
                return
            # Where no transaction can be begun, none can for each of them: they need not wait.
            error = _translate(exc)
            for _, future in group:
                future.set_exception(error)
            return
        has_repeats = any(outcome.duplicates for outcome in outcomes)
        self._n_careful = CAREFUL_GROUPS if has_repeats else max(0, self._n_careful - 1)
        for (_, future), outcome in zip(group, outcomes, strict=True):
            future.set_result(outcome)

    def _run_all(self, connection: Connection, envelopes: list[Envelope]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        # Test keys are decided without limits, so they make a group of their own.
        for kind in sorted({_kind(envelope) for envelope in envelopes}):
            places = [i for i, one in enumerate(envelopes) if _kind(one) == kind]
            project = load_project(connection, kind[0], self._clock.now_us())
            group = Group(
                connection,
                project,
                self._clock,
                self._ids,
                self._subscribers(),
                self._use_cases(project.name),
            )
            chosen = [envelopes[place] for place in places]
            done = group.run(chosen, is_careful=self._n_careful > 0)
            outcomes.update(zip(places, done, strict=True))
        return [outcomes[place] for place in range(len(envelopes))]

    def _watch(self) -> None:
        while not self._is_stopping.wait(TIMER_SECONDS):
            try:
                self._keep_time()
                while self.tick() and not self._is_stopping.is_set():
                    pass
                upkeep.purge(self._journal, self._clock.now_us())
            except Exception:
                LOG.exception("The timers could not run; they try again.")

    def _keep_time(self) -> None:
        if self._journal.now_us is not None:  # one clock for all servers
            self._clock.follow(self._journal.now_us)


def _kind(envelope: Envelope) -> tuple[str, bool]:
    return (envelope.project, envelope.is_test)


def _translate(error: Exception) -> AfterwordError:
    LOG.error("A request could not be committed.", exc_info=error)
    return error if isinstance(error, AfterwordError) else JournalUnavailable()
