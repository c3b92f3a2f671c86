"""Bringing one day file up to the journal: what changed is merged into it, or all written anew."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from afterword.history import files, schema
from afterword.history.changes import VERSION, changed_rows, without
from afterword.journal import days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    import pyarrow as pa
    from sqlalchemy.engine import Connection

    from afterword.journal.days import DirtyDay

# Changed rows are held in memory, some 400 bytes each; with more of them the day is read whole.
MOST_CHANGED: Final = 65_536
_ROWS_AT_ONCE: Final = 4_096


def write_changes(directory: Path, connection: Connection, dirty: DirtyDay) -> None:
    """Write a day's file as the journal knows the day; remove it where no session is left.

    Turning a session into columns is Python, merging columns is not: a day with many sessions, of
    which few have changed, costs intake next to nothing.

    Args:
        directory: The history's folder.
        connection: The snapshot in which ``dirty`` was read.
        dirty: The day; the rows that changed after its ``written`` are not in its file.

    Raises:
        OSError: The file cannot be written.
    """
    project, day = dirty.project, dirty.day
    n_sessions = days.count_day(connection, project, day)
    if n_sessions == 0:
        files.remove_day(directory, project, day)
        return
    n_changed = days.count_day(connection, project, day, dirty.written)
    # Without one a session is gone, and nothing says which.
    if 0 < n_changed <= min(MOST_CHANGED, n_sessions // 2):
        changed = _of(list(changed_rows(connection, project, day, dirty.written)))
        try:
            files.write_day(directory, project, day, _merge(directory, dirty, changed, n_sessions))
        except _NotMergedError:
            pass
        else:
            return
    write_whole(directory, connection, project, day)


def write_whole(directory: Path, connection: Connection, project: str, day: date) -> None:
    """Write a day's file from the journal alone, whatever was there; remove it for no session.

    Raises:
        OSError: The file cannot be written.
    """
    if days.count_day(connection, project, day) == 0:
        files.remove_day(directory, project, day)
    else:
        files.write_day(directory, project, day, _whole(connection, project, day))


class _NotMergedError(Exception):
    """The file is not what the journal wrote: lost, damaged, of another version, or simulated."""


def _of(parts: list[pa.Table]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    return pa.concat_tables(parts)


def _merge(
    directory: Path, dirty: DirtyDay, changed: pa.Table, n_sessions: int
) -> Iterator[pa.Table]:
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    n_rows = 0
    try:
        for part in files.read_day(directory, dirty.project, dirty.day):
            kept = without(part, changed)
            n_rows += kept.num_rows
            yield kept.cast(schema.arrow_schema())
    except (OSError, pa.ArrowException, ValueError) as exc:
        raise _NotMergedError from exc
    n_rows += changed.num_rows
    if n_rows != n_sessions:
        raise _NotMergedError
    yield changed.drop_columns(VERSION)


def _whole(connection: Connection, project: str, day: date) -> Iterator[pa.Table]:
    # A day may hold millions of sessions: only as columns do they all fit.
    since_us = days.since_us(connection, project)
    source = days.day_sessions(connection, project, day)
    while held := list(islice(source, _ROWS_AT_ONCE)):
        yield schema.rows(held, since_us=since_us)
