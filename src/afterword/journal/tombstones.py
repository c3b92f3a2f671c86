"""Tombstones: who was erased, and up to when, so that no spool or file brings it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from afterword.domain.erasing import tombstone
from afterword.journal.statements import chunks, insert_into
from afterword.journal.tables import ERASED

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Connection

    from afterword.journal.projects import Project


def newest_us(connection: Connection, project: str) -> int | None:
    """Give the time of a project's last erasure, if there was one.

    On PostgreSQL it waits for one that is under way, and keeps the next out until the commit.
    """
    newest = sa.select(sa.func.max(ERASED.c.at_us)).where(ERASED.c.project == project)
    return connection.execute(newest).scalar()


def erased_at(connection: Connection, project: Project, keys: Collection[str]) -> dict[str, int]:
    """Tell which of these persons and conversations were erased, each with the time up to which.

    Args:
        connection: A snapshot.
        project: Whose they are.
        keys: ``u:<user_id>`` or ``c:<conversation_id>``.
    """
    found: dict[str, int] = {}
    by_tombstone = {tombstone(project.salt, key): key for key in keys}
    for part in chunks(list(by_tombstone)):
        rows = connection.execute(
            sa.select(ERASED.c.tombstone, ERASED.c.at_us).where(
                ERASED.c.project == project.name, ERASED.c.tombstone.in_(part)
            )
        )
        found |= {by_tombstone[bytes(row.tombstone)]: row.at_us for row in rows}
    return found


def bury(connection: Connection, project: Project, keys: Collection[str], at_us: int) -> None:
    """Write tombstones; a later time takes the place of an earlier one."""
    rows = [
        {"project": project.name, "tombstone": tombstone(project.salt, key), "at_us": at_us}
        for key in sorted(keys)
    ]
    if rows:
        write = insert_into(connection.dialect.name, ERASED)
        later = write.on_conflict_do_update(
            index_elements=[ERASED.c.project, ERASED.c.tombstone],
            set_={"at_us": write.excluded.at_us},
            where=ERASED.c.at_us < write.excluded.at_us,
        )
        connection.execute(later, rows)
