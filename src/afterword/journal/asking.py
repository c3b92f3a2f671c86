"""People, asks, decisions and the history of ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.asks import Decision
from afterword.domain.people import Person
from afterword.domain.session import Ask, AskState, RatingRecord
from afterword.journal.sessions import parse_id
from afterword.journal.statements import chunks, insert, upsert
from afterword.journal.tables import ASKS, DECISIONS, PERSONS, RATINGS

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from sqlalchemy.engine import Connection

_ENCODE: Final = msgspec.json.Encoder().encode
_PERSON: Final = msgspec.json.Decoder(Person)
_ASK: Final = msgspec.json.Decoder(Ask)
_PERSON_NAMES: Final = ("project", "key", "body")
_ASK_NAMES: Final = (
    "project",
    "id",
    "conversation_id",
    "number",
    "person",
    "state",
    "granted_us",
    "body",
    "changed_us",
)
_DECISION_NAMES: Final = (
    "project",
    "session_id",
    "at_us",
    "verdict",
    "reason",
    "trigger",
    "probability",
    "draw",
    "policy_version",
)
_RATING_NAMES: Final = ("project", "session_id", "at_us", "status", "body")


class LoggedDecision(Struct, frozen=True):
    """One decision with what is needed to replay it."""

    session_id: str
    at_us: int
    decision: Decision
    draw: float
    policy_version: int


class LoggedRating(Struct, frozen=True):
    """One change of a session's rating; ``record`` is what stood afterwards."""

    session_id: str
    at_us: int
    status: str
    record: RatingRecord | None


def load_persons(connection: Connection, project: str, keys: Sequence[str]) -> dict[str, Person]:
    """Read persons by key; those that are new are left out."""
    found: dict[str, Person] = {}
    for part in chunks(keys):
        for body in connection.execute(_PERSONS, {"project": project, "keys": part}).scalars():
            if body:  # a row that was made to be held is empty
                person = _PERSON.decode(body)
                found[person.key] = person
    return found


_PERSONS: Final = sa.select(PERSONS.c.body).where(
    PERSONS.c.project == sa.bindparam("project"),
    PERSONS.c.key.in_(sa.bindparam("keys", expanding=True)),
)


def save_persons(connection: Connection, project: str, persons: Sequence[Person]) -> None:
    """Write persons, new or known."""
    rows = [(project, person.key, _ENCODE(person).decode()) for person in persons]
    upsert(connection, PERSONS, _PERSON_NAMES, rows)


def asks_since(
    connection: Connection, project: str, persons: Sequence[str], since_us: int
) -> dict[str, list[Ask]]:
    """Read the asks of these persons that were granted since a time, by person."""
    found: dict[str, list[Ask]] = {}
    for part in chunks(persons):
        rows = connection.execute(
            _SINCE, {"project": project, "persons": part, "since_us": since_us}
        )
        for body in rows.scalars():
            ask = _ASK.decode(body)
            found.setdefault(ask.person, []).append(ask)
    return found


_SINCE: Final = sa.select(ASKS.c.body).where(
    ASKS.c.project == sa.bindparam("project"),
    ASKS.c.person.in_(sa.bindparam("persons", expanding=True)),
    ASKS.c.granted_us > sa.bindparam("since_us"),
)


def save_asks(connection: Connection, project: str, asks: Sequence[Ask], now_us: int) -> None:
    """Write asks, new or known, as changed at ``now_us`` of the server's time."""
    rows = []
    for ask in asks:
        parsed = parse_id(ask.session_id)
        number = 0 if parsed is None else parsed[1]
        rows.append(
            (
                project,
                ask.id,
                ask.conversation_id,
                number,
                ask.person,
                ask.state.value,
                ask.granted_us,
                _ENCODE(ask).decode(),
                now_us,
            )
        )
    upsert(connection, ASKS, _ASK_NAMES, rows)


def asks_changed_since(
    connection: Connection, since_us: int, persons: Container[tuple[str, str]] | None = None
) -> list[tuple[str, Ask]]:
    """Read the asks of every project that changed at or after a time, in the order of change.

    A time is that of the transaction's beginning: whoever reads on and on asks again from a little
    before the last change read, and knows what it has seen by id and state.

    Args:
        connection: A snapshot.
        since_us: Server time.
        persons: (project, person) pairs; the asks of others are left out. Everybody's if None.
    """
    rows = connection.execute(_CHANGED, {"since_us": since_us})
    return [
        (row.project, _ASK.decode(row.body))
        for row in rows
        if persons is None or (row.project, row.person) in persons
    ]


_CHANGED: Final = (
    sa.select(ASKS.c.project, ASKS.c.person, ASKS.c.body)
    .where(ASKS.c.changed_us >= sa.bindparam("since_us"))
    .order_by(ASKS.c.changed_us, ASKS.c.id)
)


def open_asks(connection: Connection, project: str, conversations: Sequence[str]) -> list[Ask]:
    """Read the asks that wait for an answer in these conversations, oldest first."""
    found: list[Ask] = []
    for part in chunks(conversations):
        rows = connection.execute(_OPEN, {"project": project, "conversations": part})
        found += [_ASK.decode(body) for body in rows.scalars()]
    return found


_OPEN: Final = (
    sa.select(ASKS.c.body)
    .where(
        ASKS.c.project == sa.bindparam("project"),
        ASKS.c.conversation_id.in_(sa.bindparam("conversations", expanding=True)),
        ASKS.c.state.in_([AskState.GRANTED.value, AskState.SHOWN.value]),
    )
    .order_by(ASKS.c.granted_us)
)


def find_ask(connection: Connection, project: str, ask_id: str) -> Ask | None:
    """Read one ask."""
    body = connection.execute(
        sa.select(ASKS.c.body).where(ASKS.c.project == project, ASKS.c.id == ask_id)
    ).scalar()
    return None if body is None else _ASK.decode(body)


def log_decisions(
    connection: Connection, project: str, decisions: Sequence[LoggedDecision]
) -> None:
    """Append decisions to the log."""
    rows = [
        (
            project,
            logged.session_id,
            logged.at_us,
            logged.decision.verdict.value,
            logged.decision.reason.value,
            None if logged.decision.trigger is None else logged.decision.trigger.value,
            logged.decision.probability,
            logged.draw,
            logged.policy_version,
        )
        for logged in decisions
    ]
    insert(connection, DECISIONS, _DECISION_NAMES, rows)


def session_decisions(
    connection: Connection, project: str, session_id: str
) -> list[dict[str, Any]]:
    """Read the decisions about a session, oldest first."""
    columns = [DECISIONS.c[name] for name in _DECISION_NAMES[2:]]
    rows = connection.execute(
        sa.select(*columns)
        .where(DECISIONS.c.project == project, DECISIONS.c.session_id == session_id)
        .order_by(DECISIONS.c.seq)
    )
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's public name for it


def log_ratings(connection: Connection, project: str, ratings: Sequence[LoggedRating]) -> None:
    """Append changes of ratings to their history."""
    rows = [
        (
            project,
            logged.session_id,
            logged.at_us,
            logged.status,
            None if logged.record is None else _ENCODE(logged.record).decode(),
        )
        for logged in ratings
    ]
    insert(connection, RATINGS, _RATING_NAMES, rows)


def session_ratings(connection: Connection, project: str, session_id: str) -> list[dict[str, Any]]:
    """Read how a session's rating came about, oldest first."""
    rows = connection.execute(
        sa.select(RATINGS.c.at_us, RATINGS.c.status, RATINGS.c.body)
        .where(RATINGS.c.project == project, RATINGS.c.session_id == session_id)
        .order_by(RATINGS.c.seq)
    )
    return [
        {
            "at_us": row.at_us,
            "status": row.status,
            "record": None if row.body is None else msgspec.json.decode(row.body),
        }
        for row in rows
    ]
