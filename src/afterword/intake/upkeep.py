"""What intake does by itself: sessions whose time has come, and events past their keeping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US, Policy
from afterword.intake.group import Group
from afterword.journal.events import first_received_us, purge_events
from afterword.journal.projects import load_project
from afterword.journal.sessions import due_sessions, next_due_us

if TYPE_CHECKING:
    from afterword.domain.ids import TimeOrderedIds
    from afterword.domain.session import Session
    from afterword.journal import Journal

SESSIONS_AT_ONCE: Final = 500
EVENTS_AT_ONCE: Final = 5_000


def tick(journal: Journal, now_us: int, ids: TimeOrderedIds) -> int:
    """Look again at sessions whose timer is due: expire, withdraw, ask, close, settle.

    Args:
        journal: The journal; a transaction is begun only where something is due.
        now_us: Server time.
        ids: Makes the ids of asks.

    Returns:
        The number of sessions looked at, at most 500.
    """
    with journal.read() as connection:
        due_us = next_due_us(connection)
    if due_us is None or due_us > now_us:
        return 0
    with journal.write() as connection:
        due = due_sessions(connection, now_us, SESSIONS_AT_ONCE)
        by_project: dict[str, list[Session]] = {}
        for session in due:
            by_project.setdefault(session.project, []).append(session)
        for name, sessions in by_project.items():
            project = load_project(connection, name, now_us)
            Group(connection, project, now_us, ids).tick(sessions)
    return len(due)


def purge(journal: Journal, now_us: int) -> int:
    """Delete some of the events that have been kept long enough; give how many."""
    before_us = now_us - Policy().events_kept_days * DAY_US
    with journal.read() as connection:
        oldest_us = first_received_us(connection)
    if oldest_us is None or oldest_us >= before_us:
        return 0
    with journal.write() as connection:
        return purge_events(connection, before_us, EVENTS_AT_ONCE)
