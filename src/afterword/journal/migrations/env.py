"""Alembic's entry: migrate over the connection that ``journal.engine`` hands in."""

from __future__ import annotations

from alembic import context

from afterword.journal.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
