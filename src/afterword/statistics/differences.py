"""Two groups compared at one level: the difference of their shares, whoever rated how often."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from afterword.statistics.clusters import variance
from afterword.statistics.levels import EffectiveShare, effective
from afterword.statistics.shares import Interval, NotEstimable

if TYPE_CHECKING:
    from afterword.statistics.clusters import Agreement, PeopleSums

LEAST_SHARED: Final = 15  # people in both groups, before their agreement over the two is believed


@dataclass(frozen=True, slots=True)
class SharedSums:
    """Products over people who rated in both groups: m = ratings, y = those at the level.

    Sets of people that do not overlap add up.
    """

    n_raters: int = 0
    mm: int = 0  # Σ m_a·m_b
    ym: int = 0  # Σ y_a·m_b
    my: int = 0  # Σ m_a·y_b
    yy: int = 0  # Σ y_a·y_b

    def __add__(self, other: SharedSums) -> SharedSums:
        """Sum over both sets of people."""
        return SharedSums(
            self.n_raters + other.n_raters,
            self.mm + other.mm,
            self.ym + other.ym,
            self.my + other.my,
            self.yy + other.yy,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Second group minus first, in shares, with what each group's share rests on."""

    value: float
    low: float
    high: float
    standard_error: float  # above 0 even where a group has none or all at the level
    p_value: float  # two-sided: no difference
    first: EffectiveShare
    second: EffectiveShare
    correlation: float  # of the two estimates, from people in both groups
    design_effect: float  # of the difference, at least 1: what strata are to be widened by


def difference(
    first: PeopleSums,
    second: PeopleSums,
    pool: Agreement,
    *,
    shared: SharedSums | None = None,
    confidence_level: float = 0.95,
) -> Difference | NotEstimable:
    """Compare the shares of one level in two groups of sessions.

    Args:
        first: Ratings of the group compared with.
        second: Ratings of the group in question.
        pool: What ``agreement`` found in all cells of the report.
        shared: People who rated in both. Without it they count as strangers, which makes the
            interval too wide where people are of one mind.
        confidence_level: Of the two-sided interval.

    Returns:
        Second minus first, or why it cannot be told of the smaller one.

    References:
        Newcombe (1998), Statist. Med. 17, 873-890, method 10, at effective sizes; with
        correlation Zou & Donner (2008), Statist. Med. 27, 1693-1702.
    """
    a, b = effective(first, pool), effective(second, pool)
    if isinstance(a, NotEstimable):
        return a
    if isinstance(b, NotEstimable):
        return b
    r = 0.0 if shared is None else _correlation(first, second, shared)
    low, high = square_and_add(a.bounds(confidence_level), b.bounds(confidence_level), r)
    error = sqrt(max(a.variance + b.variance - 2 * r * sqrt(a.variance * b.variance), 0.0))
    strangers = sum(EffectiveShare(one.share, one.n, None).variance for one in (first, second))
    effect = max(error * error / strangers, 1.0)
    return Difference(b.share - a.share, low, high, error, _p_value(a, b, r), a, b, r, effect)


def square_and_add(a: Interval, b: Interval, r: float = 0.0) -> tuple[float, float]:
    """Bound the difference of two shares, the second minus the first, by their own intervals.

    Args:
        a: The first share, with bounds at the level that the difference is to have.
        b: The second one, with bounds at the same level.
        r: Correlation of the two estimates.

    References:
        Newcombe (1998), Statist. Med. 17, 873-890, method 10; with correlation Zou & Donner
        (2008), Statist. Med. 27, 1693-1702.
    """
    d = b.share - a.share
    low = _hypot(b.share - b.low, a.high - a.share, r)
    high = _hypot(b.high - b.share, a.share - a.low, r)
    return max(d - low, -1.0), min(d + high, 1.0)


def _hypot(one: float, other: float, r: float) -> float:
    # √(x² + y² - 2rxy): the "square and add" of Newcombe, with Zou & Donner's correlation.
    return sqrt(max(one * one + other * other - 2 * r * one * other, 0.0))


def _correlation(first: PeopleSums, second: PeopleSums, shared: SharedSums) -> float:
    if shared.n_raters < LEAST_SHARED:
        return 0.0
    va, vb = variance(first), variance(second)
    if isinstance(va, NotEstimable) or isinstance(vb, NotEstimable) or min(va, vb) == 0:
        return 0.0
    p, q = first.share, second.share
    # Σ (y_a - p·m_a)(y_b - q·m_b), multiplied out so that sums suffice.
    products = shared.yy - q * shared.ym - p * shared.my + p * q * shared.mm
    return min(max(products / (first.n * second.n) / sqrt(va * vb), -1.0), 1.0)


def _p_value(a: EffectiveShare, b: EffectiveShare, r: float) -> float:
    from scipy.special import ndtr, stdtr  # noqa: PLC0415  # heavy: reports load it

    pooled = (a.share * a.n + b.share * b.n) / (a.n + b.n)
    spread = pooled * (1 - pooled) * (1 / a.n + 1 / b.n - 2 * r / sqrt(a.n * b.n))
    if spread <= 0:
        return 1.0
    # Score statistic: the variance under no difference, so that 0 of n is no special case.
    z = -abs(b.share - a.share) / sqrt(spread)
    degrees = [one.degrees for one in (a, b) if one.degrees is not None]
    # Whoever has fewer people decides, if design effects were estimated at all.
    return float(2 * (stdtr(min(degrees), z) if degrees else ndtr(z)))
