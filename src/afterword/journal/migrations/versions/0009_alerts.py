"""What monitors know, and the alerts they raised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# In the order of code points everywhere.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "monitors",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project", "stream"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("direction", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "alerts_open",
        "alerts",
        ["project", "kind", "stream", "direction"],
        unique=True,
        sqlite_where=sa.text("state != 'resolved'"),
        postgresql_where=sa.text("state != 'resolved'"),
    )
    op.create_index("alerts_opened", "alerts", ["project", "opened_us"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("alerts")
    op.drop_table("monitors")
