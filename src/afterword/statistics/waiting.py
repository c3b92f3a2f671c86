"""How many more ratings it takes until a comparison that is looked at any time has its answer."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from afterword.statistics.anytime import EXPECTED, half_width
from afterword.statistics.sample_sizes import POWER
from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from afterword.statistics.differences import Difference

_HALVINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be told apart: no difference, and one of ``margin``."""

    margin: float  # in shares, above 0
    confidence_level: float = 0.95  # of all looks jointly, at one end
    power: float = POWER  # how surely one of the two is ruled out, whichever is true

    @property
    def error(self) -> float:
        """The largest standard error that suffices.

        Where nothing differs the upper bound is then below the margin, and where the margin is
        the truth the lower bound is above 0: half width + z·se = margin, both times.
        """
        z = NormalDist().inv_cdf(self.power)
        low, high = 0.0, self.margin
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if half_width(middle, EXPECTED, self.confidence_level) + z * middle > self.margin:
                high = middle
            else:
                low = middle
        return low


def ratings_to_wait_for(
    found: Difference, n_rated: int, aim: Aim, *, do_both_grow: bool
) -> int | NotEstimable:
    """Say how many more ratings of the second group the answer takes.

    Args:
        found: The comparison so far.
        n_rated: Ratings that the second group has now.
        aim: What is to be told apart.
        do_both_grow: The first group goes on beside the second, at the rate it had; else it is
            closed.

    Returns:
        Ratings, 0 where there are enough, or why no number suffices: the first group, which is
        closed, is too small.
    """
    needed = aim.error**2
    now = found.standard_error**2
    if now <= needed:
        return 0
    if do_both_grow:
        return ceil(n_rated * (now / needed - 1))
    part = found.second.variance / (found.first.variance + found.second.variance)
    room = needed - now * (1 - part)
    if room <= 0:
        return NotEstimable(Reason.FEW_RATINGS, round(found.first.n))
    return ceil(n_rated * (now * part / room - 1))
