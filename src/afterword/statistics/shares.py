"""Shares with their intervals: counts in, bounds out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.counts import Cell


class Reason(StrEnum):
    """Why a number cannot be given."""

    NO_RATINGS = "no_ratings"
    FEW_RATINGS = "few_ratings"
    ONE_RATER = "one_rater"
    FEW_RATERS = "few_raters"
    FEW_GROUPS = "few_groups"
    FEW_PERIODS = "few_periods"
    FEW_PEOPLE = "few_people"
    FEW_VALUES = "few_values"
    NO_ASKS = "no_asks"
    UNKNOWN_RATERS = "unknown_raters"
    NO_VARIATION = "no_variation"
    NO_OVERLAP = "no_overlap"  # no stratum holds both groups
    NOT_SEPARABLE = "not_separable"  # a factor explains a level perfectly, or another factor


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """The honest alternative to a number.

    ``n`` is how many there are of what the reason says there are too few of.
    """

    reason: Reason
    n: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its confidence bounds, all in [0, 1]."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """Rated sessions by level: the sufficient statistic of every share.

    Two sets of sessions that do not overlap add up: ``a + b`` counts their union.
    Sessions that were asked and not rated are not counted here.
    """

    positive: int = 0
    neutral: int = 0
    negative: int = 0

    @classmethod
    def of(cls, cell: Cell) -> RatingCounts:
        """Take the levels out of a cell."""
        return cls(cell.positive, cell.neutral, cell.negative)

    def __add__(self, other: RatingCounts) -> RatingCounts:
        """Count the union of two disjoint sets of sessions."""
        return RatingCounts(
            self.positive + other.positive,
            self.neutral + other.neutral,
            self.negative + other.negative,
        )

    @property
    def levels(self) -> tuple[int, int, int]:
        """Best to worst, the order of everything that comes in threes."""
        return (self.positive, self.neutral, self.negative)

    @property
    def rated(self) -> int:
        """All rated sessions."""
        return sum(self.levels)


def wilson(
    successes: int, trials: int, *, confidence_level: float = 0.95
) -> Interval | NotEstimable:
    """Bound a share by Wilson's score interval.

    Args:
        successes: Sessions rated at the level of interest, 0..trials.
        trials: Sessions rated, not sessions asked.
        confidence_level: Of the two-sided interval, in (0, 1).

    Returns:
        The share and its bounds in [0, 1], or why there is none.

    Raises:
        ValueError: If successes lies outside 0..trials.

    References:
        Wilson (1927), J. Amer. Stat. Assoc. 22, 209-212.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"successes must lie in 0..{trials}, got {successes}")
    if trials == 0:
        return NotEstimable(Reason.NO_RATINGS, n=0)
    return score_interval(successes / trials, trials, quantile=normal_quantile(confidence_level))


def goodman(
    counts: Sequence[int], *, confidence_level: float = 0.95
) -> tuple[Interval, ...] | NotEstimable:
    """Bound all shares at once, so that together they hold with the stated confidence.

    Args:
        counts: Rated sessions of each level, all of them.
        confidence_level: Of the intervals jointly, in (0, 1).

    Returns:
        One interval a level, in the order given, or why there is none.

    References:
        Goodman (1965), Technometrics 7, 247-254: Wilson's interval at the Bonferroni level.
    """
    trials = sum(counts)
    if trials == 0:
        return NotEstimable(Reason.NO_RATINGS, n=0)
    quantile = normal_quantile(each_of(len(counts), confidence_level))
    return tuple(score_interval(count / trials, trials, quantile=quantile) for count in counts)


def score_interval(share: float, trials: float, *, quantile: float) -> Interval:
    """Invert the score test of a share.

    Args:
        share: In [0, 1].
        trials: Ratings that the share rests on, above 0; not whole where people rate often.
        quantile: Of the two-sided interval: 1.96 for 95 %.
    """
    # Wilson (1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    squared = quantile * quantile
    scale = 1 + squared / trials
    centre = (share + squared / (2 * trials)) / scale
    spread = sqrt(share * (1 - share) / trials + squared / (4 * trials * trials))
    half = quantile * spread / scale
    low, high = centre - half, centre + half
    if 0 < low <= share <= high < 1:
        return Interval(share, low, high)
    # At 0 and at n one bound is exact; a property test found it rounded to 1 - 1e-16.
    low = 0.0 if share <= 0 else min(max(low, 0.0), share)
    high = 1.0 if share >= 1 else max(min(high, 1.0), share)
    return Interval(share, low, high)


def each_of(n_intervals: int, confidence_level: float) -> float:
    """Give the level of each interval that makes all of them hold together (Bonferroni)."""
    return 1 - (1 - confidence_level) / n_intervals


def normal_quantile(confidence_level: float) -> float:
    """Give z of a two-sided interval."""
    return NormalDist().inv_cdf(0.5 + confidence_level / 2)
