"""What intake does by itself: sessions whose time has come, and events past their keeping."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US, MINUTE_US, Policy
from afterword.intake.group import Group
from afterword.journal.events import first_received_us, purge_events
from afterword.journal.projects import load_project, newest_policies
from afterword.journal.sessions import (
    due_sessions,
    hold_due,
    load_session,
    next_due_us,
    postpone,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from afterword.domain.ids import TimeOrderedIds
    from afterword.domain.session import Session
    from afterword.intake.clock import Clock
    from afterword.journal import Journal
    from afterword.journal.outbox import Subscriber

LOG: Final = logging.getLogger(__name__)
SESSIONS_AT_ONCE: Final = 500
EVENTS_AT_ONCE: Final = 5_000
AGAIN_US: Final = 10 * MINUTE_US


def tick(
    journal: Journal,
    clock: Clock,
    ids: TimeOrderedIds,
    subscribers: Sequence[Subscriber] = (),
) -> int:
    """Look again at sessions whose timer is due: expire, withdraw, ask, close, settle.

    Args:
        journal: The journal; a transaction is begun only where something is due.
        clock: Server time.
        ids: Makes the ids of asks.
        subscribers: The channels that want to hear of them.

    Returns:
        The number of sessions looked at, at most 500.

    Raises:
        JournalUnavailable: No transaction could be begun.
    """
    with journal.read() as connection:
        due_us = next_due_us(connection)
    if due_us is None or due_us > clock.now_us():
        return 0
    due: list[Session] = []

    def look(connection: Connection) -> int:
        due[:] = due_sessions(connection, clock.now_us(), SESSIONS_AT_ONCE)
        return _look_at(connection, due, clock, ids, subscribers)

    try:
        return journal.run(look)
    except Exception:
        if not due:
            raise
        LOG.exception("Sessions that are due could not be written together.")
        for session in due:
            _look_at_alone(journal, session, clock, ids, subscribers)
    return len(due)


def _look_at(
    connection: Connection,
    due: list[Session],
    clock: Clock,
    ids: TimeOrderedIds,
    subscribers: Sequence[Subscriber],
) -> int:
    by_project: dict[str, list[Session]] = {}
    for session in due:
        by_project.setdefault(session.project, []).append(session)
    n_sessions = 0
    for name in sorted(by_project):
        project = load_project(connection, name, clock.now_us())
        held = hold_due(connection, name, by_project[name], clock.now_us())
        Group(connection, project, clock, ids, subscribers).tick(held)
        n_sessions += len(held)
    return n_sessions


def _look_at_alone(
    journal: Journal,
    stale: Session,
    clock: Clock,
    ids: TimeOrderedIds,
    subscribers: Sequence[Subscriber],
) -> None:
    key = (stale.project, stale.conversation_id, stale.number)

    def look(connection: Connection) -> None:
        session = load_session(connection, *key)
        if session is not None:
            _look_at(connection, [session], clock, ids, subscribers)

    try:
        journal.run(look)
    except Exception:
        LOG.exception("Session %s could not be written; it is tried again later.", stale.id)
        with journal.write() as connection:
            postpone(connection, *key, clock.now_us() + AGAIN_US)


def purge(journal: Journal, now_us: int) -> int:
    """Delete some of the events that have been kept long enough; give how many."""
    with journal.read() as connection:
        oldest_us = first_received_us(connection)
        kept = [one.events_kept_days for one in newest_policies(connection)]
    # Projects share the table, and the oldest go first: the longest keeping counts for all.
    before_us = now_us - max(kept, default=Policy().events_kept_days) * DAY_US
    if oldest_us is None or oldest_us >= before_us:
        return 0
    with journal.write() as connection:
        return purge_events(connection, before_us, EVENTS_AT_ONCE)
