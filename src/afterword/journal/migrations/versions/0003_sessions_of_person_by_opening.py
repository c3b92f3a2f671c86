"""The newest session of a person is found at once, however many there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Order a person's sessions by their opening."""
    _replace(["project", "user_id", "opened_us"])


def downgrade() -> None:
    """Leave them unordered again."""
    _replace(["project", "user_id"])


def _replace(columns: list[str]) -> None:
    op.drop_index("sessions_of_person", table_name="sessions")
    op.create_index(
        "sessions_of_person",
        "sessions",
        columns,
        unique=False,
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
