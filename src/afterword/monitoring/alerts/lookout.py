"""The lookout: the one thread that decides, again and again, what is to be told of ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.intake.rounds import Rounds
from afterword.journal import days
from afterword.journal.alerts import (
    AlertKind,
    Resolution,
    newest_alerts,
    save_alert,
)
from afterword.journal.monitors import load_monitors, save_monitors
from afterword.journal.outbox import Topic, add_notices
from afterword.journal.projects import hold_project, load_project
from afterword.monitoring.alerts import news
from afterword.monitoring.alerts.steps import Move, step_of
from afterword.monitoring.streams.baseline import Direction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.engine import Connection

    from afterword.history.history import History
    from afterword.history.named_filters import Named
    from afterword.intake.clock import Clock
    from afterword.journal import Journal
    from afterword.journal.alerts import Alert
    from afterword.journal.outbox import Subscriber
    from afterword.monitoring.alerts.explaining import Finding
    from afterword.monitoring.alerts.seeing import Now
    from afterword.monitoring.alerts.steps import Seen, Step

    Newest = Mapping[tuple[str, str, str], Alert]

FIRST_SECONDS: Final = 30.0
EVERY_SECONDS: Final = 20.0  # with the count itself well within a minute
TOPICS: Final = {
    Move.OPEN: Topic.ALERT_OPENED,
    Move.UPDATE: Topic.ALERT_UPDATED,
    Move.RESOLVE: Topic.ALERT_RESOLVED,
}


class _Change(NamedTuple):
    seen: Seen
    direction: Direction
    step: Step
    found: Finding | None


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
    ) -> None:
        """Take where ratings and alerts are; nothing runs until ``start``.

        Args:
            journal: Keeps monitors and alerts.
            history: Where the sessions are.
            clock: Server time.
            subscribers: Gives the channels that are told.
            named: Gives the named filters, each a stream.
        """
        self._journal, self._history, self._clock = journal, history, clock
        self._subscribers, self._named = subscribers, named
        self._marks: dict[str, tuple[int, ...]] = {}
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
            self._marks.clear()
            self._settled.clear()
            return []
        with self._journal.read() as connection:
            projects = days.projects(connection)
        changed = []
        for project in projects:
            if self._rounds.are_stopping:
                break
            changed += self._look(project)
        return changed

    def _look(self, project: str) -> list[Alert]:
        from afterword.monitoring.alerts import seeing  # noqa: PLC0415  # heavy: server first

        now = seeing.Now(self._clock.now_us())
        with self._journal.read() as connection:
            mark = days.change_mark(connection, project)
            kept = seeing.read_monitors(load_monitors(connection, project))
            newest = newest_alerts(connection, project)
        is_whole = self._settled.get(project) != now.settled
        if not is_whole and self._marks.get(project) == mark:
            return []
        see = seeing.see_whole if is_whole else seeing.see_newest
        found = see(self._history, project, kept, now, self._named())
        changes = [
            self._change(project, one, direction, step, now)
            for one in found
            for direction in Direction
            if (step := _step(one, direction, newest, now)) is not None
        ]
        monitors = seeing.write_monitors(found) if is_whole else {}
        alerts = self._journal.run(
            lambda connection: self._write(connection, project, changes, monitors, now)
        )
        self._marks[project], self._settled[project] = mark, now.settled
        return alerts

    def _change(
        self, project: str, seen: Seen, direction: Direction, step: Step, now: Now
    ) -> _Change:
        if step.episode is None:
            return _Change(seen, direction, step, None)
        from afterword.monitoring.alerts.explaining import explain  # noqa: PLC0415  # heavy

        found = explain(self._history, project, seen, step.episode, now, self._named())
        return _Change(seen, direction, step, found)

    def _write(
        self,
        connection: Connection,
        project: str,
        changes: Sequence[_Change],
        monitors: dict[str, str],
        now: Now,
    ) -> list[Alert]:
        load_project(connection, project, now.us)
        hold_project(connection, project)
        save_monitors(connection, project, monitors)
        newest = newest_alerts(connection, project)
        done = []
        for change in changes:
            # Somebody may have resolved it meanwhile, or another server have opened it.
            if _step(change.seen, change.direction, newest, now) != change.step:
                continue
            last = newest.get(_key(change.seen, change.direction))
            alert = self._alert(project, change, last, now)
            save_alert(connection, alert)
            if last is None or alert.changed_us != last.changed_us:
                topic = TOPICS[change.step.move]
                told = news.notices(topic, alert, self._subscribers(), now.us)
                add_notices(connection, told, now.us)
            done.append(alert)
        return done

    def _alert(self, project: str, change: _Change, last: Alert | None, now: Now) -> Alert:
        step, found = change.step, change.found
        if step.move is Move.OPEN and found is not None:
            return news.opened(project, change.seen.stream, found, now.us)
        assert last is not None  # noqa: S101  # what is not opened is there
        if found is not None:
            return news.updated(last, found, now.us)
        return news.resolved(last, step.resolution or Resolution.BACK, now.us)


def _key(seen: Seen, direction: Direction) -> tuple[str, str, str]:
    return AlertKind.MONITOR.value, seen.stream, direction.value


def _step(seen: Seen, direction: Direction, newest: Newest, now: Now) -> Step | None:
    last = newest.get(_key(seen, direction))
    return step_of(seen, direction, last, now.settled, now.today)
