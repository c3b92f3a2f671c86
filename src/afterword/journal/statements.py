"""SQL compiled once from the tables, run with plain tuples: Core's names, the driver's speed."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Dialect

Row = tuple[Any, ...]
T = TypeVar("T")
# The two say the same with the same names, which no type of SQLAlchemy's tells.
_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# With parameters by place, as plain tuples are.
_DIALECTS: Final[dict[str, Dialect]] = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]  # so it is
}
# SQLite takes 32,766 parameters in one statement; half of that leaves room for the others.
CHUNK: Final = 16_000
_MOST_ROWS: Final = 256  # of one statement


def insert(connection: Connection, table: Table, names: tuple[str, ...], rows: list[Row]) -> None:
    """Insert rows of values in the order of ``names``."""
    _write(connection, _sql(connection.dialect.name, table, names), rows)


def upsert(connection: Connection, table: Table, names: tuple[str, ...], rows: list[Row]) -> None:
    """Insert rows, or replace the named columns of those whose primary key is there."""
    _write(connection, _sql(connection.dialect.name, table, names, replaces=True), rows)


def _write(connection: Connection, sql: str, rows: list[Row]) -> None:
    if connection.dialect.name != "sqlite":
        if rows:
            connection.exec_driver_sql(sql, rows)
        return
    # The driver lets other threads run at each step of a statement, and a step is a row: one by
    # one, a thousand rows would wait for the interpreter a thousand times. The sizes are powers
    # of two, so that few statements are kept prepared.
    start = 0
    while start < len(rows):
        n_rows = min(_MOST_ROWS, 1 << (len(rows) - start).bit_length() - 1)
        values = tuple(chain.from_iterable(rows[start : start + n_rows]))
        connection.exec_driver_sql(_of_many(sql, n_rows), values)
        start += n_rows


@lru_cache(maxsize=256)
def _of_many(sql: str, n_rows: int) -> str:
    head, word, tail = sql.partition("VALUES ")
    one, end, rest = tail.partition(")")
    return head + word + ", ".join([one + end] * n_rows) + rest


def insert_into(kind: str, table: Table) -> Any:  # noqa: ANN401  # of either dialect
    """Begin an insert that can say what happens where a key is there already.

    Args:
        kind: ``connection.dialect.name``.
        table: Where to.
    """
    return _INSERTS[kind](table)


@lru_cache(maxsize=64)
def _sql(kind: str, table: Table, names: tuple[str, ...], *, replaces: bool = False) -> str:
    statement = insert_into(kind, table).values({name: sa.bindparam(name) for name in names})
    if replaces:
        key = [column.name for column in table.primary_key.columns]
        others = {name: statement.excluded[name] for name in names if name not in key}
        statement = statement.on_conflict_do_update(index_elements=key, set_=others)
    compiled = statement.compile(dialect=_DIALECTS[kind], column_keys=list(names))
    if list(compiled.positiontup or []) != list(names):
        msg = f"{table.name}: parameters are bound as {compiled.positiontup}, not {names}"
        raise AssertionError(msg)
    return str(compiled)


def among(connection: Connection, sql: str, first: str, values: Sequence[Any]) -> Iterator[Row]:
    """Give the rows whose last named column holds one of many values.

    Args:
        connection: Where.
        sql: A query that ends with that column; ``{}`` stands for ``first``.
        first: The parameter before them.
        values: Thousands of them cost SQLAlchemy more than the database.
    """
    for part in chunks(values):
        if connection.dialect.name == "sqlite":
            places = ",".join("?" * len(part))
            yield from connection.exec_driver_sql(
                f"{sql.format('?')} IN ({places})", (first, *part)
            )
        else:
            yield from connection.exec_driver_sql(
                f"{sql.format('%s')} = ANY(%s)", (first, list(part))
            )


def among_pairs(
    connection: Connection, sql: str, first: str, pairs: Sequence[tuple[str, bytes]]
) -> Iterator[Row]:
    """Give the rows of a query that asks for many pairs.

    Args:
        connection: Where.
        sql: A query over ``wanted (one, other)``, the pairs; ``{}`` stands for ``first``.
        first: Its last parameter.
        pairs: As in ``among``.
    """
    for part in chunks(pairs):
        if connection.dialect.name == "sqlite":
            wanted = f"VALUES {','.join(['(?, ?)'] * len(part))}"
            values: Row = (*chain.from_iterable(part), first)
        else:
            wanted = "SELECT * FROM unnest(%s::text[], %s::bytea[])"
            values = (*map(list, zip(*part, strict=True)), first)
        place = "?" if connection.dialect.name == "sqlite" else "%s"
        yield from connection.exec_driver_sql(
            f"WITH wanted (one, other) AS ({wanted}) {sql.format(place)}", values
        )


def chunks(values: Sequence[T]) -> list[Sequence[T]]:
    """Cut a list of parameters into pieces that one statement can take."""
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
