"""An event's id is kept as bytes: a UUID as its 16, so that random ones fill fewer pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from afterword.journal.tables import EventId

if TYPE_CHECKING:
    from collections.abc import Callable

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def upgrade() -> None:
    """Turn texts into bytes."""
    if op.get_bind().dialect.name == "sqlite":
        _copy(EventId.write, sa.LargeBinary())
        return
    op.execute(
        f"ALTER TABLE events ALTER COLUMN id TYPE bytea USING CASE WHEN id ~ '{_UUID}'"
        r" THEN '\x00'::bytea || decode(replace(id, '-', ''), 'hex')"
        " ELSE convert_to(id, 'UTF8') END"
    )


def downgrade() -> None:
    """Turn bytes into texts."""
    if op.get_bind().dialect.name == "sqlite":
        _copy(EventId.read, sa.Text())
        return
    op.execute(
        "ALTER TABLE events ALTER COLUMN id TYPE text USING CASE WHEN get_byte(id, 0) = 0"
        " THEN encode(substr(id, 2), 'hex')::uuid::text ELSE convert_from(id, 'UTF8') END"
    )


def _copy(value: Callable[..., object], kind: sa.LargeBinary | sa.Text) -> None:
    # SQLite takes any value in any column, and copies the table to change a column's type.
    connection = op.get_bind().connection.dbapi_connection
    if connection is not None:
        connection.create_function("afterword_id", 1, value, deterministic=True)
    op.execute("UPDATE events SET id = afterword_id(id)")
    with op.batch_alter_table("events") as batch:
        batch.alter_column("id", type_=kind)
