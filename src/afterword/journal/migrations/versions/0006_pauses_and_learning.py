"""How long users paused, by day, and what learning remembers from week to week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# In the order of code points everywhere.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "pauses",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project", "day"),
    )
    op.create_table(
        "learning",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("learning")
    op.drop_table("pauses")
