"""DuckDB in this process."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from afterword.history.engines.compiler import DAYS, SOURCE, Compiler, read_columns
from afterword.history.engines.duckdb_sql import write
from afterword.history.engines.engine import Rows
from afterword.history.engines.kept import Kept, Recipe
from afterword.history.schema import missing_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from afterword.history.engines.compiler import Build, Question
    from afterword.history.files import DayFile
    from afterword.history.filters import Filter

_OVERLAY: Final = "overlay_rows"


class DuckDB:
    """One DuckDB database in memory. It keeps no data: it reads files and Arrow tables."""

    def __init__(self) -> None:
        """Open nothing yet: the imports take a while."""
        self._lock = Lock()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._compiler = Compiler(write)
        self._kept: Kept | None = None

    def warm(self) -> None:
        """Keep from now on what questions make of days."""
        self._kept = self._kept or Kept()

    def compile(
        self,
        shape: tuple[Any, ...],
        build: Build,
        by_day: Build | None = None,
        *,
        adds_up: bool = False,
    ) -> Question:
        """Write a question in DuckDB's SQL, or find what was written before."""
        return self._compiler.compile(shape, build, by_day, adds_up=adds_up)

    def fetch(self, question: Question, rows: Rows) -> list[tuple[Any, ...]]:
        """Answer a question; times must leave it as numbers or text, without pytz."""
        cursor = self._cursor()
        try:
            cursor.register(_OVERLAY, rows.overlay)
            if question.days is None:
                return _answer(cursor, question, SOURCE, _source(rows, question.columns))
            whole, rest = rows.by_wholeness() if self._kept else ([], rows)
            made = _made(question, rest)
            if not (self._kept and whole):
                return _answer(cursor, question, DAYS, made)
            ask = partial(_answer, cursor, question, DAYS)
            return self._kept.answer(cursor, _recipe(question, rows), whole, made, ask)
        finally:
            cursor.close()

    def probe(self, files: Sequence[DayFile], columns: frozenset[str]) -> None:
        """Read all values of these columns."""
        cursor = self._cursor()
        try:
            for lack, held in _by_lack(files, columns):
                names = _names(columns - lack)
                cursor.execute(
                    f"SELECT max(hash({names}, opened_at, session_id)) FROM {_scan(held)}"  # noqa: S608  # names and quoted paths
                ).fetchall()
        finally:
            cursor.close()

    def errors(self) -> tuple[type[Exception], ...]:
        """Give what DuckDB raises."""
        import duckdb  # noqa: PLC0415  # heavy: only when something has failed already

        return (duckdb.Error,)

    def forget(self) -> None:
        """Drop what is kept of days."""
        if self._kept is not None:
            cursor = self._cursor()
            try:
                self._kept.forget(cursor)
            finally:
                cursor.close()

    def close(self) -> None:
        """Give the memory back; a later use opens a new database."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database, self._kept = None, self._kept and Kept()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        # A connection of its own for the calling thread, which closes it.
        with self._lock:
            if self._database is None:
                self._database = connect()
            return self._database.cursor()


def _answer(
    cursor: duckdb.DuckDBPyConnection, question: Question, name: str, rows: str
) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = cursor.execute(
        f'WITH "{name}" AS ({rows}) SELECT * FROM ({question.sql})'  # noqa: S608  # names and quoted values
    ).fetchall()
    return found


def connect() -> duckdb.DuckDBPyConnection:
    """Open a database in memory, as Afterword uses it."""
    import duckdb  # noqa: PLC0415  # heavy: after the server is ready

    database = duckdb.connect(":memory:", config=_settings())
    database.execute("SET GLOBAL TimeZone = 'UTC'")
    # A history has hundreds of files; DuckDB sees when one was replaced.
    database.execute("SET GLOBAL parquet_metadata_cache = true")
    return database


def window(chosen: Filter) -> str:
    """Write environment and window of a filter as a condition."""
    found = [f"environment = {_quote(chosen.environment)}"]
    if chosen.from_us is not None:
        found.append(f"opened_at >= make_timestamptz({chosen.from_us})")
    if chosen.to_us is not None:
        found.append(f"opened_at < make_timestamptz({chosen.to_us})")
    return " AND ".join(found)


def _settings() -> dict[str, str]:
    return {
        # Beside a server and its host; what needs more spills to disk.
        "memory_limit": "1GiB",
        "temp_directory": str(Path(tempfile.gettempdir()) / "afterword-spill"),
        # Day files are replaced under their names, and the system caches them anyhow.
        "enable_external_file_cache": "false",
        # Nothing is ever fetched from the network.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


def _recipe(question: Question, rows: Rows) -> Recipe:
    # Of whole days as they are in their files: no overlay and no window.
    overlay = rows.overlay.slice(0, 0)
    every = structs.replace(rows.chosen, from_us=None, to_us=None)

    def make(files: Sequence[DayFile]) -> str:
        return _made(question, Rows(overlay, [*files], every))

    columns = question.days.columns if question.days else ()
    return Recipe((every.project, make([])), make, columns, question)


def _made(question: Question, rows: Rows) -> str:
    """Write the first half of a question, of the rows that are there."""
    first = question.days.sql if question.days else ""
    source = _source(rows, question.columns)
    return f'SELECT * FROM (WITH "{SOURCE}" AS NOT MATERIALIZED ({source}) {first})'  # noqa: S608  # our own


def _source(rows: Rows, columns: frozenset[str]) -> str:
    clean, stale = rows.by_change()
    where = window(rows.chosen)
    # First, for it gives columns that files lack their types.
    some = "" if rows.overlay.num_rows else " LIMIT 0"
    parts = [f"(SELECT {_names(columns)} FROM {_OVERLAY} WHERE {where}{some})"]  # noqa: S608  # names and quoted values
    parts += [
        f"SELECT {_names(columns, lack)} FROM {_scan(files)} WHERE {where}"  # noqa: S608  # same
        for lack, files in _by_lack(clean, columns)
    ]
    parts += [
        f"SELECT {_names(columns, lack)} FROM {_scan(files)} AS held"  # noqa: S608  # same
        f" ANTI JOIN (SELECT session_id AS changed_id FROM {_OVERLAY}) AS changed"
        f" ON held.session_id = changed.changed_id WHERE {where}"
        for lack, files in _by_lack(stale, columns)
    ]
    return " UNION ALL ".join(parts)


def _by_lack(
    files: Iterable[DayFile], columns: frozenset[str]
) -> Iterable[tuple[frozenset[str], list[DayFile]]]:
    # Almost always one group: only files of an earlier format lack columns.
    found: dict[frozenset[str], list[DayFile]] = {}
    for file in files:
        found.setdefault(columns & missing_in(file.format), []).append(file)
    return found.items()


def _scan(files: Iterable[DayFile]) -> str:
    paths = ", ".join(_quote(str(file.path)) for file in files)
    # The partition's names stand in the rows themselves.
    return f"read_parquet([{paths}], hive_partitioning = false)"


def _names(columns: frozenset[str], lack: frozenset[str] = frozenset()) -> str:
    return ", ".join(
        f'NULL AS "{name}"' if name in lack else f'"{name}"' for name in read_columns(columns)
    )


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
