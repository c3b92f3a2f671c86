"""Ibis writes a question's SQL, once a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.history import schema

if TYPE_CHECKING:
    import ibis

# The names that session rows, and what is made of them day by day, have in compiled SQL.
SOURCE: Final = "afterword_sessions"
DAYS: Final = "afterword_days"
_COMPILED_AT_MOST: Final = 256
Build = Callable[["ibis.Table"], "ibis.Table"]


class Days(NamedTuple):
    """The first half of a question: SQL over ``SOURCE``, and the columns that it gives."""

    sql: str
    columns: tuple[str, ...]


class Sums(NamedTuple):
    """Of a second half whose answers for two sets of people add up."""

    n_keys: int  # leading columns that tell rows apart
    columns: frozenset[str]  # that it reads of ``DAYS``


class Question(NamedTuple):
    """A compiled question: its SQL, and the columns of session rows that it reads.

    The SQL is over ``DAYS`` where the question has a first half, else over ``SOURCE``.
    """

    sql: str
    columns: frozenset[str]
    days: Days | None = None
    sums: Sums | None = None


class Compiler:
    """Turns Ibis expressions into the SQL of one engine."""

    def __init__(self, write: Callable[[ibis.Table], str]) -> None:
        """Take what writes an expression as SQL."""
        self._write = write
        self._compiled: dict[tuple[Any, ...], Question] = {}

    def compile(
        self,
        shape: tuple[Any, ...],
        build: Build,
        by_day: Build | None = None,
        *,
        adds_up: bool = False,
    ) -> Question:
        """Turn a question into SQL, or find what it was turned into before.

        Args:
            shape: What tells this question from every other.
            build: Makes the Ibis expression from the table of session rows.
            by_day: As ``History.run`` takes it.
            adds_up: As it takes that.
        """
        known = self._compiled.get(shape)
        if known is not None:
            return known
        import ibis  # noqa: PLC0415  # heavy: after the server is ready

        table = ibis.table(schema.types_of(schema.IBIS_TYPES), name=SOURCE)
        first = (by_day or build)(table)
        question = Question(self._write(first), _read(first, table))
        if by_day is not None:
            days = Days(question.sql, tuple(first.columns))
            held = ibis.table(first.schema(), name=DAYS)
            second = build(held)
            sums = Sums(len(second.op().groups), _read(second, held)) if adds_up else None
            question = Question(self._write(second), question.columns, days, sums)
        if len(self._compiled) >= _COMPILED_AT_MOST:
            self._compiled.clear()
        self._compiled[shape] = question
        return question


def _read(expression: ibis.Table, table: ibis.Table) -> frozenset[str]:
    from ibis.expr.operations import Field  # noqa: PLC0415  # heavy: after the server is ready

    names = {field.name for field in expression.op().find(Field)}
    return frozenset(names & set(table.columns))


def read_columns(columns: frozenset[str]) -> list[str]:
    """Give the columns to read for a question, sorted.

    One that only counts rows reads none; something has to stand in its place.
    """
    return sorted(columns or {"environment"})
