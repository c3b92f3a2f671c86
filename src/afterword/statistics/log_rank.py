"""Do groups of people leave at different rates?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from afterword.statistics.survival import Followed

    Array = NDArray[np.float64]

_NOTHING: Final = 1e-9  # of the largest: rows add up to 0 but for rounding


@dataclass(frozen=True, slots=True)
class LogRank:
    """Evidence that groups leave at different rates."""

    statistic: float
    degrees: int
    p_value: float
    expected: tuple[float, ...]  # people who would have left, were there no difference


def log_rank(groups: Sequence[Followed]) -> LogRank | NotEstimable:
    """Test whether groups of people leave at the same rate at all times.

    Args:
        groups: Two or more; each person in one of them, decided before following begins.

    Returns:
        The test, or why there is none: nobody left while two groups were still followed.

    References:
        Mantel (1966), Cancer Chemother. Rep. 50, 163-170; Peto & Peto (1972), J. R. Statist.
        Soc. A 135, 185-207.
    """
    from scipy.special import chdtrc  # noqa: PLC0415  # heavy: reports load it

    left, expected, spread = _sums(groups)
    degrees = int(np.linalg.matrix_rank(spread, rtol=_NOTHING, hermitian=True))
    if degrees == 0:
        return NotEstimable(Reason.NO_VARIATION, sum(one.n for one in groups))
    over = left - expected
    # A general inverse, as rows add up to 0; groups that were never at risk drop out.
    statistic = float(over @ np.linalg.pinv(spread, rcond=_NOTHING, hermitian=True) @ over)
    return LogRank(statistic, degrees, float(chdtrc(degrees, statistic)), tuple(expected.tolist()))


def _sums(groups: Sequence[Followed]) -> tuple[Array, Array, Array]:
    times = sorted({time for one in groups for time in one.left})
    at_risk = np.array([_still_followed(one, times) for one in groups])
    left = np.array([[one.left.get(time, 0) for time in times] for one in groups], float)
    n, d = at_risk.sum(0), left.sum(0)
    part = np.divide(at_risk, n, out=np.zeros_like(at_risk), where=n > 0)
    # Hypergeometric at each time: d·(n - d)/(n - 1) · (part on the diagonal, less its products).
    scale = np.divide(d * (n - d), n - 1, out=np.zeros_like(n), where=n > 1)
    spread = np.diag(part @ scale) - (part * scale) @ part.T
    return left.sum(1), part @ d, spread


def _still_followed(people: Followed, times: Sequence[float]) -> Array:
    ends = sorted((at, n) for each in (people.left, people.staying) for at, n in each.items())
    gone = np.concatenate([[0], np.cumsum([n for _, n in ends])])
    at_risk: Array = people.n - gone[np.searchsorted([at for at, _ in ends], times)]
    return at_risk.astype(float)
