"""The overlay of a journal: its changed session rows as columns; only the newest are read."""

from __future__ import annotations

from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Final

from afterword.history import schema
from afterword.history.overlay import KEY_COLUMNS
from afterword.journal import days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import pyarrow as pa
    from sqlalchemy.engine import Connection

    from afterword.domain.session import Session
    from afterword.journal import Journal
    from afterword.journal.days import DirtyDay

VERSION: Final = "changed"  # the column that says at which version of its day a row changed
_ROWS_AT_ONCE: Final = 4_096
_MOST_CHUNKS: Final = 32


class JournalOverlay:
    """The changed rows of a journal, kept in memory; a question reads what changed since."""

    def __init__(self, journal: Journal) -> None:
        """Take the journal."""
        self._journal = journal
        self._lock = Lock()
        self._changed: dict[str, _Changed] = {}

    def table(self, project: str, columns: frozenset[str]) -> pa.Table:
        """Give the changed rows with these columns and the key columns, as of now."""
        # One thread reads the journal; those that wait find what it has read.
        with self._lock, self._journal.read() as connection:
            changed = self._changed.setdefault(project, _Changed())
            changed.catch_up(connection, days.dirty_days(connection, project))
            return changed.rows.select(sorted(columns | KEY_COLUMNS))

    def damage(self, project: str, day: date) -> None:
        """Mark every row of the day as changed: the overlay holds it until it is written anew.

        A day that the journal does not know is left alone.
        """
        with self._journal.write() as connection:
            if day in days.days(connection, project):
                days.mark_day(connection, project, day)


class _Changed:
    """The rows of one project that its day files lack, and the days as they were then."""

    def __init__(self) -> None:
        self.rows = _versioned([])
        self._seen: dict[date, DirtyDay] = {}

    def catch_up(self, connection: Connection, dirty: list[DirtyDay]) -> None:
        now = {one.day: one for one in dirty}
        if now == self._seen:
            return
        parts = [part for one in dirty for part in self._news(connection, one)]
        self.rows = _join(self._kept(now), parts)
        self._seen = now

    def _news(self, connection: Connection, dirty: DirtyDay) -> Iterator[pa.Table]:
        seen = self._seen.get(dirty.day)
        after = dirty.written if seen is None else max(seen.version, dirty.written)
        if after < dirty.version:
            yield from changed_rows(connection, dirty.project, dirty.day, after)

    def _kept(self, now: dict[date, DirtyDay]) -> pa.Table:
        # What has been written since is in its file, which was there before the journal said so.
        import pyarrow.compute as pc  # noqa: PLC0415  # heavy: after the server is ready

        kept = self.rows
        for day, seen in self._seen.items():
            written = now[day].written if day in now else seen.version
            if written > seen.written:
                is_in_file = pc.and_(
                    pc.equal(kept["day"], day), pc.less_equal(kept[VERSION], written)
                )
                kept = kept.filter(pc.invert(is_in_file))
        return kept


def changed_rows(
    connection: Connection, project: str, day: date, after: int
) -> Iterator[pa.Table]:
    """Give the rows of a day that changed after a version of it, in the schema and ``VERSION``."""
    since_us = days.since_us(connection, project)
    source = days.changed_sessions(connection, project, day, after)
    while held := list(islice(source, _ROWS_AT_ONCE)):
        yield _versioned(held, since_us)


def without(table: pa.Table, changed: pa.Table) -> pa.Table:
    """Leave out the rows of sessions that have changed."""
    import pyarrow.compute as pc  # noqa: PLC0415  # heavy: after the server is ready

    ids = changed["session_id"].combine_chunks()
    return table.filter(pc.invert(pc.is_in(table["session_id"], value_set=ids)))


def _versioned(changed: list[tuple[int, Session]], since_us: int | None = None) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    rows = schema.rows((session for _, session in changed), since_us=since_us)
    return rows.append_column(VERSION, pa.array([at for at, _ in changed], type=pa.int64()))


def _join(kept: pa.Table, parts: list[pa.Table]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    if parts:
        news = pa.concat_tables(parts)
        kept = pa.concat_tables([without(kept, news), news])
    is_scattered = kept["session_id"].num_chunks > _MOST_CHUNKS
    return kept.combine_chunks() if is_scattered else kept
