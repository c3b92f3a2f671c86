"""Does one model tell better than another who leaves? Two areas under curves, same people."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason, normal_quantile
from afterword.statistics.strata import two_sided

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankingGain:
    """P(who left is ranked above who stayed), of two models, and how much the second gains."""

    before: float
    after: float
    value: float  # after minus before
    low: float
    high: float
    standard_error: float
    p_value: float  # two-sided: no gain


def ranking_gain(
    before: Array,
    after: Array,
    stayed: Array,
    left: Array,
    *,
    design_effect: float = 1.0,
    confidence_level: float = 0.95,
) -> RankingGain | NotEstimable:
    """Compare how two models rank people, on people whom neither has seen.

    Args:
        before: One score a cell, such as the chance of leaving by behaviour alone.
        after: The same cells' scores with ratings.
        stayed: People of each cell who stayed.
        left: People of each cell who left.
        design_effect: Of people who stand in it from several sessions; multiplies the variance.
        confidence_level: Of the interval.

    Returns:
        The gain, or why there is none: fewer than two who left, or who stayed.

    References:
        DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845.
    """
    stayed, left = np.asarray(stayed, float), np.asarray(left, float)
    few = min(stayed.sum(), left.sum())
    if few < 2:  # noqa: PLR2004  # one person shows no variation
        return NotEstimable(Reason.FEW_PEOPLE, int(few))
    of_left, of_stayed = zip(
        *(_placements(np.asarray(score, float), stayed, left) for score in (before, after)),
        strict=True,
    )
    first, second = (float(left @ one / left.sum()) for one in of_left)
    variance = _variance(of_left[1] - of_left[0], left)
    variance += _variance(of_stayed[1] - of_stayed[0], stayed)
    error = sqrt(variance * design_effect)
    value, half = second - first, normal_quantile(confidence_level) * error
    p_value = two_sided(value / error) if error else 1.0
    return RankingGain(first, second, value, value - half, value + half, error, p_value)


def _placements(score: Array, stayed: Array, left: Array) -> tuple[Array, Array]:
    """Give each cell's share of those who stayed ranked below it, and of those who left above."""
    _, place = np.unique(score, return_inverse=True)
    below = _middle(np.bincount(place, stayed).astype(float))[place]
    above = 1 - _middle(np.bincount(place, left).astype(float))[place]
    return below, above


def _middle(counts: Array) -> Array:
    # Ties count half.
    middle: Array = (np.cumsum(counts) - counts / 2) / counts.sum()
    return middle


def _variance(placements: Array, n: Array) -> float:
    mean = n @ placements / n.sum()
    return float(n @ (placements - mean) ** 2 / (n.sum() - 1) / n.sum())
