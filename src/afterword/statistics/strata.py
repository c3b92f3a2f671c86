"""Two groups compared within strata: like sessions with like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import erfc, sqrt
from typing import TYPE_CHECKING

from afterword.statistics.shares import normal_quantile, score_interval

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Stratum:
    """Ratings of one kind of session in both groups, with those at one level."""

    first: int
    n_first: int
    second: int
    n_second: int

    @property
    def n(self) -> int:
        """All ratings."""
        return self.n_first + self.n_second

    @property
    def change(self) -> float:
        """Second share minus first; both groups must be there."""
        return self.second / self.n_second - self.first / self.n_first


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A difference of shares, adjusted for strata."""

    value: float
    low: float
    high: float
    standard_error: float
    p_value: float  # two-sided: no difference in any stratum


def mantel_haenszel(
    strata: Sequence[Stratum], design_effect: float = 1.0, confidence_level: float = 0.95
) -> Adjusted:
    """Average the differences of strata, weighted by how much each can tell.

    The p-value is that of Cochran's, Mantel's and Haenszel's test without continuity correction.

    Args:
        strata: Each with ratings in both groups.
        design_effect: Multiplies the variance.
        confidence_level: Of the interval.

    References:
        Greenland & Robins (1985), Biometrics 41, 55-68: the risk difference. Sato (1989),
        Biometrics 45, 1323-1324: its variance. Mantel & Haenszel (1959), J. Natl. Cancer Inst.
        22, 719-748: the test.
    """
    weight = sum(one.n_first * one.n_second / one.n for one in strata)
    value = sum(one.change * one.n_first * one.n_second / one.n for one in strata) / weight
    variance = sum(value * _sato_p(one) + _sato_q(one) for one in strata) / weight**2
    return _adjusted(
        value, variance * design_effect, confidence_level, _cmh(strata, design_effect)
    )


def standardised(
    strata: Sequence[Stratum], design_effect: float = 1.0, confidence_level: float = 0.95
) -> Adjusted:
    """Compare both groups as if each had the mix of both together.

    Args:
        strata: Each with ratings in both groups.
        design_effect: Multiplies the variance.
        confidence_level: Of the interval.

    References:
        Direct standardisation: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and
        Proportions, 3rd ed. The interval squares and adds Wilson's, as small strata need: Yan &
        Su (2010), Stat. Biopharm. Res. 2, 329-335; Newcombe (1998), Statist. Med. 17, 873-890.
    """
    n = sum(one.n for one in strata)
    value = sum(one.n / n * one.change for one in strata)
    variance = sum(
        (one.n / n) ** 2 * (_of(one.first, one.n_first) + _of(one.second, one.n_second))
        for one in strata
    )
    quantile = normal_quantile(confidence_level)
    below = above = 0.0
    for one in strata:
        first, second = (
            score_interval(y / size, size / design_effect, quantile=quantile)
            for y, size in ((one.first, one.n_first), (one.second, one.n_second))
        )
        weight = (one.n / n) ** 2
        below += weight * ((second.share - second.low) ** 2 + (first.high - first.share) ** 2)
        above += weight * ((second.high - second.share) ** 2 + (first.share - first.low) ** 2)
    found = _adjusted(value, variance * design_effect, confidence_level, None)
    low, high = max(value - sqrt(below), -1.0), min(value + sqrt(above), 1.0)
    return replace(found, low=low, high=high)


def odds_ratio(strata: Sequence[Stratum]) -> float | None:
    """Give the common odds ratio of strata; None where a group has nobody, or all, at the level.

    References:
        Mantel & Haenszel (1959), J. Natl. Cancer Inst. 22, 719-748.
    """
    over = sum(one.second * (one.n_first - one.first) / one.n for one in strata)
    under = sum(one.first * (one.n_second - one.second) / one.n for one in strata)
    return over / under if over and under else None


def cmh_statistic(strata: Sequence[Stratum]) -> float | None:
    """Give the chi-square of Cochran, Mantel and Haenszel; None where nothing varies."""
    over = sum(one.second - one.n_second * (one.first + one.second) / one.n for one in strata)
    spread = sum(
        one.n_first
        * one.n_second
        * (one.first + one.second)
        * (one.n - one.first - one.second)
        / (one.n**2 * (one.n - 1))
        for one in strata
        if one.n > 1
    )
    return over * over / spread if spread else None


def _cmh(strata: Sequence[Stratum], design_effect: float) -> float:
    found = cmh_statistic(strata)
    return 1.0 if found is None else two_sided(sqrt(found / design_effect))


def _adjusted(
    value: float, variance: float, confidence_level: float, p_value: float | None
) -> Adjusted:
    # Sato's variance can round, or in tiny strata fall, below 0.
    error = sqrt(max(variance, 0.0))
    half = normal_quantile(confidence_level) * error
    if p_value is None:
        p_value = two_sided(value / error) if error else 1.0
    return Adjusted(value, max(value - half, -1.0), min(value + half, 1.0), error, p_value)


def two_sided(z: float) -> float:
    """Give the chance of a normal deviate as far from 0 as z, on either side."""
    return erfc(abs(z) / sqrt(2))


def _sato_p(one: Stratum) -> float:
    a, b = one.n_second, one.n_first
    return (a * a * one.first - b * b * one.second + a * b * (b - a) / 2) / one.n**2


def _sato_q(one: Stratum) -> float:
    return (one.second * (one.n_first - one.first) + one.first * (one.n_second - one.second)) / (
        2 * one.n
    )


def _of(count: int, n: int) -> float:
    return count / n * (1 - count / n) / n
