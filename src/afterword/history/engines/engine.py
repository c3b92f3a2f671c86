"""What an engine does: it answers a compiled question from day files minus plus an overlay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from afterword.domain.policy import DAY_US
from afterword.journal.days import as_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pyarrow as pa

    from afterword.history.engines.compiler import Build, Question
    from afterword.history.files import DayFile
    from afterword.history.filters import Filter


class Rows(NamedTuple):
    """Where the session rows of one question are.

    ``overlay`` rows stand for those of the files that have their ``session_id``; the rest of the
    files counts as it is. Of ``chosen``, an engine applies environment and window.
    """

    overlay: pa.Table
    files: list[DayFile]
    chosen: Filter

    def by_change(self) -> tuple[list[DayFile], list[DayFile]]:
        """Give the files of days without changed rows, and those of days with some."""
        # Only days with changed rows pay for taking the old ones out.
        changed = set(self.overlay.column("day").unique().to_pylist())
        return (
            [file for file in self.files if file.day not in changed],
            [file for file in self.files if file.day in changed],
        )

    def by_wholeness(self) -> tuple[list[DayFile], Rows]:
        """Give the files of days that count as they are written, and the rows beside them."""
        clean, _ = self.by_change()
        whole = [file for file in clean if _is_within(file.day, self.chosen)]
        days = {file.day for file in whole}
        return whole, self._replace(files=[file for file in self.files if file.day not in days])


class Engine(Protocol):
    """Runs questions; any of its methods may be called from any thread."""

    def warm(self) -> None:
        """Learn that many questions will come: what they make of days may be kept from now on."""

    def compile(
        self,
        shape: tuple[Any, ...],
        build: Build,
        by_day: Build | None = None,
        *,
        adds_up: bool = False,
    ) -> Question:
        """Write a question in this engine's SQL, or find what was written before."""

    def fetch(self, question: Question, rows: Rows) -> list[tuple[Any, ...]]:
        """Answer a question.

        Raises:
            Exception: One of ``errors``; a file may be the reason.
        """

    def probe(self, files: Sequence[DayFile], columns: frozenset[str]) -> None:
        """Read all values of these columns.

        Raises:
            Exception: One of ``errors``: a file cannot be read.
        """

    def errors(self) -> tuple[type[Exception], ...]:
        """Give what the engine raises."""

    def forget(self) -> None:
        """Drop what is kept of days: somebody in them was erased."""

    def close(self) -> None:
        """Give memory and processes back; a later use opens the engine again."""


def _is_within(day: date, chosen: Filter) -> bool:
    opens_us = as_number(day) * DAY_US
    return (chosen.from_us is None or chosen.from_us <= opens_us) and (
        chosen.to_us is None or opens_us + DAY_US <= chosen.to_us
    )
