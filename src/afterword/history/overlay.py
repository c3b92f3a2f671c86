"""The overlay: session rows that the journal knows better than the day files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from afterword.history import schema

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

# What joins an overlay row to its file and to a filter, whatever a question asks for.
KEY_COLUMNS: Final = frozenset({"environment", "session_id", "day", "opened_at"})


class Overlay(Protocol):
    """Where a history gets the rows that its files lack."""

    def table(self, project: str, columns: frozenset[str]) -> pa.Table:
        """Give the changed rows with these columns and the key columns."""

    def damage(self, project: str, day: date) -> None:
        """Learn that a day's file cannot be read."""


class NoOverlay:
    """For a history without a journal: its files are all there is."""

    def table(self, project: str, columns: frozenset[str]) -> pa.Table:  # noqa: ARG002  # the protocol's
        """Give no rows."""
        return schema.rows([], columns | KEY_COLUMNS)

    def damage(self, project: str, day: date) -> None:
        """Do nothing: there is no journal to write the day from."""
