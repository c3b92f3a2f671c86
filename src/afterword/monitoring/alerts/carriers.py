"""Who carries a change: which use cases, releases and segments moved, or became more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.history.filters import UNKNOWN
from afterword.history.questions.ratings import OTHER, ratings
from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.wording import LEVELS
from afterword.statistics.clusters import Agreement
from afterword.statistics.differences import difference
from afterword.statistics.levels import people_sums
from afterword.statistics.shares import NotEstimable, each_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.counts import Cell
    from afterword.history.filters import Filter
    from afterword.history.history import History

DIMENSIONS: Final = (
    *("use_case", "release", "model", "prompt_version", "agent", "channel"),
    *("locale", "device", "is_new"),
)
_LEAST: Final = 0.2  # of the change: what carries less explains nothing
_MORE: Final = 1.25  # times its share of the ratings: every value carries its own
_LEAST_RATED: Final = 10
_MOST: Final = 5


class Carrier(Struct, frozen=True):
    """A value that carries part of a change of one level's share.

    ``part``: of the whole change, by its own shares and by how often it comes; those of all
    values of a dimension add up to 1. ``low`` and ``high`` bound the change of its own share, all
    values of the dimension together; null where it was not there before.
    """

    dimension: str
    value: str
    n_before: int
    n_after: int
    before: float | None
    after: float
    low: float | None
    high: float | None
    part: float


def carriers(
    history: History, before: Filter, after: Filter, level: str, dimensions: Sequence[str]
) -> tuple[Carrier, ...]:
    """Name the values that carry most of a change, surely moved or newly come ones alone.

    Args:
        history: Where the sessions are.
        before: Sessions of before the change.
        after: Sessions since.
        level: Whose share changed.
        dimensions: To look at.

    Returns:
        The largest part first, five at most.
    """
    found = [
        carrier
        for dimension in dimensions
        for carrier in _of_dimension(history, before, after, level, dimension)
    ]
    found.sort(key=lambda one: (-one.part, one.dimension, one.value))
    return tuple(found[:_MOST])


def _of_dimension(
    history: History, before: Filter, after: Filter, level: str, dimension: str
) -> list[Carrier]:
    old, new = (
        {
            cell.key: cell
            for cell in ratings(history, chosen, dimension, least_raters=LEAST_PEOPLE)
            if cell.n_rated
        }
        for chosen in (before, after)
    )
    if len(old.keys() | new.keys()) < 2:  # noqa: PLR2004  # an only value is the whole
        return []
    n_old, n_new = (sum(cell.n_rated for cell in cells.values()) for cells in (old, new))
    if not n_old or not n_new:
        return []
    was = sum(getattr(cell, level) for cell in old.values()) / n_old
    change = sum(getattr(cell, level) for cell in new.values()) / n_new - was
    if not change:
        return []
    pool = sum(
        (Agreement.of(people_sums(cell)) for cell in (*old.values(), *new.values())), Agreement()
    )
    found = []
    for key, cell in new.items():
        # The change is the sum over values of how far each lies from the share before, as often
        # as it comes: what it is now, less what it was.
        first = old.get(key)
        excess = _excess(cell, level, was, n_new)
        part = (excess - (_excess(first, level, was, n_old) if first else 0.0)) / change
        own = _MORE * cell.n_rated / n_new if first else 0.0
        is_named = key not in {OTHER, UNKNOWN} and cell.n_rated >= _LEAST_RATED
        if is_named and part >= max(_LEAST, own):
            told = _told(dimension, first, cell, level, part, pool, len(new))
            found += [told] if _is_sure(told, change) else []
    return found


def _excess(cell: Cell, level: str, was: float, n: int) -> float:
    return float(getattr(cell, level) - was * cell.n_rated) / n


def _told(  # noqa: PLR0913, PLR0917  # what one row is made of
    dimension: str,
    first: Cell | None,
    cell: Cell,
    level: str,
    part: float,
    pool: Agreement,
    n_values: int,
) -> Carrier:
    place = LEVELS.index(level)
    after = getattr(cell, level) / cell.n_rated
    if first is None:
        return Carrier(dimension, cell.key, 0, cell.n_rated, None, after, None, None, part)
    before = getattr(first, level) / first.n_rated
    moved = difference(
        people_sums(first)[place],
        people_sums(cell)[place],
        pool,
        confidence_level=each_of(n_values, 0.95),
    )
    low, high = (None, None) if isinstance(moved, NotEstimable) else (moved.low, moved.high)
    return Carrier(
        dimension, cell.key, first.n_rated, cell.n_rated, before, after, low, high, part
    )


def _is_sure(one: Carrier, change: float) -> bool:
    if one.before is None:
        return (one.after > 0) if change > 0 else True
    if one.low is None or one.high is None:
        return False
    return one.low > 0 if change > 0 else one.high < 0
