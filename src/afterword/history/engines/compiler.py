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


class Question(NamedTuple):
    """A compiled question: its SQL, and the columns of session rows that it reads.

    The SQL is over ``DAYS`` where the question has a first half, else over ``SOURCE``.
    """

    sql: str
    columns: frozenset[str]
    days: Days | None = None


class Compiler:
    """Turns Ibis expressions into the SQL of one engine."""

    def __init__(self, write: Callable[[ibis.Table], str]) -> None:
        """Take what writes an expression as SQL."""
        self._write = write
        self._compiled: dict[tuple[Any, ...], Question] = {}

    def compile(
        self, shape: tuple[Any, ...], build: Build, by_day: Build | None = None
    ) -> Question:
        """Turn a question into SQL, or find what it was turned into before.

        Args:
            shape: What tells this question from every other.
            build: Makes the Ibis expression from the table of session rows.
            by_day: As ``History.run`` takes it.
        """
        known = self._compiled.get(shape)
        if known is not None:
            return known
        import ibis  # noqa: PLC0415  # heavy: after the server is ready
        from ibis.expr.operations import Field  # noqa: PLC0415  # same

        table = ibis.table(schema.types_of(schema.IBIS_TYPES), name=SOURCE)
        first = (by_day or build)(table)
        names = {field.name for field in first.op().find(Field)}
        question = Question(self._write(first), frozenset(names & set(table.columns)))
        if by_day is not None:
            days = Days(question.sql, tuple(first.columns))
            second = build(ibis.table(first.schema(), name=DAYS))
            question = Question(self._write(second), question.columns, days)
        if len(self._compiled) >= _COMPILED_AT_MOST:
            self._compiled.clear()
        self._compiled[shape] = question
        return question


def read_columns(columns: frozenset[str]) -> list[str]:
    """Give the columns to read for a question, sorted.

    One that only counts rows reads none; something has to stand in its place.
    """
    return sorted(columns or {"environment"})
