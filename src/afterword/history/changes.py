"""The journal's overlay: its changed session rows as columns, read again only when it changes."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from afterword.history import schema
from afterword.history.overlay import KEY_COLUMNS
from afterword.journal import days

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from afterword.domain.session import Session
    from afterword.journal import Journal


class JournalOverlay:
    """The changed rows of a journal, kept in memory until the journal changes."""

    def __init__(self, journal: Journal) -> None:
        """Take the journal."""
        self._journal = journal
        self._lock = Lock()
        self._changed: dict[str, _Changed] = {}

    def table(self, project: str, columns: frozenset[str]) -> pa.Table:
        """Give the changed rows with these columns and the key columns, as of now."""
        # One thread reads the journal; those that wait find what it has read.
        with self._lock:
            return self._read(project).table(columns | KEY_COLUMNS)

    def damage(self, project: str, day: date) -> None:
        """Mark every row of the day as changed: the overlay holds it until it is written anew.

        A day that the journal does not know is left alone.
        """
        with self._journal.write() as connection:
            if day in days.days(connection, project):
                days.mark_day(connection, project, day)

    def _read(self, project: str) -> _Changed:
        with self._journal.read() as connection:
            mark = days.change_mark(connection, project)
            known = self._changed.get(project)
            if known is None or known.mark != mark:
                known = _Changed(mark, days.changed_sessions(connection, project))
                self._changed[project] = known
            return known


class _Changed:
    """The changed sessions of one project, and those of their columns that were asked for."""

    def __init__(self, mark: tuple[int, ...], sessions: list[Session]) -> None:
        self.mark = mark
        self._sessions = sessions
        self._columns: dict[str, pa.ChunkedArray] = {}

    def table(self, columns: frozenset[str]) -> pa.Table:
        import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

        missing = columns - self._columns.keys()
        if missing:
            made = schema.rows(self._sessions, missing)
            self._columns.update(zip(made.column_names, made.columns, strict=True))
        return pa.table({name: self._columns[name] for name in sorted(columns)})
