"""Everything that the journal holds of one person, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.erasing import without_guest
from afterword.domain.people import Person
from afterword.domain.session import RatingRecord, Session, person_of
from afterword.journal.asking import load_persons
from afterword.journal.sessions import parse_id
from afterword.journal.statements import chunks
from afterword.journal.tables import ASKS, CONVERSATIONS, EVENTS, RATINGS, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.engine import Connection

_ANONYMOUS: Final = "c:"
# Rows are numbered before they are committed: how far a later look goes back.
_OVERLAP: Final = 100_000
_SESSION: Final = msgspec.json.Decoder(Session)


class Mentions(Struct, frozen=True, kw_only=True):
    """Where a user id stands in what hosts told, up to a row of each log."""

    events: frozenset[int] = frozenset()  # rows
    ratings: frozenset[int] = frozenset()  # same
    conversations: frozenset[str] = frozenset()
    last_event: int = 0
    last_rating: int = 0


class Held(Struct, frozen=True, kw_only=True):
    """What is held of one person.

    ``sessions`` are the person's own. ``conversations`` have no sessions of others: they are the
    person's whole. ``shared`` have, and ``guested`` are those others' sessions that name the
    person as who rated or was asked. ``mentions`` are rows of the logs that name the person, in
    whatever conversation.
    """

    key: str
    user_id: str | None
    person: Person | None
    sessions: tuple[Session, ...]
    conversations: frozenset[str]
    shared: frozenset[str]
    guested: tuple[Session, ...]
    mentions: Mentions

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        rows = (self.mentions.events, self.mentions.ratings)
        return not any((self.person, self.sessions, self.conversations, self.guested, *rows))

    @property
    def keys(self) -> set[str]:
        """The keys of the person: of the user id, and of conversations where it was not known."""
        return {self.key, *(person_of(one, None) for one in self.conversations)}


def find_mentions(
    connection: Connection, project: str, user_id: str, known: Mentions | None = None
) -> Mentions:
    """Look for a user id in the logs of events and ratings; reads them whole.

    Args:
        connection: A snapshot.
        project: The tenant.
        user_id: Whom to look for.
        known: What was found before; only later rows are read then.
    """
    before = known or Mentions()
    events, ratings = set(before.events), set(before.ratings)
    conversations = set(before.conversations)
    last_event = _last(connection, EVENTS.c.seq)
    last_rating = _last(connection, RATINGS.c.seq)
    told = f'"user_id":{msgspec.json.encode(user_id).decode()}'
    query = sa.select(EVENTS.c.seq, EVENTS.c.conversation_id, EVENTS.c.body).where(
        EVENTS.c.project == project,
        EVENTS.c.seq > before.last_event - _OVERLAP,
        EVENTS.c.body.contains(told, autoescape=True),
    )
    for row in connection.execute(query):
        if msgspec.json.decode(row.body).get("user_id") == user_id:
            events.add(row.seq)
            conversations |= {row.conversation_id} - {None}
    rater = f'"rater":{msgspec.json.encode(user_id).decode()}'
    rated = sa.select(RATINGS.c.seq, RATINGS.c.session_id, RATINGS.c.body).where(
        RATINGS.c.project == project,
        RATINGS.c.seq > before.last_rating - _OVERLAP,
        RATINGS.c.body.contains(rater, autoescape=True),
    )
    for seq, session_id, body in connection.execute(rated):
        parsed = parse_id(session_id)
        if parsed and msgspec.json.decode(body, type=RatingRecord).rater == user_id:
            ratings.add(seq)
            conversations.add(parsed[0])
    return Mentions(
        events=frozenset(events),
        ratings=frozenset(ratings),
        conversations=frozenset(conversations),
        last_event=last_event,
        last_rating=last_rating,
    )


def touched_by(connection: Connection, project: str, key: str, mentions: Mentions) -> set[str]:
    """Give every conversation in which a person is or was named.

    Args:
        connection: A snapshot.
        project: The tenant.
        key: Of the person; one without a user id has one conversation, if that is known.
        mentions: Where else the user id stands.
    """
    if key.startswith(_ANONYMOUS):
        named = sa.select(CONVERSATIONS.c.id).where(
            CONVERSATIONS.c.project == project, CONVERSATIONS.c.id == key[2:]
        )
        return set(connection.execute(named).scalars())
    found = set(mentions.conversations)
    for table, column, value in (
        (SESSIONS, SESSIONS.c.user_id, key[2:]),
        (ASKS, ASKS.c.person, key),
    ):
        query = sa.select(table.c.conversation_id).distinct()
        found |= set(
            connection.execute(query.where(table.c.project == project, column == value)).scalars()
        )
    return found


def find_held(
    connection: Connection, project: str, key: str, touched: Iterable[str], mentions: Mentions
) -> Held:
    """Tell what is held of a person.

    A session without a user id is the person's where nobody else has one in its conversation.

    Args:
        connection: A snapshot; or a transaction that holds the conversations.
        project: The tenant.
        key: Of the person.
        touched: The conversations in which the person may be.
        mentions: Where else the user id stands.
    """
    user_id = None if key.startswith(_ANONYMOUS) else key[2:]
    own, guested = [], []
    conversations, shared = set(touched), set()
    by_conversation: dict[str, list[Session]] = {}
    for session in _sessions(connection, project, sorted(conversations)):
        by_conversation.setdefault(session.conversation_id, []).append(session)
    for one, sessions in by_conversation.items():
        if any(session.user_id not in (None, user_id) for session in sessions):
            shared.add(one)
        for session in sessions:
            is_own = one not in shared or session.user_id == user_id
            if is_own:
                own.append(session)
            elif user_id is not None and without_guest(session, user_id) != session:
                guested.append(session)
    return Held(
        key=key,
        user_id=user_id,
        person=load_persons(connection, project, [key]).get(key),
        sessions=tuple(own),
        conversations=frozenset(conversations - shared),
        shared=frozenset(shared),
        guested=tuple(guested),
        mentions=mentions,
    )


def key_of(connection: Connection, project: str, told: str) -> str:
    """Give the key of a person as callers name one.

    Args:
        connection: A snapshot.
        project: The tenant.
        told: A user id; ``c:<conversation_id>`` where that is no user id that is known.
    """
    if not told.startswith(_ANONYMOUS):
        return person_of("", told)
    named = sa.select(SESSIONS.c.number).where(
        SESSIONS.c.project == project, SESSIONS.c.user_id == told
    )
    key = person_of("", told)
    is_user = connection.execute(named.limit(1)).first() is not None
    return key if is_user or load_persons(connection, project, [key]) else told


def _last(connection: Connection, column: sa.Column[Any]) -> int:
    return connection.execute(sa.select(sa.func.max(column))).scalar() or 0


def _sessions(connection: Connection, project: str, ids: list[str]) -> Iterator[Session]:
    for part in chunks(ids):
        rows = connection.execute(
            sa.select(SESSIONS.c.body)
            .where(SESSIONS.c.project == project, SESSIONS.c.conversation_id.in_(part))
            .order_by(SESSIONS.c.conversation_id, SESSIONS.c.number)
        )
        yield from map(_SESSION.decode, rows.scalars())
