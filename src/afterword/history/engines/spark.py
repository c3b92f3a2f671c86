"""Spark on the same day files, for a history that one machine no longer counts fast enough."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache, reduce
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from afterword.errors import SetupError
from afterword.history import schema
from afterword.history.engines import spark_session
from afterword.history.engines.compiler import DAYS, SOURCE, Compiler, read_columns
from afterword.history.engines.duckdb import DuckDB
from afterword.history.engines.spark_sql import write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from afterword.history.engines.compiler import Build, Question
    from afterword.history.engines.engine import Rows
    from afterword.history.files import DayFile
    from afterword.history.filters import Filter

_PATTERN: Final = re.compile(r"[\[\]{}*?,\\]")  # what Spark would take a path for a pattern by
_views = count(1)


class Spark:
    """One Spark session, of this process or of a cluster that sees the files by the same paths."""

    def __init__(self, master: str | None = None) -> None:
        """Take where Spark runs, ``local[*]`` when None; a session of the process comes first."""
        self._master = master
        self._lock = Lock()
        self._session: SparkSession | None = None
        self._stop: Callable[[], None] | None = None
        self._compiler = Compiler(write)
        self._prober = DuckDB()

    def warm(self) -> None:
        """Keep nothing: Spark is there for what no memory holds."""

    def compile(
        self,
        shape: tuple[Any, ...],
        build: Build,
        by_day: Build | None = None,
        *,
        adds_up: bool = False,
    ) -> Question:
        """Write a question in Spark's SQL, or find what was written before."""
        return self._compiler.compile(shape, build, by_day, adds_up=adds_up)

    def fetch(self, question: Question, rows: Rows) -> list[tuple[Any, ...]]:
        """Answer a question.

        Raises:
            SetupError: Spark cannot be started, or is gone.
        """
        session = self._opened()
        try:
            return _fetch(session, question, rows)
        except self.errors() as exc:
            if not spark_session.has_stopped(session):
                raise
            self.close()
            raise SetupError(
                f"Spark at {self._master or spark_session.DEFAULT_MASTER} does not answer, or has"
                " stopped.",
                field="spark_master",
            ) from exc

    def probe(self, files: Sequence[DayFile], columns: frozenset[str]) -> None:
        """Read all values of these columns, here: a lost executor must not look like damage."""
        self._prober.probe(files, columns)

    def errors(self) -> tuple[type[Exception], ...]:
        """Give what Spark and the probe raise."""
        from py4j.protocol import Py4JError  # noqa: PLC0415  # an extra
        from pyspark.errors import PySparkException  # noqa: PLC0415  # same

        return (PySparkException, Py4JError, *self._prober.errors())

    def forget(self) -> None:
        """Do nothing: nothing is kept."""

    def close(self) -> None:
        """Stop the session if it is ours; a later use opens another."""
        self._prober.close()
        with self._lock:
            if self._stop is not None:
                with suppress(*self.errors(), OSError):  # where nothing is left to stop
                    self._stop()
            self._session = self._stop = None

    def _opened(self) -> SparkSession:
        with self._lock:
            if self._session is None:
                self._session, self._stop = spark_session.start(self._master)
            return self._session


def _fetch(session: SparkSession, question: Question, rows: Rows) -> list[tuple[Any, ...]]:
    view = f"{SOURCE}_{next(_views)}"
    _source(session, rows, read_columns(question.columns)).createOrReplaceTempView(view)
    days = "" if question.days is None else f", `{DAYS}` AS ({question.days.sql})"
    try:
        # As Arrow, which keeps UTC: Python's rows hold times of the machine's own zone.
        table = session.sql(
            f"WITH `{SOURCE}` AS (SELECT * FROM `{view}`){days} SELECT * FROM ({question.sql})"  # noqa: S608  # our names
        ).toArrow()
    finally:
        session.catalog.dropTempView(view)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _source(session: SparkSession, rows: Rows, names: list[str]) -> DataFrame:
    clean, stale = rows.by_change()
    parts = [_scan(session, clean)] if clean else []
    if rows.overlay.num_rows or not parts:  # which takes a while to hand over
        overlay = session.createDataFrame(rows.overlay)
        parts.append(overlay)
    if stale:
        changed = overlay.select("session_id")
        parts.append(_scan(session, stale).join(changed, "session_id", "left_anti"))
    chosen = _condition(rows.chosen)
    return reduce(
        lambda above, below: above.union(below),
        [part.where(chosen).select(*names) for part in parts],
    )


def _scan(session: SparkSession, files: Sequence[DayFile]) -> DataFrame:
    # With a schema told, no file is opened to find one out.
    return (
        session.read.schema(_kinds())
        .option("recursiveFileLookup", "true")
        .parquet(*(_address(file.path) for file in files))
    )


@lru_cache(maxsize=1)
def _kinds() -> StructType:
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415  # an extra

    return from_arrow_schema(schema.arrow_schema())


def _address(path: Path) -> str:
    return "file:" + _PATTERN.sub(r"\\\g<0>", str(path.absolute()))


def _condition(chosen: Filter) -> Column:
    from pyspark.sql import functions as f  # noqa: PLC0415  # an extra

    found = f.col("environment") == f.lit(chosen.environment)
    if chosen.from_us is not None:
        found &= f.col("opened_at") >= f.timestamp_micros(f.lit(chosen.from_us))
    if chosen.to_us is not None:
        found &= f.col("opened_at") < f.timestamp_micros(f.lit(chosen.to_us))
    return found
