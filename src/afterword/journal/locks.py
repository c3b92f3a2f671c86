"""Locks: in which order rows are taken that several servers change.

On SQLite whoever writes has the whole file, and nothing here does anything. On PostgreSQL every
transaction takes what it needs in this one order, so that none waits in a circle:

0. the table ``erased``: whoever takes events reads it first, and whoever erases somebody holds
   all of it, so that nothing is being taken meanwhile;
1. the project's row, by whoever writes a policy, or what learning keeps;
2. conversations, in the order of their ids: they stand for their sessions and asks too;
3. persons, in the order of their keys, all at once: they stand for their budget;
4. what only those who hold 2 and 3 write: events, asks, decisions, ratings, notices, markers;
5. ``dirty_days``, in the order of days, held to the commit: the versions of a day become visible
   in the order in which they were given, so that a reader who knows one has missed none before;
6. session rows, by whoever holds their conversation, or their day.

A row that is not there yet is made and then held, in the same statement. What still collides is
run again, see ``Journal.run``: one event of a person that two are sent, and the conversation of a
question that is taken back because its person writes in another one, which is held last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from afterword.journal.tables import CONVERSATIONS

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Connection

# A condition that never holds: the row is locked, and not written.
_HOLD_CONVERSATIONS: Final = (
    "INSERT INTO conversations (project, id, latest) SELECT %s, unnest(%s::text[]), 0"
    " ON CONFLICT (project, id) DO UPDATE SET latest = conversations.latest WHERE false"
)
_HOLD_PERSONS: Final = (
    "INSERT INTO persons (project, key, body) SELECT %s, unnest(%s::text[]), ''"
    " ON CONFLICT (project, key) DO UPDATE SET body = persons.body WHERE false"
)
_TIDY_CONVERSATIONS: Final = (
    "DELETE FROM conversations"
    " WHERE project = %s AND id = ANY(%s) AND latest = 0 AND waiting IS NULL"
)
_TIDY_PERSONS: Final = "DELETE FROM persons WHERE project = %s AND key = ANY(%s) AND body = ''"


def hold_erased(connection: Connection) -> None:
    """Keep others from taking events, of whatever project, until the commit."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE erased IN ACCESS EXCLUSIVE MODE")


def hold_conversations(connection: Connection, project: str, ids: Collection[str]) -> None:
    """Keep others from changing these conversations, and their sessions, until the commit."""
    _run(connection, _HOLD_CONVERSATIONS, project, ids)


def hold_persons(connection: Connection, project: str, keys: Collection[str]) -> None:
    """Keep others from changing these persons, and from asking them, until the commit."""
    _run(connection, _HOLD_PERSONS, project, keys)


def tidy(
    connection: Connection, project: str, ids: Collection[str], persons: Collection[str]
) -> None:
    """Take away the rows that were only made to be held."""
    _run(connection, _TIDY_CONVERSATIONS, project, ids)
    _run(connection, _TIDY_PERSONS, project, persons)


def hold_free_conversations(
    connection: Connection, project: str, ids: Collection[str]
) -> Collection[str]:
    """Hold those of these conversations that nobody else holds now; give them."""
    if connection.dialect.name == "sqlite":
        return ids
    rows = connection.execute(
        sa.select(CONVERSATIONS.c.id)
        .where(CONVERSATIONS.c.project == project, CONVERSATIONS.c.id.in_(ids))
        .order_by(CONVERSATIONS.c.id)
        .with_for_update(skip_locked=True)
    )
    return rows.scalars().all()


def _run(connection: Connection, statement: str, project: str, keys: Collection[str]) -> None:
    if keys and connection.dialect.name != "sqlite":
        connection.exec_driver_sql(statement, (project, sorted(keys)))
