"""The other side of a comparison: its cells, and who rated on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from afterword.errors import InvalidField
from afterword.history.filters import PERIODS
from afterword.history.questions.ratings import ratings
from afterword.history.questions.shared import shared
from afterword.history.splits import names_of
from afterword.reports.comparison import FIELD, read_comparison
from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.report import OTHER
from afterword.reports.shifts import moved, shift_of
from afterword.statistics.differences import LEAST_SHARED

if TYPE_CHECKING:
    from afterword.domain.counts import Cell, SharedPersons
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.reports.report import View


class Beside(NamedTuple):
    """By the keys of each row; ``words`` say which sessions these are."""

    cells: dict[tuple[str, ...], Cell]
    both: dict[tuple[str, ...], SharedPersons]
    words: str


def beside(history: History, chosen: Filter, view: View) -> Beside | None:
    """Count the sessions that a view compares with; None where it compares with none.

    Periods of another window stand beside the report's own, the first beside the first. People
    of both then count as strangers, which makes a difference look less sure than it is.

    Raises:
        InvalidField: ``view.compare`` cannot be followed, or would leave every row alone.
    """
    if view.compare is None:
        return None
    other = read_comparison(view.compare, chosen, view.named)
    names = () if view.by is None else names_of(view.by)
    shift = shift_between(names, chosen, other.chosen)
    # Keys with fewer people are not compared; there may be a million of them.
    least = 0 if view.by is None else LEAST_PEOPLE
    cells = {
        _keys(cell, names, shift): cell
        for cell in ratings(history, other.chosen, view.by, least_raters=least)
    }
    if shift:
        return Beside(cells, {}, other.words)
    both = shared(history, other.chosen, chosen, view.by, least_raters=LEAST_SHARED)
    return Beside(cells, both, other.words)


def shift_between(names: tuple[str, ...], chosen: Filter, other: Filter) -> int:
    """Say how many periods later than the other side's a row's is; 0 where it is the same.

    Args:
        names: What rows are split by.
        chosen: What the report counts.
        other: What it is compared with.

    Raises:
        InvalidField: Rows would stand beside nothing.
    """
    for name in {key for key, _ in set(other.where) - set(chosen.where)} & set(names):
        raise InvalidField(
            f"{FIELD}: rows are split by {name} already: compare by something else.", field=FIELD
        )
    periods = [name for name in names if name in PERIODS]
    if not periods or (chosen.from_us, chosen.to_us) == (other.from_us, other.to_us):
        return 0
    shift = shift_of(periods[0], chosen, other) if len(periods) == 1 else None
    if shift is None:
        raise InvalidField(
            f"{FIELD}: another window has none of the same periods: it must begin a whole number"
            f" of {' and '.join(periods)}s before or after this one.",
            field=FIELD,
        )
    return shift


def _keys(cell: Cell, names: tuple[str, ...], shift: int) -> tuple[str, ...]:
    keys = cell.keys or (cell.key,)
    if not shift:
        return keys
    return tuple(
        moved(key, name, shift) if name in PERIODS and key != OTHER else key
        for key, name in zip(keys, names, strict=True)
    )
