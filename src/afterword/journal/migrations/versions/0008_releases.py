"""Releases that were opened, and which of them were accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# In the order of code points everywhere.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "releases",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", TEXT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("baseline", TEXT),
        sa.Column("accepted_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("project", "kind", "name"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("releases")
