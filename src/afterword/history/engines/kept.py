"""What questions made of whole days, kept in memory for as long as the days' files stay the same.

Most of what a question costs on a long history is reading days that have not changed since it was
asked before. It is kept as compressed tables, in the order of people: their sums then find each
person's rows side by side.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003
from contextlib import contextmanager
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import duckdb

    from afterword.history.files import DayFile

MOST_BYTES: Final = 384 * 2**20
_PEOPLE: Final = "person_key"
_USED: Final = """
    SELECT sum(memory_usage_bytes + temporary_storage_bytes) FROM duckdb_memory()
    WHERE tag = 'IN_MEMORY_TABLE'
"""


class Recipe(NamedTuple):
    """How something is made of days."""

    key: tuple[str, ...]  # what tells it from everything else that is made of days
    make: Callable[[Sequence[DayFile]], str]  # gives the SQL
    columns: tuple[str, ...]  # that it has; ``day`` among them


class Kept:
    """The tables of one database; what was used last is kept longest."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._lock = Lock()
        self._tables: dict[tuple[str, ...], _Table] = {}
        self._names = count(1)

    @contextmanager
    def days(
        self,
        cursor: duckdb.DuckDBPyConnection,
        recipe: Recipe,
        files: Sequence[DayFile],
    ) -> Iterator[str]:
        """Give SQL for what was made of some days; it holds until the block ends.

        Args:
            cursor: Of the database.
            recipe: How it is made.
            files: Of the days.
        """
        with self._lock:
            table = self._tables.pop(recipe.key, None) or _Table(f"kept_{next(self._names)}")
            self._tables[recipe.key] = table
            table.n_users += 1
        try:
            with table.lock:
                table.catch_up(cursor, recipe, files)
            yield table.select(files)
        finally:
            with self._lock:
                table.n_users -= 1
                self._make_room(cursor)

    def _make_room(self, cursor: duckdb.DuckDBPyConnection) -> None:
        for key, table in list(self._tables.items()):
            if (cursor.execute(_USED).fetchall()[0][0] or 0) <= MOST_BYTES:
                return
            if not table.n_users:
                table.drop(cursor)
                del self._tables[key]


class _Table:
    def __init__(self, name: str) -> None:
        self.lock = Lock()
        self.n_users = 0
        self._name = name
        self._marks: dict[date, tuple[int, ...]] = {}

    def catch_up(
        self, cursor: duckdb.DuckDBPyConnection, recipe: Recipe, files: Sequence[DayFile]
    ) -> None:
        new = [file for file in files if self._marks.get(file.day) != file.mark]
        if not new:
            return
        order = f"ORDER BY {_PEOPLE}" if _PEOPLE in recipe.columns else ""
        made = f"SELECT * FROM ({recipe.make(new)}) {order}"  # noqa: S608  # our own SQL
        if not self._marks:
            cursor.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {self._name} (COMPRESS)")
            cursor.execute(f"CREATE OR REPLACE TABLE {self._name}.days AS {made}")
        else:
            cursor.execute("BEGIN")
            old = [file.day for file in new if file.day in self._marks]
            if old:
                cursor.execute(f"DELETE FROM {self._name}.days WHERE {_is_in(old)}")  # noqa: S608  # same
            cursor.execute(f"INSERT INTO {self._name}.days {made}")
            cursor.execute("COMMIT")
        self._marks |= {file.day: file.mark for file in new}
        cursor.execute(f"CHECKPOINT {self._name}")  # which compresses

    def select(self, files: Sequence[DayFile]) -> str:
        other = sorted(self._marks.keys() - {file.day for file in files})
        where = f" WHERE NOT {_is_in(other)}" if other else ""
        return f"SELECT * FROM {self._name}.days{where}"  # noqa: S608  # our own SQL

    def drop(self, cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(f"DETACH DATABASE IF EXISTS {self._name}")


def _is_in(days: Sequence[date]) -> str:
    return "day IN ({})".format(", ".join(f"DATE '{day}'" for day in days))
