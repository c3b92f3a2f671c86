"""Those who were erased, known again by a keyed hash alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# In the order of code points everywhere.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "erased",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("tombstone", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "tombstone"),
    )
    op.create_index("erased_at", "erased", ["project", "at_us"])
    op.create_table(
        "erased_days",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "day"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("erased_days")
    op.drop_table("erased")
