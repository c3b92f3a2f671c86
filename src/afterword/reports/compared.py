"""Rows beside the same rows of other sessions: the difference of each share, with its doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.reports.estimates import LEAST_PEOPLE, ratio
from afterword.reports.wording import LEVELS
from afterword.statistics.differences import SharedSums, difference
from afterword.statistics.levels import people_sums
from afterword.statistics.shares import NotEstimable, each_of

if TYPE_CHECKING:
    from afterword.domain.counts import Cell, SharedPersons
    from afterword.statistics.clusters import Agreement

METHOD: Final = (
    " Differences: square and add on effective ratings, with the correlation of people who rated"
    " on both sides (15 or more), at 1 - alpha/3 each. Newcombe 1998; Zou & Donner 2008."
)


class Change(Struct, frozen=True):
    """A level: its share in what is compared with, and the row's share minus that one.

    ``difference``, ``low`` and ``high`` are null where there is no interval.
    """

    share: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None


class Compared(Struct, frozen=True, kw_only=True):
    """What a row is compared with, counted as the row is."""

    n_sessions: int
    n_rated: int
    response_rate: float | None
    positive: Change
    neutral: Change
    negative: Change


def compared(
    cell: Cell,
    other: Cell | None,
    both: SharedPersons | None,
    pool: Agreement,
    *,
    confidence_level: float,
    is_whole: bool = False,
) -> Compared | None:
    """Compare a cell with the same cell of other sessions.

    Args:
        cell: The row's counts.
        other: The other sessions' counts; None where there are none.
        both: Products over people who rated in both.
        pool: What ``agreement`` found in all cells of both sides.
        confidence_level: Of the three intervals jointly.
        is_whole: The row has all sessions, so that it points at nobody, however few rated.

    Returns:
        None where fewer than five people rated on the other side: a difference would tell what
        they said.
    """
    if other is None or not (is_whole or other.persons.n_raters >= LEAST_PEOPLE):
        return None
    each = each_of(len(LEVELS), confidence_level)
    changes = {}
    for place, name in enumerate(LEVELS):
        first, second = people_sums(other)[place], people_sums(cell)[place]
        found = difference(first, second, pool, shared=_sums(both, place), confidence_level=each)
        share = ratio(first.y, first.n)
        changes[name] = (
            Change(share)
            if isinstance(found, NotEstimable)
            else Change(share, found.value, found.low, found.high)
        )
    return Compared(
        n_sessions=other.n_sessions,
        n_rated=other.n_rated,
        response_rate=ratio(other.n_answered, other.n_shown),
        **changes,
    )


def _sums(both: SharedPersons | None, place: int) -> SharedSums | None:
    if both is None:
        return None
    return SharedSums(both.n_raters, both.mm, both.ym[place], both.my[place], both.yy[place])
