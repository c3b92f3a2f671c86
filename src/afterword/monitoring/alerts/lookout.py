"""The lookout: the one thread that decides, again and again, what is to be told of ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.policy import HOUR_US, SECOND_US
from afterword.intake.rounds import Rounds
from afterword.journal import days
from afterword.journal.alerts import Resolution, newest_alerts, save_alert
from afterword.journal.markers import markers
from afterword.journal.monitors import load_monitors, save_monitors
from afterword.journal.outbox import Topic, add_notices
from afterword.journal.projects import hold_project, load_project
from afterword.journal.releases import days_accepted
from afterword.monitoring.alerts import news
from afterword.monitoring.alerts.steps import Move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.engine import Connection

    from afterword.history.history import History
    from afterword.history.named_filters import Named
    from afterword.intake.clock import Clock
    from afterword.journal import Journal
    from afterword.journal.alerts import Alert
    from afterword.journal.markers import Marker
    from afterword.journal.outbox import Subscriber
    from afterword.monitoring.alerts.cases import Case, Telling
    from afterword.monitoring.alerts.seeing import Now
    from afterword.monitoring.alerts.steps import Seen, Step

FIRST_SECONDS: Final = 30.0
EVERY_SECONDS: Final = 20.0  # with the count itself well within a minute
TOPICS: Final = {
    Move.OPEN: Topic.ALERT_OPENED,
    Move.UPDATE: Topic.ALERT_UPDATED,
    Move.RESOLVE: Topic.ALERT_RESOLVED,
}


class _Change(NamedTuple):
    case: Case
    step: Step
    told: Telling | None


class _Kept(NamedTuple):
    before: dict[str, str]
    after: dict[str, str]


class Lookout:
    """Counts what is new of each project, and opens, updates and resolves its alerts.

    Of several servers the one that leads does it. Should two hold themselves for it, the journal
    lets one open an alert.
    """

    def __init__(
        self,
        journal: Journal,
        history: History,
        clock: Clock,
        *,
        subscribers: Callable[[], Sequence[Subscriber]] = tuple,
        named: Callable[[], Named] = dict,
        on_look: Callable[[float], object] = lambda _seconds: None,
    ) -> None:
        """Take where ratings and alerts are; nothing runs until ``start``.

        Args:
            journal: Keeps monitors and alerts.
            history: Where the sessions are.
            clock: Server time.
            subscribers: Gives the channels that are told.
            named: Gives the named filters, each a stream.
            on_look: Told the Unix time after every look at all projects.
        """
        self._journal, self._history, self._clock = journal, history, clock
        self._subscribers, self._named, self._on_look = subscribers, named, on_look
        self._stands: dict[str, object] = {}
        self._settled: dict[str, date] = {}
        self._rounds = Rounds(
            "afterword-lookout", "Monitors could not be brought up to date; tried again soon."
        )

    def start(self) -> None:
        """Start the thread."""
        self._rounds.start(self.run_once, first_seconds=FIRST_SECONDS, every_seconds=EVERY_SECONDS)

    def stop(self) -> None:
        """Stop after the project that is being looked at."""
        self._rounds.stop()

    def run_once(self) -> list[Alert]:
        """Look at every project; give the alerts that changed.

        Raises:
            JournalUnavailable: It cannot be read or written; the next time makes up for it.
        """
        if not self._journal.lead():
            self._stands.clear()
            self._settled.clear()
            return []
        with self._journal.read() as connection:
            projects = days.projects(connection)
        changed = []
        for project in projects:
            if self._rounds.are_stopping:
                break
            changed += self._look(project)
        self._on_look(self._clock.now_us() / SECOND_US)
        return changed

    def _look(self, project: str) -> list[Alert]:
        from afterword.monitoring.alerts import seeing  # noqa: PLC0415  # heavy: server first

        now = seeing.Now(self._clock.now_us())
        is_whole = self._settled.get(project) != now.settled
        with self._journal.read() as connection:
            # Silence is seen by the hour.
            stand = (days.change_mark(connection, project), now.us // HOUR_US)
            if not is_whole and self._stands.get(project) == stand:
                return []
            bodies = load_monitors(connection, project)
            newest = newest_alerts(connection, project)
            notes = markers(connection, project)
            accepted = days_accepted(connection, project)
        kept = seeing.read_monitors(bodies)
        if is_whole:
            whole = self._history, project, kept, now
            found = seeing.see_whole(*whole, self._named(), accepted=accepted)
            found.append(seeing.see_answers(*whole, accepted=accepted))
        else:
            found = seeing.see_newest(self._history, project, kept, now, self._named())
        monitors = seeing.write_monitors(found) if is_whole else {}
        changes = [
            _Change(case, step, case.tell(step) if step.move is not Move.RESOLVE else None)
            for case in self._cases(project, found, now, notes)
            if (step := case.step(newest.get(case.key))) is not None
        ]
        alerts = self._journal.run(
            lambda connection: self._write_new(
                connection, project, changes, _Kept(bodies, monitors), now
            )
        )
        if alerts is None:
            return []
        self._stands[project], self._settled[project] = stand, now.settled
        return alerts

    def _cases(
        self, project: str, found: Sequence[Seen], now: Now, notes: Sequence[Marker]
    ) -> Iterator[Case]:
        from afterword.monitoring.alerts import (  # noqa: PLC0415  # heavy: server first
            answering,
            silence,
            streams,
        )

        for one in found:
            if one.stream == answering.STREAM:
                yield from streams.cases_of_answers(one, now, notes)
            else:
                yield from streams.cases_of_ratings(
                    self._history, project, one, now, self._named(), notes
                )
        yield from silence.cases_of_silence(self._history, project, now)

    def _write_new(
        self,
        connection: Connection,
        project: str,
        changes: Sequence[_Change],
        kept: _Kept,
        now: Now,
    ) -> list[Alert] | None:
        """Write; None where monitors were rebased meanwhile, and are to be looked at again."""
        load_project(connection, project, now.us)
        hold_project(connection, project)
        if load_monitors(connection, project) != kept.before:
            return None
        return self._write(connection, project, changes, kept.after, now)

    def _write(
        self,
        connection: Connection,
        project: str,
        changes: Sequence[_Change],
        monitors: dict[str, str],
        now: Now,
    ) -> list[Alert]:
        save_monitors(connection, project, monitors)
        newest = newest_alerts(connection, project)
        done = []
        for case, step, told in changes:
            last = newest.get(case.key)
            # Somebody may have resolved it meanwhile, or another server have opened it.
            if case.step(last) != step:
                continue
            alert = _alert(project, case, step, told, last, now.us)
            alert = news.beneath(alert, newest, is_new=step.move is Move.OPEN)
            save_alert(connection, alert)
            newest[case.key] = alert
            is_news = last is None or alert.changed_us != last.changed_us
            if is_news and news.is_told(alert, newest):
                topic = TOPICS[step.move]
                notices = news.notices(topic, alert, self._subscribers(), now.us)
                add_notices(connection, notices, now.us)
            done.append(alert)
        return done


def _alert(  # all that it is made of
    project: str, case: Case, step: Step, told: Telling | None, last: Alert | None, now_us: int
) -> Alert:
    if told is None:
        assert last is not None  # noqa: S101  # what is resolved is there
        return news.resolved(last, step.resolution or Resolution.BACK, now_us)
    if step.move is Move.UPDATE and last is not None:
        return news.updated(last, told, now_us)
    return news.opened(project, case.key, told, now_us)
