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

    Raises:
        InvalidField: ``view.compare`` cannot be followed, or would leave every row alone.
    """
    if view.compare is None:
        return None
    other = read_comparison(view.compare, chosen, view.named)
    _check(view.by, chosen, other.chosen)
    # Keys with fewer people are not compared; there may be a million of them.
    least = 0 if view.by is None else LEAST_PEOPLE
    cells = ratings(history, other.chosen, view.by, least_raters=least)
    return Beside(
        {cell.keys or (cell.key,): cell for cell in cells},
        shared(history, other.chosen, chosen, view.by, least_raters=LEAST_SHARED),
        other.words,
    )


def _check(by: str | None, chosen: Filter, other: Filter) -> None:
    names = () if by is None else names_of(by)
    is_elsewhen = (chosen.from_us, chosen.to_us) != (other.from_us, other.to_us)
    if is_elsewhen and set(names) & set(PERIODS):
        raise InvalidField(
            f"{FIELD}: another window has none of the same periods: split by something else.",
            field=FIELD,
        )
    for name in {key for key, _ in set(other.where) - set(chosen.where)} & set(names):
        raise InvalidField(
            f"{FIELD}: rows are split by {name} already: compare by something else.", field=FIELD
        )
