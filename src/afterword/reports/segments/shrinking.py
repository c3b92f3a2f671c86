"""Negative shares of the values of one attribute, each drawn to the common one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.segments.rows import Bounded
from afterword.reports.wording import LEVELS
from afterword.statistics.shares import NotEstimable
from afterword.statistics.shrinkage import shrink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.reports.estimates import Estimate
    from afterword.reports.report import View

_NEGATIVE: Final = LEVELS.index("negative")


def shrunk_shares(found: Sequence[Estimate], view: View) -> list[Bounded]:
    """Shrink the negative share of each value, on as many ratings as it is worth.

    Returns:
        In the order given; null for a value without an interval, and for all of fewer than three.
    """
    held = {
        place: one.levels[_NEGATIVE]
        for place, one in enumerate(found)
        if not isinstance(one.levels, NotEstimable)
    }
    told = shrink(
        [one.bounds.share * one.n_effective for one in held.values()],
        [one.n_effective for one in held.values()],
        level=view.confidence_level,
    )
    shares = [Bounded()] * len(found)
    if isinstance(told, NotEstimable):
        return shares
    for at, place in enumerate(held):
        shares[place] = Bounded(float(told.share[at]), float(told.low[at]), float(told.high[at]))
    return shares
