"""The rows that a day file lacks are found by their version, and stay as they are once written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
_TABLE = "sessions"
_INDEX = "sessions_changed"


def upgrade() -> None:
    """Order the rows of a day by their version."""
    op.drop_index(_INDEX, table_name=_TABLE)
    op.create_index(_INDEX, _TABLE, ["project", "day", "changed"])


def downgrade() -> None:
    """Name only the rows that are not written; those that are have no version."""
    op.drop_index(_INDEX, table_name=_TABLE)
    op.execute(
        "UPDATE sessions SET changed = NULL WHERE changed <= (SELECT written FROM dirty_days"
        " WHERE dirty_days.project = sessions.project AND dirty_days.day = sessions.day)"
    )
    op.create_index(
        _INDEX,
        _TABLE,
        ["project", "day"],
        sqlite_where=sa.text("changed IS NOT NULL"),
        postgresql_where=sa.text("changed IS NOT NULL"),
    )
