"""Which day files are behind the journal, and the session rows that they lack."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.session import Session
from afterword.journal.statements import insert_into
from afterword.journal.tables import DIRTY_DAYS, PROJECTS, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

EPOCH: Final = date(1970, 1, 1)
DAY_US: Final = 86_400_000_000
_DECODER: Final = msgspec.json.Decoder(Session)
_DAY: Final = DIRTY_DAYS.c


class DirtyDay(Struct, frozen=True):
    """A day whose file lacks something, as it was read."""

    project: str
    day: date
    version: int
    written: int  # the version that its file holds; rows that changed later are not in it


def projects(connection: Connection) -> list[str]:
    """List the projects by name."""
    return list(connection.execute(sa.select(PROJECTS.c.name).order_by(PROJECTS.c.name)).scalars())


def dirty_days(
    connection: Connection, project: str | None = None, day: date | None = None
) -> list[DirtyDay]:
    """List the days whose files are behind, oldest first."""
    query = sa.select(_DAY.project, _DAY.day, _DAY.version, _DAY.written)
    query = query.where(_DAY.version > _DAY.written)
    if project is not None:
        query = query.where(_DAY.project == project)
    if day is not None:
        query = query.where(_DAY.day == as_number(day))
    rows = connection.execute(query.order_by(_DAY.project, _DAY.day))
    return [DirtyDay(row.project, as_date(row.day), row.version, row.written) for row in rows]


def days(connection: Connection, project: str) -> list[date]:
    """List every opening day (UTC) that the journal knows."""
    rows = connection.execute(
        sa.select(_DAY.day).where(_DAY.project == project).order_by(_DAY.day)
    ).scalars()
    return [as_date(day) for day in rows]


def since_us(connection: Connection, project: str) -> int | None:
    """Tell where a project's data begin: at the midnight of its first opening day, in UTC."""
    first = sa.select(sa.func.min(_DAY.day)).where(_DAY.project == project)
    number = connection.execute(first).scalar()
    return None if number is None else number * DAY_US


def written_days(connection: Connection, project: str) -> list[date]:
    """List the opening days (UTC) of which there is a file, if none has been lost."""
    has_sessions = sa.exists().where(SESSIONS.c.project == project, SESSIONS.c.day == _DAY.day)
    query = sa.select(_DAY.day).where(_DAY.project == project, _DAY.written > 0, has_sessions)
    return [as_date(day) for day in connection.execute(query.order_by(_DAY.day)).scalars()]


def day_sessions(connection: Connection, project: str, day: date) -> Iterator[Session]:
    """Give the sessions that opened on a UTC day, as the journal knows them now."""
    rows = connection.execution_options(yield_per=2000).execute(
        sa.select(SESSIONS.c.body).where(
            SESSIONS.c.project == project,
            SESSIONS.c.day == as_number(day),
            SESSIONS.c.opened_us >= as_number(day) * DAY_US,
            SESSIONS.c.opened_us < (as_number(day) + 1) * DAY_US,
        )
    )
    return (_DECODER.decode(body) for body in rows.scalars())


def changed_sessions(
    connection: Connection, project: str, day: date, after: int
) -> Iterator[tuple[int, Session]]:
    """Give the sessions of a UTC day that changed after a version of it, each with its version."""
    rows = connection.execution_options(yield_per=2000).execute(
        sa.select(SESSIONS.c.changed, SESSIONS.c.body).where(*_changed(project, day, after))
    )
    return ((row.changed, _DECODER.decode(row.body)) for row in rows)


def count_day(connection: Connection, project: str, day: date, after: int | None = None) -> int:
    """Count the sessions of a UTC day; only those that changed after a version of it, if given."""
    some = [SESSIONS.c.project == project, SESSIONS.c.day == as_number(day)]
    chosen = some if after is None else _changed(project, day, after)
    return connection.execute(sa.select(sa.func.count()).where(*chosen)).scalar() or 0


def _changed(project: str, day: date, after: int) -> list[sa.ColumnElement[bool]]:
    return [
        SESSIONS.c.project == project,
        SESSIONS.c.day == as_number(day),
        SESSIONS.c.changed > after,
    ]


def change_mark(connection: Connection, project: str) -> tuple[int, ...]:
    """Give a value that differs whenever a session row changed or a day was written."""
    row = connection.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(_DAY.version), 0),
            sa.func.coalesce(sa.func.sum(_DAY.written), 0),
        ).where(_DAY.project == project)
    ).one()
    return (int(row[0]), int(row[1]))


def raise_versions(connection: Connection, project: str, numbers: set[int]) -> dict[int, int]:
    """Give each day its next version: what the rows of this transaction are stamped with."""
    versions: dict[int, int] = {}
    raising = _raising(connection.dialect.name)
    for number in sorted(numbers):  # each stays locked to the commit: see ``locks``
        told = {"project": project, "day": number, "version": 1, "written": 0}
        versions[number] = connection.execute(raising, told).scalar_one()
    return versions


@lru_cache(maxsize=2)
def _raising(kind: str) -> Any:  # noqa: ANN401  # a statement of either dialect
    return (
        insert_into(kind, DIRTY_DAYS)
        .on_conflict_do_update(
            index_elements=[_DAY.project, _DAY.day], set_={"version": _DAY.version + 1}
        )
        .returning(_DAY.version)
    )


def clear_day(connection: Connection, dirty: DirtyDay) -> None:
    """Note that a day's file now holds everything up to the version that was read."""
    connection.execute(
        sa.update(DIRTY_DAYS)
        .where(
            _DAY.project == dirty.project,
            _DAY.day == as_number(dirty.day),
            _DAY.written < dirty.version,
        )
        .values(written=dirty.version)
    )


def mark_day(connection: Connection, project: str, day: date) -> None:
    """Mark a day for rewriting, every row of it: its file is lost or damaged."""
    number = as_number(day)
    version = raise_versions(connection, project, {number})[number]
    connection.execute(
        sa.update(SESSIONS)
        .where(SESSIONS.c.project == project, SESSIONS.c.day == number)
        .values(changed=version)
    )


def as_date(number: int) -> date:
    """Turn days since 1970 into a date."""
    return EPOCH + timedelta(days=number)


def as_number(day: date) -> int:
    """Turn a date into days since 1970."""
    return (day - EPOCH).days


def count_changed(connection: Connection, at_most: int) -> int:
    """Count the session rows that day files lack, up to a number."""
    some = (
        sa.select(SESSIONS.c.number)
        .join(DIRTY_DAYS, sa.and_(_DAY.project == SESSIONS.c.project, _DAY.day == SESSIONS.c.day))
        .where(_DAY.version > _DAY.written, SESSIONS.c.changed > _DAY.written)
        .limit(at_most)
    )
    return (
        connection.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar() or 0
    )
