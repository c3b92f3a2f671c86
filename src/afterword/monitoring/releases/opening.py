"""A new model or prompt opens itself as a release, once it has a share of the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US
from afterword.history.filters import UNKNOWN, Filter
from afterword.history.questions.releases import days_of
from afterword.intake.rounds import Rounds
from afterword.journal import days
from afterword.journal.releases import OpenedBy, Release, find_release, open_release

if TYPE_CHECKING:
    from afterword.history.history import History
    from afterword.intake.clock import Clock
    from afterword.journal import Journal

WATCHED: Final = ("model", "prompt_version")  # a release is what a host calls so
LEAST_SHARE: Final = 0.1  # of the sessions of a day
LEAST_SESSIONS: Final = 20
FIRST_SECONDS: Final = 90.0
EVERY_SECONDS: Final = 900.0
_BEFORE_DAYS: Final = 28


class Opener:
    """Looks at the traffic of the last day, again and again, and opens what is new in it."""

    def __init__(self, journal: Journal, history: History, clock: Clock) -> None:
        """Take where sessions and releases are; nothing runs until ``start``."""
        self._journal, self._history, self._clock = journal, history, clock
        self._rounds = Rounds(
            "afterword-opener",
            "New models and prompts could not be looked for; tried again later.",
        )

    def start(self) -> None:
        """Start the thread."""
        self._rounds.start(self.run_once, first_seconds=FIRST_SECONDS, every_seconds=EVERY_SECONDS)

    def stop(self) -> None:
        """Stop after the project that is being looked at."""
        self._rounds.stop()

    def run_once(self) -> list[Release]:
        """Open what is new; give it. Of several servers, one opens and the others find it open.

        Raises:
            JournalUnavailable: It cannot be read or written; the next time makes up for it.
        """
        with self._journal.read() as connection:
            projects = days.projects(connection)
        opened = []
        for project in projects:
            if self._rounds.are_stopping:
                break
            for kind in WATCHED:
                opened += [
                    made
                    for name in new_values(self._history, project, kind, self._clock.now_us())
                    if (made := self._open(project, kind, name)) is not None
                ]
        return opened

    def _open(self, project: str, kind: str, name: str) -> Release | None:
        with self._journal.read() as connection:
            if find_release(connection, project, kind, name) is not None:
                return None
        wanted = Release(
            project=project,
            kind=kind,
            name=name,
            opened_us=self._clock.now_us(),
            opened_by=OpenedBy.TRAFFIC,
            place=1,
        )
        with self._journal.write() as connection:
            made, is_new = open_release(connection, wanted)
        return made if is_new else None


def new_values(history: History, project: str, kind: str, now_us: int) -> list[str]:
    """Name what has a share of the last day and had none in the four weeks before.

    Sessions count by when they were opened, so that old data read in now open nothing. Where
    nothing was known before, nothing is new.

    Args:
        history: Where the sessions are.
        project: The tenant; of its production.
        kind: ``model`` or ``prompt_version``.
        now_us: Server time.
    """
    start_us = now_us - DAY_US
    recent = _counted(history, Filter(project=project, from_us=start_us, to_us=now_us), kind)
    least = max(LEAST_SESSIONS, LEAST_SHARE * sum(recent.values()))
    often = [name for name, n in recent.items() if name != UNKNOWN and n >= least]
    if not often:
        return []
    from_us = start_us - _BEFORE_DAYS * DAY_US
    before = _counted(history, Filter(project=project, from_us=from_us, to_us=start_us), kind)
    few = LEAST_SHARE / _BEFORE_DAYS * sum(before.values())
    if not before.keys() - {UNKNOWN}:
        return []
    return [name for name in often if before.get(name, 0) <= few]


def _counted(history: History, chosen: Filter, kind: str) -> dict[str, int]:
    found = days_of(history, chosen, kind)
    return {name: sum(of.values()) for (name,), of in found.items()}
