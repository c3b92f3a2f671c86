"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

# In the order of code points everywhere.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table and index."""
    op.create_table(
        "asks",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("granted_us", sa.BigInteger(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project", "id"),
    )
    op.create_index("asks_of_conversation", "asks", ["project", "conversation_id"], unique=False)
    op.create_index("asks_of_person", "asks", ["project", "person", "granted_us"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("waiting", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("project", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decisions",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("session_id", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("trigger", TEXT, nullable=True),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("decisions_of_session", "decisions", ["project", "session_id"], unique=False)
    op.create_table(
        "dirty_days",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project", "day"),
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("project", "id"),
    )
    op.create_index(
        "events_of_conversation", "events", ["project", "conversation_id"], unique=False
    )
    op.create_table(
        "keys",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_sha256"),
    )
    op.create_table(
        "markers",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project", "id"),
    )
    op.create_table(
        "persons",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project", "key"),
    )
    op.create_table(
        "policies",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project", "version"),
    )
    op.create_table(
        "projects",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "ratings",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("session_id", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ratings_of_session", "ratings", ["project", "session_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("project", TEXT, nullable=False),
        sa.Column("conversation_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("environment", TEXT, nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=True),
        sa.Column("user_id", TEXT, nullable=True),
        sa.Column("rating", TEXT, nullable=True),
        sa.Column("has_reason", sa.Boolean(), nullable=False),
        sa.Column("agent", TEXT, nullable=True),
        sa.Column("release", TEXT, nullable=True),
        sa.Column("model", TEXT, nullable=True),
        sa.Column("prompt_version", TEXT, nullable=True),
        sa.Column("channel", TEXT, nullable=True),
        sa.Column("locale", TEXT, nullable=True),
        sa.Column("use_case", TEXT, nullable=True),
        sa.Column("flows", TEXT, nullable=True),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("project", "conversation_id", "number"),
    )
    op.create_index("sessions_by_opening", "sessions", ["project", "opened_us"], unique=False)
    op.create_index(
        "sessions_changed",
        "sessions",
        ["project", "day"],
        unique=False,
        sqlite_where=sa.text("changed IS NOT NULL"),
        postgresql_where=sa.text("changed IS NOT NULL"),
    )
    op.create_index(
        "sessions_due",
        "sessions",
        ["due_us"],
        unique=False,
        sqlite_where=sa.text("due_us IS NOT NULL"),
        postgresql_where=sa.text("due_us IS NOT NULL"),
    )
    op.create_index(
        "sessions_of_person",
        "sessions",
        ["project", "user_id"],
        unique=False,
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop them all."""
    op.drop_index(
        "sessions_of_person",
        table_name="sessions",
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.drop_index(
        "sessions_due",
        table_name="sessions",
        sqlite_where=sa.text("due_us IS NOT NULL"),
        postgresql_where=sa.text("due_us IS NOT NULL"),
    )
    op.drop_index(
        "sessions_changed",
        table_name="sessions",
        sqlite_where=sa.text("changed IS NOT NULL"),
        postgresql_where=sa.text("changed IS NOT NULL"),
    )
    op.drop_index("sessions_by_opening", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ratings_of_session", table_name="ratings")
    op.drop_table("ratings")
    op.drop_table("projects")
    op.drop_table("policies")
    op.drop_table("persons")
    op.drop_table("markers")
    op.drop_table("keys")
    op.drop_index("events_of_conversation", table_name="events")
    op.drop_table("events")
    op.drop_table("dirty_days")
    op.drop_index("decisions_of_session", table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("conversations")
    op.drop_index("asks_of_person", table_name="asks")
    op.drop_index("asks_of_conversation", table_name="asks")
    op.drop_table("asks")
