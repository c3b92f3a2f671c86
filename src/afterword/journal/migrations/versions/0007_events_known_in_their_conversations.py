"""An event is known again in its conversation, so that random ids dirty few pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
_CHATS, _PERSONS = "events_of_conversation", "events_of_persons"
_IS_PERSONS = sa.text("conversation_id IS NULL")
# What PostgreSQL called it when nobody did.
_NAMING = {"uq": "%(table_name)s_%(column_0_name)s_%(column_1_name)s_key"}


def upgrade() -> None:
    """Let one index do what two did."""
    op.drop_index(_CHATS, table_name="events")
    with op.batch_alter_table("events", naming_convention=_NAMING) as batch:
        batch.drop_constraint("events_project_id_key", type_="unique")
        batch.create_unique_constraint(_CHATS, ["project", "conversation_id", "id"])
    op.create_index(
        _PERSONS,
        "events",
        ["project", "id"],
        unique=True,
        sqlite_where=_IS_PERSONS,
        postgresql_where=_IS_PERSONS,
    )


def downgrade() -> None:
    """Fail where an id was kept in two conversations; else as it was."""
    op.drop_index(_PERSONS, table_name="events")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(_CHATS, type_="unique")
        batch.create_unique_constraint("events_project_id_key", ["project", "id"])
    op.create_index(_CHATS, "events", ["project", "conversation_id"], unique=False)
