"""The overlay: session rows that the journal knows better than the day files."""

from __future__ import annotations

from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from afterword.history import schema
from afterword.journal import days

if TYPE_CHECKING:
    import pyarrow as pa

    from afterword.domain.session import Session
    from afterword.journal import Journal

# What joins an overlay row to its file and to a filter, whatever a question asks for.
KEY_COLUMNS = ("project", "environment", "session_id", "day", "opened_at")


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
        return schema.rows([], sorted(columns | set(KEY_COLUMNS)))

    def damage(self, project: str, day: date) -> None:
        """Do nothing: there is no journal to write the day from."""


class JournalOverlay:
    """The changed rows of a journal, kept in memory until the journal changes."""

    def __init__(self, journal: Journal) -> None:
        """Take the journal."""
        self._journal = journal
        self._lock = Lock()
        self._sessions: dict[str, tuple[tuple[int, ...], list[Session]]] = {}
        self._tables: dict[tuple[str, frozenset[str]], tuple[tuple[int, ...], pa.Table]] = {}

    def table(self, project: str, columns: frozenset[str]) -> pa.Table:
        """Give the changed rows with these columns and the key columns, as of now."""
        with self._lock:
            mark, sessions = self._changed(project)
            known = self._tables.get((project, columns))
            if known is None or known[0] != mark:
                known = (mark, schema.rows(sessions, sorted(columns | set(KEY_COLUMNS))))
                self._tables[project, columns] = known
            return known[1]

    def damage(self, project: str, day: date) -> None:
        """Mark every row of the day as changed: the overlay holds it until it is written anew."""
        with self._journal.write() as connection:
            if day in days.days(connection, project):
                days.mark_day(connection, project, day)

    def _changed(self, project: str) -> tuple[tuple[int, ...], list[Session]]:
        with self._journal.read() as connection:
            mark = days.change_mark(connection, project)
            known = self._sessions.get(project)
            if known is None or known[0] != mark:
                known = (mark, days.changed_sessions(connection, project))
                self._sessions[project] = known
        return known
