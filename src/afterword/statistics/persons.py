"""Shares per person beside shares per session: everybody counts once, however often they rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.statistics.clusters import t_quantile
from afterword.statistics.levels import LEAST_RATERS, LEAST_RATINGS
from afterword.statistics.shares import (
    Interval,
    NotEstimable,
    Reason,
    normal_quantile,
    score_interval,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class PersonShares:
    """Each person's own share at one level, y/m, summed over people.

    Sets of people that do not overlap add up: ``a + b`` is the statistic of their union.
    """

    n_raters: int = 0
    n: int = 0  # Σ m
    shares: float = 0.0  # Σ y/m
    squares: float = 0.0  # Σ (y/m)²

    @classmethod
    def of(cls, people: Iterable[tuple[int, int]]) -> PersonShares:
        """Sum (m, y) pairs, one a person; people with m = 0 rated nothing and do not count."""
        total = cls()
        for m, y in people:
            if m:
                total += cls(1, m, y / m, (y / m) ** 2)
        return total

    def __add__(self, other: PersonShares) -> PersonShares:
        """Sum over both sets of people."""
        return PersonShares(
            self.n_raters + other.n_raters,
            self.n + other.n,
            self.shares + other.shares,
            self.squares + other.squares,
        )


def person_share(sums: PersonShares, *, confidence_level: float = 0.95) -> Interval | NotEstimable:
    """Average people's own shares: what the typical person says, not the typical session.

    The two differ where people who rate often rate otherwise.

    Args:
        sums: Of the people of one cell, at one level.
        confidence_level: Of the two-sided interval.

    Returns:
        The mean of y/m with Wilson's bounds at the number of people that varied as little would
        need, or why there is none.

    References:
        Cochran (1977), Sampling Techniques, 3rd ed., ch. 9A: the unweighted mean of cluster
        means. Korn & Graubard (1998), Survey Methodology 24, 193-201: effective size with t.
    """
    if sums.n == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    if sums.n_raters == 1:
        return NotEstimable(Reason.ONE_RATER, 1)
    if sums.n < LEAST_RATINGS:
        return NotEstimable(Reason.FEW_RATINGS, sums.n)
    # Rounding can push a mean of ones over 1.
    mean = min(sums.shares / sums.n_raters, 1.0)
    if sums.n == sums.n_raters or sums.n_raters < LEAST_RATERS:
        return score_interval(mean, sums.n_raters, quantile=normal_quantile(confidence_level))
    quantile = t_quantile(confidence_level, sums.n_raters - 1)
    return score_interval(mean, _effective(sums, mean), quantile=quantile)


def _effective(sums: PersonShares, mean: float) -> float:
    of_mean = (sums.squares / sums.n_raters - mean * mean) / (sums.n_raters - 1)
    spread = mean * (1 - mean)
    if spread <= 0:
        return sums.n_raters
    # A share in [0, 1] varies by p(1-p) at most: never fewer than the people who gave it. And
    # ratings of one person never say more than as many strangers would.
    return min(max(spread / of_mean, sums.n_raters), sums.n) if of_mean > 0 else sums.n
