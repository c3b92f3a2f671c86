"""Sessions' ratings against what was said of their responses: a table of two ordered scales."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import TYPE_CHECKING

import numpy as np

from afterword.statistics.shares import (
    Interval,
    NotEstimable,
    Reason,
    normal_quantile,
    score_interval,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Association:
    """How far two ordered scales go together, in [-1, 1]."""

    value: float
    low: float
    high: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class MarginTest:
    """Evidence that one scale is used otherwise than the other."""

    statistic: float
    degrees: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Divergence:
    """Sessions whose rating is not what their responses would make one think."""

    forgiven: Interval | NotEstimable  # helpful sessions, of those with bad responses
    hollow: Interval | NotEstimable  # sessions not helpful, of those with good responses only


def divergence(
    table: Array, *, design_effect: float = 1.0, confidence_level: float = 0.95
) -> Divergence:
    """Give the shares of forgiven and of hollow sessions.

    Args:
        table: Rated sessions with at least one response vote: rows are ratings and columns
            responses, both best first.
        design_effect: Of people who rate often.
        confidence_level: Of each interval.
    """
    table = np.asarray(table, float)
    z = normal_quantile(confidence_level)
    return Divergence(
        _share(float(table[0, -1]), float(table[:, -1].sum()), design_effect, z),
        _share(float(table[-1, 0]), float(table[:, 0].sum()), design_effect, z),
    )


def tau_b(
    table: Array, *, design_effect: float = 1.0, confidence_level: float = 0.95
) -> Association | NotEstimable:
    """Correlate two ordered scales, corrected for ties.

    Args:
        table: Counts, both scales in order.
        design_effect: Multiplies the variance.
        confidence_level: Of the interval, made on Fisher's z scale.

    Returns:
        Kendall's tau-b, or why there is none: one scale does not vary.

    References:
        Kendall (1945), Biometrika 33, 239-251. Error: Brown & Benedetti (1977), J. Amer. Stat.
        Assoc. 72, 309-315. Interval: Bonett & Wright (2000), Psychometrika 65, 23-28.
    """
    table = np.asarray(table, float)
    n = float(table.sum())
    rows, columns = table.sum(1), table.sum(0)
    of_rows, of_columns = n * n - (rows**2).sum(), n * n - (columns**2).sum()
    if of_rows <= 0 or of_columns <= 0:
        return NotEstimable(Reason.NO_VARIATION if n else Reason.NO_RATINGS, int(n))
    scale = sqrt(of_rows * of_columns)
    excess = _concordant(table) - _concordant(table[:, ::-1])[:, ::-1]
    value = float((table * excess).sum()) / scale
    both = rows[:, None] * of_columns + columns * of_rows
    squares = (table * (2 * scale * excess + value * both) ** 2).sum()
    variance = (squares - n**3 * value**2 * (of_rows + of_columns) ** 2) / scale**4
    error = sqrt(max(variance, 0.0) * design_effect)
    return _correlation(value, error, normal_quantile(confidence_level))


def gamma(table: Array) -> float | NotEstimable:
    """Correlate two ordered scales, ties left out.

    References: Goodman & Kruskal (1954), J. Amer. Stat. Assoc. 49, 732-764.
    """
    table = np.asarray(table, float)
    agree = float((table * _concordant(table)).sum())
    differ = float((table * _concordant(table[:, ::-1])[:, ::-1]).sum())
    if agree + differ == 0:
        return NotEstimable(Reason.NO_VARIATION, int(table.sum()))
    return (agree - differ) / (agree + differ)


def linear_kappa(table: Array) -> float | NotEstimable:
    """Say how much better than chance two scales agree, a step apart costing half of two.

    References: Cohen (1968), Psychol. Bull. 70, 213-220; linear weights.
    """
    table = np.asarray(table, float)
    n, k = float(table.sum()), np.arange(len(table))
    apart = np.abs(k[:, None] - k)
    chance = float((np.outer(table.sum(1), table.sum(0)) * apart).sum())
    if chance == 0:
        return NotEstimable(Reason.NO_VARIATION if n else Reason.NO_RATINGS, int(n))
    return 1 - n * float((table * apart).sum()) / chance


def margins(table: Array, *, design_effect: float = 1.0) -> MarginTest | NotEstimable:
    """Test whether responses are judged more kindly, or more harshly, than sessions.

    Args:
        table: Square; levels that neither scale uses are left out.
        design_effect: Divides the statistic.

    References:
        Stuart (1955), Biometrika 42, 412-416; Maxwell (1970), Brit. J. Psychiatry 116, 651-655.
    """
    from scipy.special import chdtrc  # noqa: PLC0415  # heavy: reports load it

    table = np.asarray(table, float)
    used = (table.sum(0) + table.sum(1)) > 0
    table = table[np.ix_(used, used)]
    apart = table.sum(1) - table.sum(0)
    spread = np.diag(table.sum(1) + table.sum(0)) - table - table.T
    degrees = len(table) - 1
    if degrees < 1 or np.linalg.matrix_rank(spread) < degrees:
        return NotEstimable(Reason.NO_VARIATION, int(table.sum()))
    inner = spread[:degrees, :degrees]
    statistic = float(apart[:degrees] @ np.linalg.solve(inner, apart[:degrees])) / design_effect
    return MarginTest(statistic, degrees, float(chdtrc(degrees, statistic)))


def _share(count: float, n: float, design_effect: float, z: float) -> Interval | NotEstimable:
    if n == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    return score_interval(count / n, n / design_effect, quantile=z)


def _concordant(table: Array) -> Array:
    """Count, for each cell, the sessions above it on both scales or below it on both."""
    padded = np.pad(table, 1)
    below = padded.cumsum(0).cumsum(1)[:-2, :-2]
    above = padded[::-1, ::-1].cumsum(0).cumsum(1)[:-2, :-2][::-1, ::-1]
    both: Array = below + above
    return both


def _correlation(value: float, error: float, z: float) -> Association:
    if abs(value) >= 1:
        return Association(value, value, value, 0.0)
    middle, half = atanh(value), z * error / (1 - value * value)
    return Association(value, tanh(middle - half), tanh(middle + half), error)
