"""Session rows: written whole by intake, read one by one, in pages and by what is due."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.session import Session
from afterword.errors import InvalidField
from afterword.journal import locks
from afterword.journal.statements import upsert
from afterword.journal.tables import SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

DAY_US: Final = 86_400_000_000
_DECODER: Final = msgspec.json.Decoder(Session)
_ENCODE: Final = msgspec.json.Encoder().encode
_COLUMNS: Final = tuple(column.name for column in SESSIONS.columns)
_EQUALS: Final = (
    "rating",
    "release",
    "model",
    "prompt_version",
    "agent",
    "channel",
    "locale",
    "use_case",
    "user_id",
    "environment",
    "has_reason",
)
_S: Final = SESSIONS.c
_ID: Final = re.compile(r"(.+)~([1-9][0-9]{0,8})", re.DOTALL)  # fits any integer column
_Whole = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]  # what an integer column holds


class SessionFilter(Struct, frozen=True, kw_only=True):
    """Which sessions to list; times in microseconds, [from, to) by opening."""

    rating: str | None = None
    release: str | None = None
    model: str | None = None
    prompt_version: str | None = None
    agent: str | None = None
    channel: str | None = None
    locale: str | None = None
    use_case: str | None = None
    flow: str | None = None
    user_id: str | None = None
    environment: str | None = "production"
    from_us: int | None = None
    to_us: int | None = None
    has_reason: bool | None = None


class Saved(Struct, frozen=True):
    """A session to be written: its next timer and the version of its day."""

    session: Session
    due_us: int | None
    changed: int


def parse_id(session_id: str) -> tuple[str, int] | None:
    """Split ``<conversation_id>~<number>`` from the right; None where it is no session id."""
    found = _ID.fullmatch(session_id)
    return None if found is None else (found[1], int(found[2]))


def day_of(session: Session) -> int:
    """Give the opening day (UTC) as days since 1970."""
    return session.opened_us // DAY_US


def save_sessions(connection: Connection, rows: Iterable[Saved]) -> None:
    """Write session rows whole, new or known."""
    upsert(connection, SESSIONS, _COLUMNS, [_row(saved) for saved in rows])


def _row(saved: Saved) -> tuple[Any, ...]:
    session = saved.session
    rating = session.rating
    return (
        session.project,
        session.conversation_id,
        session.number,
        session.opened_us // DAY_US,
        session.environment,
        session.opened_us,
        session.first_us,
        session.last_us,
        saved.due_us,
        saved.changed,
        session.user_id,
        None if rating is None else rating.rating.value,
        rating is not None and rating.reason is not None,
        session.agent,
        session.release,
        session.model,
        session.prompt_version,
        session.channel,
        session.locale,
        session.use_case,
        f"|{'|'.join(session.flows)}|" if session.flows else None,
        _ENCODE(session).decode(),
    )


def get_session(connection: Connection, project: str, session_id: str) -> Session | None:
    """Read one session by its id."""
    parsed = parse_id(session_id)
    if parsed is None:
        return None
    return load_session(connection, project, *parsed)


def load_session(
    connection: Connection, project: str, conversation_id: str, number: int
) -> Session | None:
    """Read one session by its conversation and number."""
    body = connection.execute(
        sa.select(_S.body).where(
            _S.project == project, _S.conversation_id == conversation_id, _S.number == number
        )
    ).scalar()
    return None if body is None else _DECODER.decode(body)


def load_conversation(connection: Connection, project: str, conversation_id: str) -> list[Session]:
    """Read all sessions of one conversation, by number."""
    rows = connection.execute(
        sa.select(_S.body)
        .where(_S.project == project, _S.conversation_id == conversation_id)
        .order_by(_S.number)
    )
    return [_DECODER.decode(body) for body in rows.scalars()]


def newest_session(connection: Connection, project: str, user_id: str) -> Session | None:
    """Read the session of a person that opened last."""
    body = connection.execute(
        sa.select(_S.body)
        .where(_S.project == project, _S.user_id == user_id)
        .order_by(_S.opened_us.desc())
        .limit(1)
    ).scalar()
    return None if body is None else _DECODER.decode(body)


def due_sessions(connection: Connection, now_us: int, limit: int) -> list[Session]:
    """Read the sessions whose timer is due, the longest overdue first."""
    rows = connection.execute(
        sa.select(_S.body).where(_S.due_us <= now_us).order_by(_S.due_us).limit(limit)
    )
    return [_DECODER.decode(body) for body in rows.scalars()]


def hold_due(
    connection: Connection, project: str, due: list[Session], now_us: int
) -> list[Session]:
    """Keep others from changing sessions that are due; give those that are due still.

    Those that another server is at are left to it.
    """
    if connection.dialect.name == "sqlite":
        return due
    ids = {session.conversation_id for session in due}
    free = locks.hold_free_conversations(connection, project, ids)
    rows = connection.execute(
        sa.select(_S.body).where(
            _S.project == project, _S.conversation_id.in_(free), _S.due_us <= now_us
        )
    )
    return [_DECODER.decode(body) for body in rows.scalars()]


def postpone(
    connection: Connection, project: str, conversation_id: str, number: int, due_us: int
) -> None:
    """Set a session's timer; nothing else of it changes."""
    connection.execute(
        sa.update(SESSIONS)
        .where(_S.project == project, _S.conversation_id == conversation_id, _S.number == number)
        .values(due_us=due_us)
    )


def next_due_us(connection: Connection) -> int | None:
    """Give the time of the next timer, if any is set."""
    due: int | None = connection.execute(
        sa.select(sa.func.min(_S.due_us)).where(_S.due_us.is_not(None))
    ).scalar()
    return due


def list_sessions(
    connection: Connection,
    project: str,
    filter: SessionFilter,  # noqa: A002  # the word of the API
    cursor: str | None,
    limit: int,
) -> tuple[list[Session], str | None]:
    """Read one page of sessions, newest opening first.

    Args:
        connection: A snapshot.
        project: The tenant.
        filter: Which sessions.
        cursor: Where the page before ended; None for the first page.
        limit: Rows of a page, at least 1.

    Returns:
        The page, and the cursor of the next one or None at the end.

    Raises:
        InvalidField: A cursor that this call did not make.
    """
    query = sa.select(_S.body).where(_S.project == project, *_conditions(filter))
    if cursor is not None:
        opened_us, conversation_id, number = _read_cursor(cursor)
        key = sa.tuple_(_S.opened_us, _S.conversation_id, _S.number)
        query = query.where(key < sa.tuple_(opened_us, conversation_id, number))
    ordered = query.order_by(_S.opened_us.desc(), _S.conversation_id.desc(), _S.number.desc())
    rows = list(connection.execute(ordered.limit(limit + 1)).scalars())
    page = [_DECODER.decode(body) for body in rows[:limit]]
    return page, _cursor(page[-1]) if len(rows) > limit else None


def _conditions(chosen: SessionFilter) -> list[sa.ColumnElement[bool]]:
    found = [
        SESSIONS.c[name] == getattr(chosen, name)
        for name in _EQUALS
        if getattr(chosen, name) is not None
    ]
    if chosen.flow is not None:
        found.append(_S.flows.contains(f"|{chosen.flow}|", autoescape=True))
    if chosen.from_us is not None:
        found.append(_S.opened_us >= chosen.from_us)
    if chosen.to_us is not None:
        found.append(_S.opened_us < chosen.to_us)
    return found


def _cursor(session: Session) -> str:
    told = msgspec.json.encode((session.opened_us, session.conversation_id, session.number))
    return base64.urlsafe_b64encode(told).decode()


def _read_cursor(cursor: str) -> tuple[int, str, int]:
    try:
        told = base64.urlsafe_b64decode(cursor.encode())
        return msgspec.json.decode(told, type=tuple[_Whole, str, _Whole])
    except (ValueError, msgspec.MsgspecError) as exc:
        raise InvalidField("cursor is not one that this call gave.", field="cursor") from exc
