"""Two numbers on one time axis: which moves first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.strata import two_sided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST_PERIODS: Final = 20
_STILL: Final = 1e-12  # steps that rounding makes of a straight line


@dataclass(frozen=True, slots=True)
class Lead:
    """The lag at which two series move together most."""

    periods: int  # above 0: the first moves that much earlier
    correlation: float
    p_value: float  # no lag goes together, corrected for how many were tried


def lead(first: Sequence[float], second: Sequence[float], *, most: int = 8) -> Lead | NotEstimable:
    """Find by how many periods one series moves before another, in the same direction.

    Steps are compared, not levels: two series that both drift go together at every lag.

    Args:
        first: One value a period, such as the positive share of a week; NaN where there is none.
        second: Of the same periods, such as the share who came back.
        most: Periods to look ahead and back.

    Returns:
        The lag, or why there is none: below 20 periods, or a series that never moves.

    References:
        Box, Jenkins, Reinsel & Ljung (2015), Time Series Analysis, 5th ed., ch. 12: the
        variance of cross correlations (Bartlett). Bonferroni over lags.
    """
    a, b = np.diff(np.asarray(first, float)), np.diff(np.asarray(second, float))
    n = int(min(np.isfinite(a).sum(), np.isfinite(b).sum()))
    if n + 1 < LEAST_PERIODS:
        return NotEstimable(Reason.FEW_PERIODS, n + 1)
    a, b = _centred(a), _centred(b)
    if min(np.abs(a).max(), np.abs(b).max()) < _STILL:
        return NotEstimable(Reason.NO_VARIATION, n + 1)
    lags = range(-most, most + 1)
    found = [_correlation(a, b, lag) for lag in lags]
    together = max(float(1 + 2 * (_own(a, most) * _own(b, most)).sum()), 1.0)
    scores = [r * ((n - abs(k)) / together) ** 0.5 for k, r in zip(lags, found, strict=True)]
    at = int(np.argmax(scores))
    one_sided = two_sided(scores[at]) / 2 if scores[at] > 0 else 1.0
    return Lead(lags[at], found[at], min(one_sided * len(lags), 1.0))


def _centred(steps: Array) -> Array:
    """Take the mean away; a step that is not known goes neither way."""
    known = np.isfinite(steps)
    return np.where(known, steps - steps[known].mean(), 0.0)


def _correlation(a: Array, b: Array, lag: int) -> float:
    early, late = (a, b) if lag >= 0 else (b, a)
    shift = abs(lag)
    products = early[: early.size - shift] * late[shift:]
    return float(products.sum() / (np.linalg.norm(a) * np.linalg.norm(b)))


def _own(a: Array, most: int) -> Array:
    return np.array([_correlation(a, a, lag) for lag in range(1, most + 1)])
