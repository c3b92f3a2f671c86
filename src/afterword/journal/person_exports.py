"""Everything that is held of one person, as it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.erasing import without_guest
from afterword.errors import UnknownPerson
from afterword.journal.people import Mentions, find_held, find_mentions, key_of, touched_by
from afterword.journal.statements import chunks
from afterword.journal.tables import DECISIONS, EVENTS, OUTBOX, RATINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Row

    from afterword.domain.session import Session
    from afterword.journal.people import Held

Record = dict[str, Any]


class PersonExport(Struct, frozen=True, kw_only=True):
    """Everything held of a person, as it is held.

    Names that end in ``_us`` are microseconds: of times since 1970 UTC. ``person`` is null where
    only conversations are known. ``events`` are those of the person and of the agent in the
    person's conversations, and of the person alone in others'; so are ``rating_changes``.
    """

    id: str
    person: Record | None
    sessions: list[Record]
    events: list[Record]
    decisions: list[Record]
    rating_changes: list[Record]
    notices: list[Record]


def export_person(connection: Connection, project: str, told: str) -> PersonExport:
    """Read everything that is held of a person; reads the log of events once from end to end.

    Args:
        connection: A snapshot.
        project: The tenant.
        told: The person, as ``people.key_of``.

    Raises:
        UnknownPerson: Nothing is held.
    """
    key = key_of(connection, project, told)
    mentions = Mentions() if key == told else find_mentions(connection, project, told)
    touched = touched_by(connection, project, key, mentions)
    held = find_held(connection, project, key, touched, mentions)
    if held.is_empty:
        raise UnknownPerson
    ids = {session.id for session in held.sessions}
    asked = {ask.id for session in held.sessions for ask in session.asks}
    changes = _rows(connection, RATINGS, project, "session_id", ids)
    changes |= _rows(connection, RATINGS, project, "seq", mentions.ratings)
    decisions = _rows(connection, DECISIONS, project, "session_id", ids)
    notices = _rows(connection, OUTBOX, project, "subject", ids | asked, "id")
    return PersonExport(
        id=told,
        person=None if held.person is None else msgspec.to_builtins(held.person),
        sessions=[msgspec.to_builtins(_own(session, held)) for session in held.sessions],
        events=list(_events(connection, project, held)),
        decisions=[_record(decisions[seq]) for seq in sorted(decisions)],
        rating_changes=list(_said(changes, "rater", held)),
        notices=[_record(notices[one]) for one in sorted(notices)],
    )


def _events(connection: Connection, project: str, held: Held) -> Iterator[Record]:
    found = _rows(connection, EVENTS, project, "seq", held.mentions.events)
    found |= _rows(connection, EVENTS, project, "conversation_id", held.conversations)
    own = {(session.conversation_id, session.number) for session in held.sessions}
    shared = _rows(connection, EVENTS, project, "conversation_id", held.shared)
    found |= {seq: row for seq, row in shared.items() if (row.conversation_id, row.number) in own}
    return _said(found, "user_id", held)


def _said(found: dict[Any, Row[Any]], by: str, held: Held) -> Iterator[Record]:
    # What others said is theirs.
    for seq in sorted(found):
        record = _record(found[seq])
        if (record["body"] or {}).get(by) in (None, held.user_id):
            yield record


def _own(session: Session, held: Held) -> Session:
    rater = None if session.rating is None else session.rating.rater
    return session if rater in (None, held.user_id) else without_guest(session, rater)


def _rows(
    connection: Connection,
    table: Table,
    project: str,
    column: str,
    values: Collection[Any],
    key: str = "seq",
) -> dict[Any, Row[Any]]:
    found: dict[Any, Row[Any]] = {}
    for part in chunks(sorted(values)):
        query = sa.select(table).where(table.c.project == project, table.c[column].in_(part))
        found |= {getattr(row, key): row for row in connection.execute(query)}
    return found


def _record(row: Row[Any]) -> Record:
    told = {name: value for name, value in row._mapping.items() if name != "seq"}  # noqa: SLF001  # SQLAlchemy's public name for it
    if isinstance(told.get("body"), str):
        told["body"] = msgspec.json.decode(told["body"])
    return told
