"""The log of decisions as a replay needs it: person by person, with sessions and asks."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa

from afterword.domain.asks import Why
from afterword.domain.replay import Line, Past, PersonPast
from afterword.domain.session import Session, Trigger
from afterword.journal.asking import asks_since, load_persons
from afterword.journal.sessions import get_session
from afterword.journal.statements import chunks
from afterword.journal.tables import DECISIONS, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from afterword.domain.session import Ask

_SESSION: Final = msgspec.json.Decoder(Session)
_AT_ONCE: Final = 200  # people


def people_of(
    connection: Connection, project: str, environment: str, from_us: int, to_us: int | None
) -> Iterator[tuple[str, PersonPast]]:
    """Read the live sessions of [from, to) by opening, with their logs, a person at a time.

    Yields:
        The key of the person and what is known of them; people in no particular order.
    """
    found = _sessions(connection, project, environment, from_us, to_us)
    people = ((key, list(group)) for key, group in groupby(found, key=lambda one: one.person))
    while part := dict(islice(people, _AT_ONCE)):
        yield from _with_logs(connection, project, part)


def _sessions(
    connection: Connection, project: str, environment: str, from_us: int, to_us: int | None
) -> Iterator[Session]:
    table = SESSIONS.c
    query = sa.select(table.body).where(
        table.project == project, table.environment == environment, table.opened_us >= from_us
    )
    if to_us is not None:
        query = query.where(table.opened_us < to_us)
    ordered = query.order_by(table.user_id, table.conversation_id, table.number)
    rows = connection.execution_options(yield_per=500).execute(ordered)
    sessions = (_SESSION.decode(body) for body in rows.scalars())
    return (session for session in sessions if not session.is_imported)


def _with_logs(
    connection: Connection, project: str, people: dict[str, list[Session]]
) -> Iterator[tuple[str, PersonPast]]:
    asks = asks_since(connection, project, list(people), -1)
    rows = load_persons(connection, project, list(people))
    ids = [session.id for sessions in people.values() for session in sessions]
    lines = _lines(connection, project, ids)
    for key, sessions in people.items():
        theirs = asks.get(key, [])
        past = PersonPast(
            sessions=tuple(Past(one, tuple(lines.get(one.id, ()))) for one in sessions),
            asks=tuple(theirs),
            numbers=_numbers(connection, project, sessions, theirs),
            has_stopped=key in rows and rows[key].has_stopped,
        )
        yield key, past


def _lines(connection: Connection, project: str, ids: list[str]) -> dict[str, list[Line]]:
    table = DECISIONS.c
    found: dict[str, list[Line]] = {}
    for part in chunks(ids):
        query = sa.select(table.session_id, *(table[name] for name in Line.__struct_fields__))
        query = query.where(table.project == project, table.session_id.in_(part))
        for row in connection.execute(query.order_by(table.seq)):
            trigger = None if row.trigger is None else Trigger(row.trigger)
            line = Line(row.at_us, Why(row.reason), trigger, row.policy_version)
            found.setdefault(row.session_id, []).append(line)
    return found


def _numbers(
    connection: Connection, project: str, sessions: list[Session], asks: list[Ask]
) -> dict[str, int | None]:
    numbers = {one.id: one.session_number for one in sessions}
    for ask in asks:
        if ask.session_id not in numbers:  # asked before the window, or after it
            other = get_session(connection, project, ask.session_id)
            numbers[ask.session_id] = None if other is None else other.session_number
    return numbers
