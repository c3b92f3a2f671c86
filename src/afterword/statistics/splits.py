"""When did it change? The day that best parts a stretch of days into before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST_RATINGS: Final = 30
_DRAWS: Final = 499


@dataclass(frozen=True, slots=True)
class Split:
    """The most telling day on which levels may have changed."""

    at: int  # position of the first day after the change
    statistic: float
    p_value: float  # no change on any day


def best_split(
    days: Sequence[Sequence[int]], *, design_effect: float = 1.0, seed: int = 1
) -> Split | NotEstimable:
    """Find the day from which levels are rated otherwise.

    Args:
        days: Ratings by level, in order of time.
        design_effect: Of people who rate often; divides the statistic.
        seed: Of the simulated worlds without change that give the p-value.

    Returns:
        The day; where p is large, no day at all. Or why there is none: below 30 ratings, or one
        day.

    References:
        Horváth & Serbinowska (1995), Scand. J. Statist.: the largest likelihood ratio
        over all days of change in multinomial counts; here its p-value by simulation.
    """
    n_rated = sum(map(sum, days))
    if n_rated < LEAST_RATINGS:
        return NotEstimable(Reason.FEW_RATINGS, n_rated)
    counts = np.asarray(days, float)
    n = counts.sum(1)
    if np.count_nonzero(n) < 2:  # noqa: PLR2004  # nothing to part
        return NotEstimable(Reason.FEW_PERIODS, int(np.count_nonzero(n)))
    found = split_statistics(counts)
    at = int(np.argmax(found))
    rng = np.random.default_rng(seed)
    still = rng.multinomial(n.astype(int), counts.sum(0) / n_rated, (_DRAWS, len(n)))
    chance = split_statistics(still.astype(float)).max(1)
    statistic = float(found[at]) / design_effect
    # Simulated worlds and this one are alike if nothing changed: so it counts among them.
    p_value = (1 + int((chance >= statistic).sum())) / (1 + _DRAWS)
    return Split(at + 1, statistic, p_value)


def split_statistics(counts: Array) -> Array:
    """Give the likelihood ratio statistic of a change after each day but the last.

    Args:
        counts: (..., days, levels).
    """
    before = counts.cumsum(-2)
    whole = before[..., -1:, :]
    before = before[..., :-1, :]
    parts: Array = _fit(before) + _fit(whole - before) - _fit(whole)
    return 2 * np.maximum(parts, 0.0)


def _fit(counts: Array) -> Array:
    """Give Σ x·log(x/n): the log-likelihood at the shares themselves."""
    from scipy.special import xlogy  # noqa: PLC0415  # heavy: reports load it

    n = counts.sum(-1)
    fitted: Array = xlogy(counts, counts).sum(-1) - xlogy(n, n)
    return fitted
