"""The history: session rows, files minus plus overlay, that questions are asked of."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.errors import AfterwordError
from afterword.history.engine import SOURCE, Engine, errors
from afterword.history.files import DayFile, day_files
from afterword.history.filters import Filter
from afterword.history.overlay import NoOverlay
from afterword.history.turns import reading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from afterword.history.engine import Build, Question
    from afterword.history.overlay import Overlay
    from afterword.journal import Journal

LOG: Final = logging.getLogger(__name__)
_OVERLAY: Final = "overlay_rows"


class _Seen(NamedTuple):
    """A file as it was when it could not be read; another one of its name gets another chance."""

    path: Path
    modified_ns: int
    n_bytes: int
    inode: int


class History:
    """Session rows of all projects: day files in Parquet, made fresh by the journal.

    Example:
        >>> history = History(Path("/tmp/afterword-doctest/history"), None)
        >>> history.run(("all",), lambda t: t.aggregate(n=t.count()), Filter())
        [(0,)]
    """

    def __init__(
        self, directory: Path, journal: Journal | None, *, overlay: Overlay | None = None
    ) -> None:
        """Take the folder of the day files, and the journal where there is one.

        Args:
            directory: ``DIR/history``; may be absent.
            journal: Gives the rows that the files lack; None counts the files only.
            overlay: Gives them instead of the journal.
        """
        self.directory = directory
        self._overlay = overlay or _overlay_of(journal)
        self._engine = Engine()
        self._damaged: set[_Seen] = set()

    def run(self, shape: tuple[Any, ...], build: Build, chosen: Filter) -> list[tuple[Any, ...]]:
        """Answer a question. May be called from any thread.

        Args:
            shape: What tells this question from others; its SQL is compiled once.
            build: Makes the Ibis expression from the table of session rows. Project, environment
                and window are applied before it; ``where`` is its own. Times leave it as
                numbers or text: the engine cannot hand out zoned ones without pytz.
            chosen: Which sessions the table holds.

        Returns:
            Rows in the expression's order of columns. A file that cannot be read is left out,
            with a warning; its day is marked, so that the journal's rows stand in for it.
        """
        question = self._engine.compile(shape, build)
        for is_retry in (False, True):
            try:
                return self._fetch(question, chosen)
            except errors():
                # Somebody may just have deleted a file, so that nothing is found on the first try.
                if not self._set_aside(question, chosen) and is_retry:
                    raise
        return self._fetch(question, chosen)

    def warm(self) -> None:
        """Import what questions need and open the engine, once the server is ready."""
        self.run(("warm",), lambda table: table.aggregate(n=table.count()), Filter(to_us=0))

    def close(self) -> None:
        """Give the engine's memory back."""
        self._engine.close()

    def _fetch(self, question: Question, chosen: Filter) -> list[tuple[Any, ...]]:
        # The overlay first: a day file that is renamed afterwards holds nothing less.
        overlay = self._overlay.table(chosen.project, question.columns)
        with reading(self.directory):
            source = _source(overlay, question.columns, self._files(chosen), chosen)
            cursor = self._engine.cursor()
            try:
                cursor.register(_OVERLAY, overlay)
                rows: list[tuple[Any, ...]] = cursor.execute(
                    f'WITH "{SOURCE}" AS ({source}) SELECT * FROM ({question.sql})'  # noqa: S608  # names and quoted values
                ).fetchall()
            finally:
                cursor.close()
        return rows

    def _files(self, chosen: Filter) -> list[DayFile]:
        first = None if chosen.from_us is None else _date(chosen.from_us)
        last = None if chosen.to_us is None else _date(chosen.to_us - 1)
        found = day_files(self.directory, chosen.project, first, last)
        if not self._damaged:
            return found
        return [file for file in found if _look(file.path) not in self._damaged]

    def _set_aside(self, question: Question, chosen: Filter) -> bool:
        with reading(self.directory):
            damaged = [
                file for file in self._files(chosen) if not self._is_readable(file, question)
            ]
            self._damaged.update(seen for file in damaged if (seen := _look(file.path)))
        for file in damaged:
            self._mark(chosen.project, file.day)
        return bool(damaged)

    def _is_readable(self, file: DayFile, question: Question) -> bool:
        cursor = self._engine.cursor()
        try:
            cursor.execute(_probe(file, question.columns)).fetchall()
        except errors() as exc:
            LOG.warning("%s cannot be read and is left out: %s", file.path, exc)
            return False
        finally:
            cursor.close()
        return True

    def _mark(self, project: str, day: date) -> None:
        try:
            self._overlay.damage(project, day)
        except AfterwordError as exc:
            LOG.warning("The day %s could not be marked for rewriting: %s", day, exc)


def _overlay_of(journal: Journal | None) -> Overlay:
    if journal is None:
        return NoOverlay()
    from afterword.history.changes import JournalOverlay  # noqa: PLC0415  # brings SQLAlchemy

    return JournalOverlay(journal)


def _source(
    overlay: pa.Table, columns: frozenset[str], files: list[DayFile], chosen: Filter
) -> str:
    changed = set(overlay.column("day").unique().to_pylist())
    clean = [file for file in files if file.day not in changed]
    stale = [file for file in files if file.day in changed]
    names = _names(columns)
    where = _conditions(chosen)
    parts = [f"SELECT {names} FROM {_OVERLAY} WHERE {where}"]  # noqa: S608  # names and quoted values
    if clean:
        parts.append(f"SELECT {names} FROM {_scan(clean)} WHERE {where}")  # noqa: S608  # same
    if stale:
        # Only days with changed rows pay for taking the old ones out.
        parts.append(
            f"SELECT {names} FROM {_scan(stale)} AS held"  # noqa: S608  # same
            f" ANTI JOIN (SELECT session_id AS changed_id FROM {_OVERLAY}) AS changed"
            f" ON held.session_id = changed.changed_id WHERE {where}"
        )
    return " UNION ALL ".join(parts)


def _probe(file: DayFile, columns: frozenset[str]) -> str:
    return f"SELECT max(hash({_names(columns)}, opened_at, session_id)) FROM {_scan([file])}"  # noqa: S608  # names and a quoted path


def _scan(files: Iterable[DayFile]) -> str:
    paths = ", ".join(_quote(str(file.path)) for file in files)
    # The partition's names stand in the rows themselves.
    return f"read_parquet([{paths}], hive_partitioning = false)"


def _names(columns: frozenset[str]) -> str:
    # A question that only counts rows reads no column; something has to stand in its place.
    return ", ".join(f'"{name}"' for name in sorted(columns or {"environment"}))


def _conditions(chosen: Filter) -> str:
    found = [f"environment = {_quote(chosen.environment)}"]
    if chosen.from_us is not None:
        found.append(f"opened_at >= make_timestamptz({chosen.from_us})")
    if chosen.to_us is not None:
        found.append(f"opened_at < make_timestamptz({chosen.to_us})")
    return " AND ".join(found)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _date(time_us: int) -> date:
    # Beyond what a calendar holds there are no files either.
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).date()
    except OverflowError:
        return date.max if time_us > 0 else date.min


def _look(path: Path) -> _Seen | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return _Seen(path, found.st_mtime_ns, found.st_size, found.st_ino)
