"""Erasing one person from the journal, in one transaction."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.erasing import anonymous, moved, without_guest
from afterword.errors import UnknownPerson
from afterword.journal import days, locks, tombstones
from afterword.journal.asking import save_asks
from afterword.journal.events import load_conversations, save_conversations
from afterword.journal.people import Mentions, find_held, find_mentions, key_of, touched_by
from afterword.journal.projects import find_project
from afterword.journal.sessions import Saved, day_of, save_sessions
from afterword.journal.statements import chunks, upsert
from afterword.journal.tables import (
    ASKS,
    CONVERSATIONS,
    DECISIONS,
    DIRTY_DAYS,
    ERASED_DAYS,
    EVENTS,
    OUTBOX,
    PERSONS,
    RATINGS,
    SESSIONS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from afterword.domain.session import Session
    from afterword.journal.engine import Journal
    from afterword.journal.people import Held
    from afterword.journal.projects import Project


_DAY: Final = ERASED_DAYS.c


class Gone(Struct, frozen=True, kw_only=True):
    """How much is not there any more."""

    events: int = 0
    traits: int = 0  # of the person; those frozen into sessions went with them
    reasons: int = 0
    decisions: int = 0
    rating_changes: int = 0
    notices: int = 0


class Kept(Struct, frozen=True, kw_only=True):
    """How much stays as counts, of nobody."""

    sessions: int = 0
    ratings: int = 0
    feedback: int = 0
    asks: int = 0


class Erasure(Struct, frozen=True, kw_only=True):
    """What an erasure did; ``at_us``: nothing that happened up to then is kept again."""

    at_us: int
    gone: Gone = Gone()
    kept: Kept = Kept()


def erase(journal: Journal, project: str, told: str, now_us: Callable[[], int]) -> Erasure:
    """Erase a person from the journal.

    Args:
        journal: Everything of it but the files below ``forget``.
        project: The tenant.
        told: The person, as ``people.key_of``.
        now_us: Server time.

    Returns:
        What went and what stays; nothing of either where the person was erased before.

    Raises:
        UnknownPerson: Nothing is held of the person, nor ever was.
        JournalUnavailable: Nothing was changed.
    """
    with journal.read() as connection:  # the long look: nobody waits for it
        tenant = find_project(connection, project)
        if tenant is None:
            raise UnknownPerson
        key = key_of(connection, project, told)
        user_id = None if key == told else told
        seen = Mentions() if user_id is None else find_mentions(connection, project, user_id)

    def take(connection: Connection) -> Erasure:
        locks.hold_erased(connection)
        held = _hold(connection, tenant.name, key, user_id, seen)
        at_us = now_us()
        if not held.is_empty:
            return _remove(connection, tenant, held, max(at_us, _last_us(connection, held)))
        locks.tidy(connection, tenant.name, held.shared, held.keys)
        before_us = tombstones.erased_at(connection, tenant, [key]).get(key)
        if before_us is None:
            raise UnknownPerson
        return Erasure(at_us=before_us)

    return journal.run(take)


def unwritten(connection: Connection, project: str | None = None) -> list[tuple[str, date]]:
    """List the projects and days whose files may still hold somebody who was erased."""
    same_day = sa.and_(_DAY.project == DIRTY_DAYS.c.project, _DAY.day == DIRTY_DAYS.c.day)
    query = (
        sa.select(_DAY.project, _DAY.day)
        .join(DIRTY_DAYS, same_day)
        .where(DIRTY_DAYS.c.written < _DAY.version)
    )
    if project is not None:
        query = query.where(_DAY.project == project)
    rows = connection.execute(query.order_by(_DAY.project, _DAY.day))
    return [(row.project, days.as_date(row.day)) for row in rows]


def _hold(
    connection: Connection, project: str, key: str, user_id: str | None, seen: Mentions
) -> Held:
    mentions = seen
    if user_id is not None:
        mentions = find_mentions(connection, project, user_id, seen)
    touched = touched_by(connection, project, key, mentions)
    locks.hold_conversations(connection, project, touched)
    held = find_held(connection, project, key, touched, mentions)
    locks.hold_persons(connection, project, held.keys)
    return held


def _last_us(connection: Connection, held: Held) -> int:
    # A clock that was ahead may have told of what is to come: not even that comes back.
    last_us = max((session.last_us for session in held.sessions), default=0)
    for part in chunks(sorted(held.mentions.events)):
        newest = sa.select(sa.func.max(EVENTS.c.at_us)).where(EVENTS.c.seq.in_(part))
        last_us = max(last_us, connection.execute(newest).scalar() or 0)
    return last_us


def _remove(connection: Connection, project: Project, held: Held, at_us: int) -> Erasure:
    ids = {session.id for session in held.sessions}
    ask_ids = {ask.id for session in held.sessions for ask in session.asks}
    name = project.name
    gone = Gone(
        events=_remove_events(connection, name, held),
        traits=0 if held.person is None else len(held.person.traits),
        reasons=sum(
            session.rating is not None and session.rating.reason is not None
            for session in held.sessions
        ),
        decisions=_delete(connection, DECISIONS, name, "session_id", ids),
        rating_changes=_delete(connection, RATINGS, name, "session_id", ids)
        + _delete(connection, RATINGS, name, "seq", held.mentions.ratings),
        notices=_delete(connection, OUTBOX, name, "subject", ids | ask_ids),
    )
    _delete(connection, ASKS, name, "id", ask_ids)
    _delete(connection, PERSONS, name, "key", held.keys)
    _delete(connection, CONVERSATIONS, name, "id", held.conversations)
    tombstones.bury(connection, project, held.keys, at_us)
    _unname_guest(connection, name, held, at_us)
    kept = _rewrite(connection, name, held, at_us)
    locks.tidy(connection, name, held.shared, held.keys)
    return Erasure(at_us=at_us, gone=gone, kept=kept)


def _remove_events(connection: Connection, project: str, held: Held) -> int:
    n_events = _delete(connection, EVENTS, project, "seq", held.mentions.events)
    n_events += _delete(connection, EVENTS, project, "conversation_id", held.conversations)
    for session in held.sessions:
        if session.conversation_id in held.shared:
            done = connection.execute(
                sa.delete(EVENTS).where(
                    EVENTS.c.project == project,
                    EVENTS.c.conversation_id == session.conversation_id,
                    EVENTS.c.number == session.number,
                )
            )
            n_events += done.rowcount
    _drop_waiting(connection, project, held)
    return n_events


def _drop_waiting(connection: Connection, project: str, held: Held) -> None:
    found = load_conversations(connection, project, sorted(held.shared)).values()
    for conversation in found:
        conversation.waiting = [
            one for one in conversation.waiting if one.event.user_id != held.user_id
        ]
    save_conversations(connection, project, list(found))


def _unname_guest(connection: Connection, project: str, held: Held, at_us: int) -> None:
    user_id = held.user_id
    if user_id is None:
        return
    changed = [without_guest(session, user_id) for session in held.guested]
    for session in changed:
        save_asks(connection, project, session.asks, at_us)
    _save(connection, project, [(one, _due_us(connection, one)) for one in changed])


def _due_us(connection: Connection, session: Session) -> int | None:
    timer = sa.select(SESSIONS.c.due_us).where(*_is(session))
    return connection.execute(timer).scalar()


def _rewrite(connection: Connection, project: str, held: Held, at_us: int) -> Kept:
    rewritten = []
    for session in held.sessions:
        is_alone = session.conversation_id in held.conversations
        if is_alone:  # where others are in the conversation its sessions keep their numbers
            connection.execute(sa.delete(SESSIONS).where(*_is(session)))
        placed = moved(session, _make_id) if is_alone else session
        rewritten.append(anonymous(placed, _make_id, at_us))
    asks = [ask for session in rewritten for ask in session.asks]
    save_asks(connection, project, asks, at_us)
    _save(connection, project, [(session, None) for session in rewritten])
    return Kept(
        sessions=len(rewritten),
        ratings=sum(session.rating is not None for session in rewritten),
        feedback=sum(len(session.feedback) for session in rewritten),
        asks=len(asks),
    )


def _make_id() -> str:
    return secrets.token_hex(16)


def _is(session: Session) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        SESSIONS.c.project == session.project,
        SESSIONS.c.conversation_id == session.conversation_id,
        SESSIONS.c.number == session.number,
    )


def _save(connection: Connection, project: str, timed: list[tuple[Session, int | None]]) -> None:
    versions = days.raise_versions(connection, project, {day_of(one) for one, _ in timed})
    rows = [Saved(one, due_us, versions[day_of(one)]) for one, due_us in timed]
    save_sessions(connection, rows)
    marks = [(project, day, version) for day, version in versions.items()]
    upsert(connection, ERASED_DAYS, ("project", "day", "version"), marks)


def _delete(
    connection: Connection, table: Table, project: str, column: str, values: Collection[Any]
) -> int:
    n_rows = 0
    for part in chunks(sorted(values)):
        done = connection.execute(
            sa.delete(table).where(table.c.project == project, table.c[column].in_(part))
        )
        n_rows += done.rowcount
    return n_rows
