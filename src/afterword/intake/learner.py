"""The weekly look: what a project's traffic teaches becomes a new version of its policy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from afterword.domain.day_pauses import DayPauses, day_of
from afterword.domain.learning import eligible_of, look
from afterword.domain.policy import DAY_US, WEEK_US
from afterword.domain.silence import MOST_DAYS
from afterword.intake.rounds import Rounds
from afterword.journal import days
from afterword.journal.learning import (
    count_asks,
    drop_pauses,
    keep_pauses,
    load_memory,
    pauses_since,
    save_memory,
    tally_asks,
)
from afterword.journal.projects import change_policy, hold_project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.engine import Connection

    from afterword.domain.caution import Tally
    from afterword.domain.light_hours import LightHours
    from afterword.domain.memory import Memory
    from afterword.domain.session import Session, Trigger
    from afterword.intake.clock import Clock
    from afterword.journal import Journal

LOG: Final = logging.getLogger(__name__)
FIRST_SECONDS: Final = 60.0
EVERY_SECONDS: Final = 3_600.0
SESSIONS_AT_ONCE: Final = 1_000  # some 15 ms
REST_SECONDS: Final = 0.05
OVER_DAYS: Final = 2  # a session lasts a day at most: then those of a day are over


class Learner:
    """Counts the pauses of each day that is over, and looks at what they say once a week."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        light_hours: Callable[[str], tuple[LightHours, ...] | None] = lambda _: None,
    ) -> None:
        """Take the journal and server time; nothing runs until ``start``.

        Args:
            journal: Where sessions, asks and policies are.
            clock: Server time.
            light_hours: Counts a project's light hours, which the journal alone cannot tell; None
                where it cannot now.
        """
        self._journal, self._clock, self._light_hours = journal, clock, light_hours
        self._rounds = Rounds(
            "afterword-learner", "Nothing could be learnt; it is tried again in an hour."
        )

    def start(self) -> None:
        """Start the thread."""
        self._rounds.start(self.run_once, first_seconds=FIRST_SECONDS, every_seconds=EVERY_SECONDS)

    def stop(self) -> None:
        """Stop after the day that is being counted."""
        self._rounds.stop()

    def run_once(self) -> int:
        """Do what is due; give the number of policies that changed.

        Raises:
            JournalUnavailable: It cannot be read or written; the next time goes on from there.
        """
        with self._journal.read() as connection:
            projects = days.projects(connection)
        n_changed = 0
        for project in projects:
            if self._rounds.are_stopping:
                break
            has_news = self._count(project)
            n_changed += self._look(project, has_news=has_news)
        return n_changed

    def _count(self, project: str) -> bool:
        """Keep the pauses of every day that is over; tell whether there was one."""
        today = self._clock.now_us() // DAY_US
        with self._journal.read() as connection:
            memory = load_memory(connection, project)
            known = [days.as_number(day) for day in days.days(connection, project)]
        first = max(memory.counted_day + 1, today - MOST_DAYS)
        over = [day for day in known if first <= day <= today - OVER_DAYS]
        for day in over:
            if self._rounds.are_stopping:
                return False
            found = self._pauses_of(project, day)
            with self._journal.write() as connection:
                hold_project(connection, project)
                keep_pauses(connection, project, day, found)
                drop_pauses(connection, project, today - MOST_DAYS)
                memory = load_memory(connection, project)
                save_memory(connection, project, replace(memory, counted_day=day))
        return bool(over)

    def _pauses_of(self, project: str, day: int) -> DayPauses:
        with self._journal.read() as connection:
            policy = load_project(connection, project, self._clock.now_us()).policy
            sessions = days.day_sessions(connection, project, days.as_date(day))
            production = (one for one in sessions if one.environment == "production")
            return day_of(self._calmly(production), policy)

    def _calmly(self, sessions: Iterable[Session]) -> Iterator[Session]:
        # A day may have a million of them, and intake shares the interpreter. Whoever stops us
        # waits for the rest of the day, without rests.
        for number, session in enumerate(sessions, start=1):
            yield session
            if number % SESSIONS_AT_ONCE == 0:
                self._rounds.rest(REST_SECONDS)

    def _look(self, project: str, *, has_news: bool) -> bool:
        now_us = self._clock.now_us()
        with self._journal.read() as connection:
            memory = load_memory(connection, project)
            policy = load_project(connection, project, now_us).policy
            if not policy.learns or not memory.is_due(now_us, has_news=has_news):
                return False
            pauses = pauses_since(connection, project, now_us // DAY_US - MOST_DAYS)
            tallies = _tallies(connection, project, memory, now_us)
            eligible = policy.eligible_per_week
            if tallies is not None:
                n_asks = count_asks(connection, project, now_us - WEEK_US, now_us)
                eligible = eligible_of(policy, round(n_asks / policy.chance_of_asking))
        light = self._light_hours(project) if policy.moves("light_hours") else None
        found, after = look(policy, memory, pauses, tallies, now_us, light)

        def write(connection: Connection) -> bool:
            hold_project(connection, project)
            if load_memory(connection, project) != memory:
                return False  # another server was first
            stored, is_changed = change_policy(
                connection,
                project,
                lambda current: replace(current, learnt=found, eligible_per_week=eligible),
                now_us,
            )
            if is_changed:
                LOG.info("Policy %d of project %s was learnt.", stored.version, project)
            save_memory(connection, project, after)
            return is_changed

        return self._journal.run(write)


def _tallies(
    connection: Connection, project: str, memory: Memory, now_us: int
) -> dict[Trigger, Tally] | None:
    if memory.tallied_us is None or not memory.has_week(now_us):
        return None
    # Of asks that were granted a day ago it is known what became of them.
    return tally_asks(connection, project, memory.tallied_us - DAY_US, now_us - DAY_US)
