"""The history: one table of session rows, files minus plus overlay, that questions are asked of."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from afterword.history import schema
from afterword.history.filters import Filter
from afterword.history.overlay import JournalOverlay, NoOverlay, Overlay

if TYPE_CHECKING:
    import duckdb
    import ibis
    import pyarrow as pa

    from afterword.journal import Journal

LOG: Final = logging.getLogger(__name__)
_SOURCE: Final = "afterword_sessions"
_COMPILED_AT_MOST: Final = 256
Build = Callable[["ibis.Table"], "ibis.Table"]


class History:
    """Session rows of all projects: day files in Parquet, made fresh by the journal.

    Example:
        >>> history = History(Path("/tmp/afterword-doctest/history"), None)
        >>> history.run(("all",), lambda t: t.aggregate(n=t.count()), Filter())
        [(0,)]
    """

    def __init__(self, directory: Path, journal: Journal | None) -> None:
        """Take the folder of the day files, and the journal where there is one."""
        self._directory = directory
        self._overlay: Overlay = NoOverlay() if journal is None else JournalOverlay(journal)
        self._lock = Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._compiled: dict[tuple[Any, ...], tuple[str, frozenset[str]]] = {}

    def run(self, shape: tuple[Any, ...], build: Build, chosen: Filter) -> list[tuple[Any, ...]]:
        """Answer a question.

        Args:
            shape: What tells this question from others; its SQL is compiled once.
            build: Makes the Ibis expression from the table of session rows. Project, environment
                and window are applied before it.
            chosen: Which sessions the table holds.

        Returns:
            Rows in the expression's order of columns.
        """
        sql, columns = self._compile(shape, build)
        try:
            return self._fetch(sql, columns, chosen)
        except _errors():
            if not self._mark_damaged(chosen):
                raise
        return self._fetch(sql, columns, chosen)

    def warm(self) -> None:
        """Import the engine and open its connection, once the server is ready."""
        self._open()

    def close(self) -> None:
        """Give the engine's memory back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _compile(self, shape: tuple[Any, ...], build: Build) -> tuple[str, frozenset[str]]:
        known = self._compiled.get(shape)
        if known is not None:
            return known
        import ibis  # noqa: PLC0415  # heavy: after the server is ready
        from ibis.expr.operations import Field  # noqa: PLC0415  # same

        table = ibis.table(ibis.Schema.from_pyarrow(schema.arrow_schema()), name=_SOURCE)
        expression = build(table)
        names = {field.name for field in expression.op().find(Field)}
        compiled = (
            str(ibis.to_sql(expression, dialect="duckdb")),
            frozenset(names & set(table.columns)),
        )
        if len(self._compiled) >= _COMPILED_AT_MOST:
            self._compiled.clear()
        self._compiled[shape] = compiled
        return compiled

    def _fetch(
        self, sql: str, columns: frozenset[str], chosen: Filter
    ) -> list[tuple[Any, ...]]:
        # The overlay first: a day file that is renamed afterwards holds nothing less.
        overlay = self._overlay.table(chosen.project, columns)
        cursor = self._open().cursor()
        try:
            cursor.register("overlay_rows", overlay)
            source = self._source(overlay, columns, chosen)
            rows: list[tuple[Any, ...]] = cursor.execute(
                sql.replace(f'"{_SOURCE}"', f"({source})")
            ).fetchall()
        finally:
            cursor.close()
        return rows

    def _source(self, overlay: pa.Table, columns: frozenset[str], chosen: Filter) -> str:
        names = ", ".join(f'"{name}"' for name in sorted(columns | {"session_id"}))
        changed = set(overlay.column("day").to_pylist())
        files = list(self._files(chosen))
        clean = [path for day, path in files if day not in changed]
        stale = [path for day, path in files if day in changed]
        where = _conditions(chosen)
        parts = [f"SELECT {names} FROM overlay_rows WHERE {where}"]
        if clean:
            parts.append(f"SELECT {names} FROM read_parquet({_list(clean)}) WHERE {where}")
        if stale:
            # Only days with changed rows pay for finding them.
            known = "SELECT session_id FROM overlay_rows"
            parts.append(
                f"SELECT {names} FROM read_parquet({_list(stale)}) WHERE {where}"
                f" AND session_id NOT IN ({known})"
            )
        return " UNION ALL ".join(parts)

    def _files(self, chosen: Filter) -> Iterator[tuple[date, Path]]:
        folder = self._directory / f"project={chosen.project}"
        if not folder.is_dir():
            return
        first = None if chosen.from_us is None else _date(chosen.from_us)
        last = None if chosen.to_us is None else _date(chosen.to_us - 1)
        for entry in sorted(folder.iterdir()):
            day = _day_of(entry.name)
            path = entry / schema.FILE
            is_wanted = day is not None and (first is None or day >= first)
            if day is None or not is_wanted or (last is not None and day > last):
                continue
            if path.exists():
                yield day, path

    def _mark_damaged(self, chosen: Filter) -> bool:
        import pyarrow as pa  # noqa: PLC0415  # heavy
        import pyarrow.parquet as pq  # noqa: PLC0415  # heavy

        is_found = False
        for day, path in self._files(chosen):
            try:
                pq.read_table(path, columns=["session_id"])
            except (pa.ArrowException, OSError, ValueError) as exc:
                LOG.warning("%s cannot be read and is set aside: %s", path, exc)
                path.replace(path.with_suffix(".damaged"))
                self._overlay.damage(chosen.project, day)
                is_found = True
        return is_found

    def _open(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._connection is None:
                import duckdb  # noqa: PLC0415  # heavy: after the server is ready

                self._connection = duckdb.connect(":memory:")
                self._connection.execute("SET TimeZone = 'UTC'")
            return self._connection


def _errors() -> tuple[type[Exception], ...]:
    import duckdb  # noqa: PLC0415  # heavy: only when something has failed already

    return (duckdb.Error,)


def _conditions(chosen: Filter) -> str:
    found = [f"environment = {_quote(chosen.environment)}", f"project = {_quote(chosen.project)}"]
    if chosen.from_us is not None:
        found.append(f"opened_at >= make_timestamptz({chosen.from_us})")
    if chosen.to_us is not None:
        found.append(f"opened_at < make_timestamptz({chosen.to_us})")
    return " AND ".join(found)


def _list(paths: list[Path]) -> str:
    return f"[{', '.join(_quote(str(path)) for path in paths)}]"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _date(time_us: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).date()


def _day_of(name: str) -> date | None:
    if not name.startswith("day="):
        return None
    try:
        return date.fromisoformat(name.removeprefix("day="))
    except ValueError:
        return None
