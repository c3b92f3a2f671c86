"""What learning keeps: the pauses of each day, what became of asks, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.caution import Tally
from afterword.domain.day_pauses import DayPauses
from afterword.domain.memory import Memory
from afterword.domain.session import AskState, Trigger
from afterword.journal.statements import upsert
from afterword.journal.tables import ASKS, LEARNING, PAUSES, SESSIONS

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_ENDED: Final = (AskState.ANSWERED, AskState.DISMISSED, AskState.WITHDRAWN, AskState.IGNORED)
_PRODUCTION: Final = "production"


def load_memory(connection: Connection, project: str) -> Memory:
    """Read where the learning of a project stands."""
    body = connection.execute(
        sa.select(LEARNING.c.body).where(LEARNING.c.project == project)
    ).scalar()
    return Memory() if body is None else msgspec.json.decode(body, type=Memory)


def save_memory(connection: Connection, project: str, memory: Memory) -> None:
    """Write where it stands."""
    row = (project, msgspec.json.encode(memory).decode())
    upsert(connection, LEARNING, ("project", "body"), [row])


def keep_pauses(connection: Connection, project: str, day: int, pauses: DayPauses) -> None:
    """Write the pauses of a day, in place of what was written of it."""
    row = (project, day, msgspec.json.encode(pauses).decode())
    upsert(connection, PAUSES, ("project", "day", "body"), [row])


def pauses_since(connection: Connection, project: str, day: int) -> list[DayPauses]:
    """Read the pauses of the days from one on, newest first."""
    rows = connection.execute(
        sa.select(PAUSES.c.body)
        .where(PAUSES.c.project == project, PAUSES.c.day >= day)
        .order_by(PAUSES.c.day.desc())
    )
    return [msgspec.json.decode(body, type=DayPauses) for body in rows.scalars()]


def drop_pauses(connection: Connection, project: str, before_day: int) -> None:
    """Delete the pauses of the days before one."""
    connection.execute(
        sa.delete(PAUSES).where(PAUSES.c.project == project, PAUSES.c.day < before_day)
    )


def count_asks(connection: Connection, project: str, from_us: int, to_us: int) -> int:
    """Count the asks about sessions of production granted in [from, to)."""
    query = _granted(sa.select(sa.func.count()), project, from_us, to_us)
    n_asks: int = connection.execute(query).scalar_one()
    return n_asks


class _Kind(Struct, frozen=True):
    trigger: Trigger


_KIND: Final = msgspec.json.Decoder(_Kind)


def tally_asks(
    connection: Connection, project: str, from_us: int, to_us: int
) -> dict[Trigger, Tally]:
    """Count the asks granted in [from, to) that have ended, without those that expired."""
    query = _granted(sa.select(ASKS.c.state, ASKS.c.body), project, from_us, to_us)
    ended = query.where(ASKS.c.state.in_([state.value for state in _ENDED]))
    rows = connection.execution_options(yield_per=2000).execute(ended)
    found: dict[Trigger, Tally] = {}
    for state, body in rows:
        trigger = _KIND.decode(body).trigger
        one = Tally(1, int(state == AskState.WITHDRAWN))
        found[trigger] = found.get(trigger, Tally()) + one
    return found


def _granted(query: sa.Select[Any], project: str, from_us: int, to_us: int) -> sa.Select[Any]:
    session_of_ask = sa.and_(
        SESSIONS.c.project == ASKS.c.project,
        SESSIONS.c.conversation_id == ASKS.c.conversation_id,
        SESSIONS.c.number == ASKS.c.number,
    )
    return (
        query.select_from(ASKS)
        .join(SESSIONS, session_of_ask)
        .where(
            ASKS.c.project == project,
            ASKS.c.changed_us >= from_us,  # no earlier than it was granted, and indexed
            ASKS.c.granted_us >= from_us,
            ASKS.c.granted_us < to_us,
            SESSIONS.c.environment == _PRODUCTION,
        )
    )
