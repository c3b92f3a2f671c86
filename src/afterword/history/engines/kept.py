"""What questions made of whole days, kept in memory for as long as the days' files stay the same.

Most of what a question costs on a long history is reading days that have not changed since it was
asked before. It is kept as compressed tables, in the order of people: their sums then find each
person's rows side by side. Of answers that add up over people, those of days that are unlikely
to change are kept as well.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003
from contextlib import contextmanager
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.history.engines.compiler import Question  # noqa: TC001  # of a NamedTuple
from afterword.history.engines.settled import Settled, put_together, settled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    import duckdb

    from afterword.history.engines.settled import Answer
    from afterword.history.files import DayFile

    Ask = Callable[[str], Answer]

MOST_BYTES: Final = 384 * 2**20
_PEOPLE: Final = "person_key"
_CAME: Final = "came"
_KNOWN: Final = "known"
_USED: Final = """
    SELECT sum(memory_usage_bytes + temporary_storage_bytes) FROM duckdb_memory()
    WHERE tag = 'IN_MEMORY_TABLE'
"""


class Recipe(NamedTuple):
    """How something is made of days."""

    key: tuple[str, ...]  # what tells it from everything else that is made of days
    make: Callable[[Sequence[DayFile]], str]  # gives the SQL
    columns: tuple[str, ...]  # that it has; ``day`` among them
    question: Question  # what is asked of it


class Kept:
    """The tables of one database; what was used last is kept longest."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._lock = Lock()
        self._tables: dict[tuple[str, ...], _Table] = {}
        self._names = count(1)

    def answer(
        self,
        cursor: duckdb.DuckDBPyConnection,
        recipe: Recipe,
        files: Sequence[DayFile],
        beside: str,
        ask: Ask,
    ) -> Answer:
        """Answer a question from what was made of some days.

        Args:
            cursor: Of the database, for this question alone.
            recipe: How it is made.
            files: Of the days, oldest first.
            beside: SQL of the rows of other days.
            ask: Answers the question from SQL of rows.
        """
        sums, old = recipe.question.sums, settled(files)
        with self._used(cursor, recipe.key) as table:
            with table.lock:
                table.catch_up(cursor, recipe, files)
                if sums and old:
                    # Rows and answer are of the same files until both are in hand.
                    whole = table.settle(recipe.question, files, ask)
                    table.part(cursor, sums.columns, whole.split(files), beside)
            if not (sums and old):
                return ask(f"{table.select(files)} UNION ALL {beside}")
            before, after = ask(f"FROM {_KNOWN}"), ask(f"FROM {_KNOWN} UNION ALL FROM {_CAME}")
            return put_together(sums.n_keys, whole.answer, before, after)

    def forget(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Drop everything; what is being asked of goes when its answer is there."""
        with self._lock:
            for table in self._tables.values():
                if not table.n_users:
                    table.drop(cursor)
            self._tables = {}

    @contextmanager
    def _used(self, cursor: duckdb.DuckDBPyConnection, key: tuple[str, ...]) -> Iterator[_Table]:
        with self._lock:
            table = self._tables.pop(key, None) or _Table(f"kept_{next(self._names)}")
            self._tables[key] = table
            table.n_users += 1
        try:
            yield table
        finally:
            with self._lock:
                table.n_users -= 1
                if not table.n_users and self._tables.get(key) is not table:  # forgotten meanwhile
                    table.drop(cursor)
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
        self._settled: dict[str, Settled] = {}

    def catch_up(
        self, cursor: duckdb.DuckDBPyConnection, recipe: Recipe, files: Sequence[DayFile]
    ) -> None:
        new = [file for file in files if self._marks.get(file.day) != file.mark]
        if not new:
            return
        # The newest days lie together: those who came on them are looked for again and again.
        newest = _is_in({file.day for file in new[len(settled(new)) :]})
        order = f"ORDER BY {newest}, {_PEOPLE}" if _PEOPLE in recipe.columns else ""
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

    def select(self, files: Sequence[DayFile], columns: str = "*") -> str:
        some = {file.day for file in files}
        other = self._marks.keys() - some
        where = f"NOT {_is_in(other)}" if len(other) < len(some) else _is_in(some)
        return f"SELECT {columns} FROM {self._name}.days WHERE {where}"  # noqa: S608  # our own SQL

    def settle(self, question: Question, files: Sequence[DayFile], ask: Ask) -> Settled:
        found = self._settled.get(question.sql)
        if found is None or not found.is_of(files):
            found = Settled(settled(files), ask(self.select(settled(files))))
            self._settled[question.sql] = found
        return found

    def part(
        self,
        cursor: duckdb.DuckDBPyConnection,
        columns: frozenset[str],
        files: tuple[Sequence[DayFile], Sequence[DayFile]],
        beside: str,
    ) -> None:
        """Make tables of the rows that came since, and of the rows of their people before."""
        settled_days, newer = files
        names = ", ".join(f'"{name}"' for name in sorted(columns))
        cursor.execute(
            f"CREATE TEMP TABLE {_CAME} AS {self.select(newer, names)}"  # noqa: S608  # our own SQL
            f" UNION ALL SELECT {names} FROM ({beside})"
        )
        cursor.execute(
            f"CREATE TEMP TABLE {_KNOWN} AS {self.select(settled_days, names)}"  # noqa: S608  # same
            f" AND {_PEOPLE} IN (SELECT {_PEOPLE} FROM {_CAME})"
        )

    def drop(self, cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(f"DETACH DATABASE IF EXISTS {self._name}")


def _is_in(days: Collection[date]) -> str:
    listed = ", ".join(f"DATE '{day}'" for day in sorted(days))
    return f"(day IN ({listed}))" if listed else "FALSE"
