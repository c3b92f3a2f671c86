"""Engines: what runs the questions on the day files. One module each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.errors import SetupError

if TYPE_CHECKING:
    from afterword.history.engines.engine import Engine

ENGINES: Final = ("duckdb",)


def engine_of(name: str) -> Engine:
    """Make an engine; it opens with its first question.

    Raises:
        SetupError: There is none of this name.
    """
    if name == "duckdb":
        from afterword.history.engines.duckdb import DuckDB  # noqa: PLC0415  # one of several

        return DuckDB()
    raise SetupError(f"engine: {name!r:.80} is none of {', '.join(ENGINES)}.", field="engine")
