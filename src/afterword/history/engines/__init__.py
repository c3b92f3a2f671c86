"""Engines: what runs the questions on the day files. One module each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.errors import SetupError

if TYPE_CHECKING:
    from afterword.history.engines.engine import Engine

ENGINES: Final = ("duckdb", "spark")


def engine_of(name: str, spark_master: str | None = None) -> Engine:
    """Make an engine; it opens with its first question.

    Args:
        name: One of ``ENGINES``.
        spark_master: Where Spark runs, ``local[*]`` when None.

    Raises:
        SetupError: There is none of this name.
    """
    if name == "duckdb":
        from afterword.history.engines.duckdb import DuckDB  # noqa: PLC0415  # one of several

        return DuckDB()
    if name == "spark":
        from afterword.history.engines.spark import Spark  # noqa: PLC0415  # same

        return Spark(spark_master)
    raise SetupError(f"engine: {name!r:.80} is none of {', '.join(ENGINES)}.", field="engine")
