"""How many ratings it takes, and how many are still needed, to tell a difference."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from afterword.statistics.shares import NotEstimable, Reason, normal_quantile

if TYPE_CHECKING:
    from afterword.statistics.levels import EffectiveShare

POINTS: Final = 0.05
POWER: Final = 0.8
_CONFIDENCE: Final = 0.95
_HALVINGS: Final = 60


def ratings_needed(
    share: float, other: float, *, power: float = POWER, confidence_level: float = 0.95
) -> float:
    """Give the ratings that each of two groups needs, from people who rate once.

    Args:
        share: In one group, in (0, 1).
        other: In the other; not the same.
        power: How surely the difference is to be found, if it is there.
        confidence_level: 1 minus the chance of finding one that is not there.

    References:
        Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed.,
        ch. 4.
    """
    middle = (share + other) / 2
    none = normal_quantile(confidence_level) * sqrt(2 * middle * (1 - middle))
    some = NormalDist().inv_cdf(power) * sqrt(share * (1 - share) + other * (1 - other))
    return ((none + some) / (share - other)) ** 2


def ratings_still_needed(
    first: EffectiveShare,
    second: EffectiveShare,
    n_rated: int,
    *,
    points: float = POINTS,
    power: float = POWER,
) -> int | NotEstimable:
    """Say how many more ratings of the second group would tell ``points`` from the first.

    Args:
        first: A group that gets no more ratings.
        second: The group that grows; its design effect is taken to stay.
        n_rated: Ratings that the second has now.
        points: The difference worth seeing, in shares, towards the middle of the scale.
        power: How surely it is to be found.

    Returns:
        Ratings, 0 if there are enough, or why no number suffices: the first group is too small.
    """
    other = first.share + points if first.share <= 0.5 else first.share - points  # noqa: PLR2004  # half
    low, high = 0.0, 1 / max(second.n, 1.0)
    if _shortfall(first, other, high, power) <= 0:
        return 0
    # Even with endless ratings of the second the first alone leaves too much open.
    if _shortfall(first, other, low, power) > 0:
        return NotEstimable(Reason.FEW_RATINGS, round(first.n))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _shortfall(first, other, middle, power) > 0:
            high = middle
        else:
            low = middle
    needed = 1 / low if low else 1 / high
    return ceil((needed - second.n) * n_rated / second.n)


def _shortfall(first: EffectiveShare, other: float, inverse: float, power: float) -> float:
    """Say what is missing at 1/n of the second: Fleiss et al., ch. 4, for unequal groups."""
    middle = (first.share + other) / 2
    none = normal_quantile(_CONFIDENCE) * sqrt(middle * (1 - middle) * (1 / first.n + inverse))
    some = NormalDist().inv_cdf(power) * sqrt(
        first.share * (1 - first.share) / first.n + other * (1 - other) * inverse
    )
    return none + some - abs(other - first.share)
