"""An answer that adds up over people, for days that have settled.

Most people of a long history have not come this week, so that nothing changes about them. Those
who came are taken out of the answer as they were, and put in as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.history.files import DayFile

    Answer = list[tuple[Any, ...]]

# A session is amended for a week after it closed; the files of earlier days seldom change.
UNSETTLED_DAYS: Final = 8
_MOST_NEWER: Final = 4 * UNSETTLED_DAYS
LEAST_DAYS: Final = 60  # on fewer, too many of the people came this week


class Settled:
    """The answer, and the days that it is of."""

    def __init__(self, files: Sequence[DayFile], answer: Answer) -> None:
        """Take the answer for some days."""
        self.answer = answer
        self._marks = {file.day: file.mark for file in files}

    def is_of(self, files: Sequence[DayFile]) -> bool:
        """Say whether it is of some of these days as they are now, and of most of them."""
        marks = {file.day: file.mark for file in files}
        is_near = len(marks) - len(self._marks) <= _MOST_NEWER
        return is_near and self._marks.items() <= marks.items()

    def split(self, files: Sequence[DayFile]) -> tuple[list[DayFile], list[DayFile]]:
        """Give the days that it is of, and the others."""
        return (
            [file for file in files if file.day in self._marks],
            [file for file in files if file.day not in self._marks],
        )


def settled(files: Sequence[DayFile]) -> Sequence[DayFile]:
    """Give the days whose answer is worth keeping; none where they are few.

    Args:
        files: Of days, oldest first.
    """
    return files[:-UNSETTLED_DAYS] if len(files) >= LEAST_DAYS else []


def put_together(n_keys: int, whole: Answer, before: Answer, after: Answer) -> Answer:
    """Take one answer out of another, and put a third in.

    Args:
        n_keys: Leading columns, which tell rows apart; the others are whole numbers.
        whole: For everybody.
        before: For some people, by the same rows.
        after: For these, by all their rows.
    """
    found: dict[tuple[Any, ...], list[int]] = {}
    for sign, rows in ((1, whole), (-1, before), (1, after)):
        for row in rows:
            sums = found.setdefault(row[:n_keys], [0] * (len(row) - n_keys))
            for place, value in enumerate(row[n_keys:]):
                sums[place] += sign * (value or 0)
    return [(*key, *sums) for key, sums in found.items()]
