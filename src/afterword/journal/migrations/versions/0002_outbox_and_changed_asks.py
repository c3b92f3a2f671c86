"""The outbox, and when each ask last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# In the order of code points everywhere.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column(
        "asks", sa.Column("changed_us", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_index("asks_changed", "asks", ["changed_us"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("project", "channel", "topic", "subject", "at_us"),
    )
    op.create_index(
        "outbox_due",
        "outbox",
        ["channel", "due_us"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("outbox_ended", "outbox", ["ended_us"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("outbox")
    op.drop_index("asks_changed", table_name="asks")
    with op.batch_alter_table("asks") as asks:
        asks.drop_column("changed_us")
