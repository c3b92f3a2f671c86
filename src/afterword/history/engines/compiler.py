"""Ibis writes a question's SQL, once a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.history import schema

if TYPE_CHECKING:
    import ibis

# The name that session rows have in compiled SQL.
SOURCE: Final = "afterword_sessions"
_COMPILED_AT_MOST: Final = 256
Build = Callable[["ibis.Table"], "ibis.Table"]


class Question(NamedTuple):
    """A compiled question: its SQL over ``SOURCE``, and the columns that it reads."""

    sql: str
    columns: frozenset[str]


class Compiler:
    """Turns Ibis expressions into the SQL of one engine."""

    def __init__(self, write: Callable[[ibis.Table], str]) -> None:
        """Take what writes an expression as SQL."""
        self._write = write
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
        question = Question(self._write(expression), frozenset(names & set(table.columns)))
        if len(self._compiled) >= _COMPILED_AT_MOST:
            self._compiled.clear()
        self._compiled[shape] = question
        return question


def read_columns(columns: frozenset[str]) -> list[str]:
    """Give the columns to read for a question, sorted.

    One that only counts rows reads none; something has to stand in its place.
    """
    return sorted(columns or {"environment"})
