"""The history: session rows, files minus plus overlay, that questions are asked of."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from afterword.errors import AfterwordError
from afterword.history.damage import Damage, damaged
from afterword.history.engines import engine_of
from afterword.history.engines.engine import Rows
from afterword.history.files import day_files
from afterword.history.filters import Filter
from afterword.history.formats import FormatsSeen
from afterword.history.overlay import NoOverlay
from afterword.history.turns import reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from afterword.history.engines.compiler import Build, Question
    from afterword.history.engines.engine import Engine
    from afterword.history.files import DayFile
    from afterword.history.overlay import Overlay
    from afterword.history.snapshots import Snapshot
    from afterword.journal import Journal

LOG: Final = logging.getLogger(__name__)


class History:
    """Session rows of all projects: day files in Parquet, made fresh by the journal.

    Example:
        >>> history = History(Path("/tmp/afterword-doctest/history"), None)
        >>> history.run(("all",), lambda t: t.aggregate(n=t.count()), Filter())
        [(0,)]
    """

    def __init__(
        self,
        directory: Path,
        journal: Journal | None,
        *,
        overlay: Overlay | None = None,
        engine: Engine | None = None,
    ) -> None:
        """Take the folder of the day files, and the journal where there is one.

        Args:
            directory: ``DIR/history``; may be absent.
            journal: Gives the rows that the files lack; None counts the files only.
            overlay: Gives them instead of the journal.
            engine: Runs the questions, DuckDB when None; closed with the history.
        """
        self.directory = directory
        self._overlay = overlay or _overlay_of(journal)
        self._engine = engine or engine_of("duckdb")
        self._damage = Damage()
        self._formats = FormatsSeen()

    def run(
        self,
        shape: tuple[Any, ...],
        build: Build,
        chosen: Filter,
        *,
        by_day: Build | None = None,
        adds_up: bool = False,
    ) -> list[tuple[Any, ...]]:
        """Answer a question. May be called from any thread.

        Args:
            shape: What tells this question from others; its SQL is compiled once.
            build: Makes the Ibis expression from the table of session rows. Project, environment
                and window are applied before it; ``where`` is its own. Times leave it as
                numbers or text: the engine cannot hand out zoned ones without pytz.
            chosen: Which sessions the table holds.
            by_day: Makes the table that ``build`` gets of the session rows, with ``day`` among its
                columns and of each day by itself. A warm history keeps it while the day's file
                stays as it is, so that ``build`` alone is done again.
            adds_up: Of two sets of people, ``build`` gives keys and numbers that add up to those
                of all of them. A warm history keeps what it gave of days that have settled, and
                counts anew only those who came since.

        Returns:
            Rows in the expression's order of columns. A file that cannot be read is left out,
            with a warning; its day is marked, so that the journal's rows stand in for it.

        Raises:
            SetupError: A file is of another major version of the format.
        """
        question = self._engine.compile(shape, build, by_day, adds_up=adds_up)
        for is_retry in (False, True):
            try:
                return self._fetch(question, chosen)
            except self._engine.errors():
                # Somebody may just have deleted a file, so that nothing is found on the first try.
                if not self._set_aside(question, chosen) and is_retry:
                    raise
        return self._fetch(question, chosen)

    def snapshot(self, chosen: Filter) -> Snapshot:
        """Take the session rows of a filter's project and window as they are now.

        Raises:
            SetupError: A file is damaged or of another major version of the format.
        """
        from afterword.history.snapshots import take_snapshot  # noqa: PLC0415  # seldom wanted

        return take_snapshot(self.directory, chosen.project, self._overlay, *_days(chosen))

    def warm(self) -> None:
        """Make ready for many questions, once the server is: imports, engine, what is kept."""
        self._engine.warm()
        self.run(("warm",), lambda table: table.aggregate(n=table.count()), Filter(to_us=0))

    def forget(self, project: str) -> None:
        """Drop what is kept in memory of a project's people who were erased."""
        self._engine.forget()
        self._overlay.table(project, frozenset())  # which leaves out what has been written

    def close(self) -> None:
        """Give the engine's memory back."""
        self._engine.close()

    def _fetch(self, question: Question, chosen: Filter) -> list[tuple[Any, ...]]:
        # The overlay first: a day file that is renamed afterwards holds nothing less.
        overlay = self._overlay.table(chosen.project, question.columns)
        with reading(self.directory):
            return self._engine.fetch(question, Rows(overlay, self._files(chosen), chosen))

    def _files(self, chosen: Filter) -> list[DayFile]:
        found = day_files(self.directory, chosen.project, *_days(chosen))
        return self._formats.tell(self._damage.without(found))

    def _set_aside(self, question: Question, chosen: Filter) -> bool:
        def fault(files: Sequence[DayFile]) -> Exception | None:
            try:
                self._engine.probe(files, question.columns)
            except self._engine.errors() as exc:
                return exc
            return None

        with reading(self.directory):
            found = list(damaged(self._files(chosen), fault))
            for file, exc in found:
                LOG.warning("%s cannot be read and is left out: %s", file.path, exc)
                self._damage.add(file)
        for file, _ in found:
            self._mark(chosen.project, file.day)
        return bool(found)

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


def _days(chosen: Filter) -> tuple[date | None, date | None]:
    return (
        None if chosen.from_us is None else _date(chosen.from_us),
        None if chosen.to_us is None else _date(chosen.to_us - 1),
    )


def _date(time_us: int) -> date:
    # Beyond what a calendar holds there are no files either.
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).date()
    except OverflowError:
        return date.max if time_us > 0 else date.min
