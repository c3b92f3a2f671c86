"""Events and conversations: what arrived, where it was assigned, what waits for a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.events import AnyEvent
from afterword.domain.session import Session
from afterword.journal.sessions import parse_id
from afterword.journal.statements import among, among_pairs, chunks, insert, upsert
from afterword.journal.tables import CONVERSATIONS, EVENTS, SESSIONS, EventId

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from afterword.domain.sessions import Arrival, Name

_EVENT_NAMES: Final = (
    "project",
    "id",
    "conversation_id",
    "number",
    "received_us",
    "at_us",
    "body",
)
_CONVERSATION_NAMES: Final = ("project", "id", "latest", "waiting")
_E: Final = EVENTS.c
_C: Final = CONVERSATIONS.c
_ENCODE: Final = msgspec.json.Encoder().encode
_SESSION: Final = msgspec.json.Decoder(Session)


class Waiting(Struct, frozen=True):
    """An event that waits for the next session of its conversation."""

    id: str
    at_us: int
    received_us: int
    event: AnyEvent


_WAITING: Final = msgspec.json.Decoder(list[Waiting])


class Conversation(Struct):
    """A conversation as one group sees it: its number of sessions, the last one, what waits."""

    id: str
    latest: int = 0
    session: Session | None = None
    waiting: list[Waiting] = []  # msgspec copies empty defaults
    is_changed: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nothing of it is kept or is to be kept."""
        return not self.latest and not self.waiting and not self.is_changed


def known_events(connection: Connection, project: str, names: Iterable[Name]) -> set[Name]:
    """Find which of these events have been kept before."""
    in_chats: list[tuple[str, bytes]] = []
    of_persons: list[bytes] = []
    for conversation_id, event_id in names:
        kept = EventId.write(event_id)
        if conversation_id is None:
            of_persons.append(kept)
        else:
            in_chats.append((conversation_id, kept))
    found = [
        *among_pairs(connection, _KNOWN, project, in_chats),
        *among(connection, _KNOWN_OF_PERSONS, project, of_persons),
    ]
    return {(conversation_id, EventId.read(kept)) for conversation_id, kept in found}


_KNOWN: Final = (
    "SELECT conversation_id, id FROM wanted CROSS JOIN events"
    " WHERE project = {} AND conversation_id = wanted.one AND id = wanted.other"
)
_KNOWN_OF_PERSONS: Final = (
    "SELECT conversation_id, id FROM events WHERE project = {} AND conversation_id IS NULL AND id"
)


def load_conversations(
    connection: Connection, project: str, ids: Sequence[str]
) -> dict[str, Conversation]:
    """Read conversations with their last sessions; those that are new are left out."""
    found: dict[str, Conversation] = {}
    for part in chunks(ids):
        for row in connection.execute(_LOAD, {"project": project, "ids": part}):
            found[row.id] = Conversation(
                row.id,
                row.latest,
                None if row.body is None else _SESSION.decode(row.body),
                [] if row.waiting is None else _WAITING.decode(row.waiting),
            )
    return found


_LOAD: Final = (
    sa.select(_C.id, _C.latest, _C.waiting, SESSIONS.c.body)
    .outerjoin(
        SESSIONS,
        sa.and_(
            SESSIONS.c.project == _C.project,
            SESSIONS.c.conversation_id == _C.id,
            SESSIONS.c.number == _C.latest,
        ),
    )
    .where(_C.project == sa.bindparam("project"), _C.id.in_(sa.bindparam("ids", expanding=True)))
)


def save_conversations(
    connection: Connection, project: str, conversations: Sequence[Conversation]
) -> None:
    """Write conversations, new or known."""
    rows = [
        (
            project,
            conversation.id,
            conversation.latest,
            _ENCODE(conversation.waiting).decode() if conversation.waiting else None,
        )
        for conversation in conversations
    ]
    upsert(connection, CONVERSATIONS, _CONVERSATION_NAMES, rows)


def insert_events(
    connection: Connection, project: str, arrivals: Sequence[Arrival], now_us: int
) -> None:
    """Insert events that are new; their texts have been dropped by then."""
    rows = [
        (
            project,
            EventId.write(arrival.id),
            arrival.conversation_id,
            arrival.number,
            now_us,
            arrival.at_us,
            _ENCODE(arrival.event).decode(),
        )
        for arrival in arrivals
    ]
    insert(connection, EVENTS, _EVENT_NAMES, rows)


def assign_events(connection: Connection, project: str, numbers: dict[Name, int]) -> None:
    """Note the session of events that waited for one; those purged meanwhile are left out."""
    if numbers:
        connection.execute(
            _ASSIGN,
            [
                {"of": project, "chat": chat, "event": event, "to": number}
                for (chat, event), number in numbers.items()
            ],
        )


_ASSIGN: Final = (
    sa.update(EVENTS)
    .where(
        _E.project == sa.bindparam("of"),
        _E.conversation_id == sa.bindparam("chat"),
        _E.id == sa.bindparam("event"),
    )
    .values(number=sa.bindparam("to"))
)


def session_events(
    connection: Connection, project: str, session_id: str, limit: int = 1000
) -> list[dict[str, Any]]:
    """Read the events of a session in the order of their times."""
    parsed = parse_id(session_id)
    if parsed is None:
        return []
    rows = connection.execute(
        sa.select(_E.body, _E.id, _E.at_us, _E.received_us)
        .where(_E.project == project, _E.conversation_id == parsed[0], _E.number == parsed[1])
        .order_by(_E.at_us, _E.seq)
        .limit(limit)
    )
    return [
        {
            **msgspec.json.decode(row.body),
            "id": row.id,
            "at_us": row.at_us,
            "received_us": row.received_us,
        }
        for row in rows
    ]


def last_received_us(connection: Connection) -> int:
    """Give the server time of the newest event, 0 where there is none."""
    newest = sa.select(_E.received_us).order_by(_E.seq.desc()).limit(1)
    return connection.execute(newest).scalar() or 0


def first_received_us(connection: Connection) -> int | None:
    """Give the server time of the oldest event kept, if there is one."""
    oldest = sa.select(_E.received_us).order_by(_E.seq).limit(1)
    return connection.execute(oldest).scalar()


def purge_events(connection: Connection, before_us: int, limit: int) -> int:
    """Delete the oldest events that were received before a time; give how many."""
    oldest = sa.select(_E.seq, _E.received_us).order_by(_E.seq).limit(limit).subquery()
    gone = sa.select(oldest.c.seq).where(oldest.c.received_us < before_us)
    return connection.execute(sa.delete(EVENTS).where(_E.seq.in_(gone))).rowcount
