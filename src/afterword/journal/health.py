"""Whether the journal's file is sound, and how much it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from afterword.journal.tables import EVENTS, KEYS, SESSIONS

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_FULL: Final = 2
_SYNCED: Final = ("on", "remote_write", "remote_apply")  # of PostgreSQL's synchronous_commit


class Durability(NamedTuple):
    """Whether a commit survives a power cut, and why."""

    is_full: bool
    told: str


def faults(connection: Connection) -> list[str]:
    """List what is broken in the database file; reads all of it, without its indices.

    PostgreSQL looks after its own files, and says so where a page is damaged.
    """
    if connection.dialect.name != "sqlite":
        return []
    found = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars()
    return [fault for fault in found if fault != "ok"]


def durability(connection: Connection) -> Durability:
    """Say how commits are written."""
    if connection.dialect.name != "sqlite":
        fsync = connection.exec_driver_sql("SHOW fsync").scalar()
        commit = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
        return Durability(
            fsync == "on" and commit in _SYNCED, f"fsync {fsync}, synchronous_commit {commit}"
        )
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    return Durability(
        synchronous == _FULL and mode == "wal", f"journal_mode {mode}, synchronous {synchronous}"
    )


def counts(connection: Connection) -> dict[str, int]:
    """Count sessions, the events that are still kept, and the keys in use."""
    in_use = sa.select(sa.func.count()).where(KEYS.c.revoked_us.is_(None))
    tables = {
        table.name: sa.select(sa.func.count()).select_from(table) for table in (SESSIONS, EVENTS)
    }
    return {
        name: connection.execute(query).scalar() or 0
        for name, query in {**tables, KEYS.name: in_use}.items()
    }
