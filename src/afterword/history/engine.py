"""The engine: DuckDB in this process, and Ibis that writes its SQL, once a question."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.history import schema

if TYPE_CHECKING:
    import duckdb
    import ibis

# The name that session rows have in compiled SQL.
SOURCE: Final = "afterword_sessions"
_COMPILED_AT_MOST: Final = 256
Build = Callable[["ibis.Table"], "ibis.Table"]


class Question(NamedTuple):
    """A compiled question: its SQL over ``SOURCE``, and the columns that it reads."""

    sql: str
    columns: frozenset[str]


class Engine:
    """One DuckDB database in memory. It keeps no data: it reads files and Arrow tables."""

    def __init__(self) -> None:
        """Open nothing yet: the imports take a while."""
        self._lock = Lock()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._compiled: dict[tuple[Any, ...], Question] = {}

    def compile(self, shape: tuple[Any, ...], build: Build) -> Question:
        """Turn a question into SQL, or find what it was turned into before.

        Args:
            shape: What tells this question from every other.
            build: Makes the Ibis expression from the table of session rows.
        """
        known = self._compiled.get(shape)
        if known is not None:
            return known
        import ibis  # noqa: PLC0415  # heavy: after the server is ready
        from ibis.expr.operations import Field  # noqa: PLC0415  # same

        table = ibis.table(schema.types_of(schema.IBIS_TYPES), name=SOURCE)
        expression = build(table)
        names = {field.name for field in expression.op().find(Field)}
        question = Question(
            str(ibis.to_sql(expression, dialect="duckdb")), frozenset(names & set(table.columns))
        )
        if len(self._compiled) >= _COMPILED_AT_MOST:
            self._compiled.clear()
        self._compiled[shape] = question
        return question

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Give a connection of its own to the calling thread, which closes it."""
        with self._lock:
            if self._database is None:
                import duckdb  # noqa: PLC0415  # heavy: after the server is ready

                self._database = duckdb.connect(":memory:", config=_settings())
                self._database.execute("SET GLOBAL TimeZone = 'UTC'")
            return self._database.cursor()

    def close(self) -> None:
        """Give the memory back; a later use opens a new database."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None


def errors() -> tuple[type[Exception], ...]:
    """Give what the engine raises."""
    import duckdb  # noqa: PLC0415  # heavy: only when something has failed already

    return (duckdb.Error,)


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
