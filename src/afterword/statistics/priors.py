"""How shares vary between groups: a Beta distribution, fitted to their counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST_GROUPS: Final = 3  # below, nothing shows how much groups differ
_MOST: Final = 10  # a prior worth ten times all ratings says: the groups do not differ
_STEPS: Final = 60
_CLOSE: Final = 1e-10
_GOLDEN: Final = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Prior:
    """How shares vary between groups: Beta(a, b)."""

    a: float
    b: float
    is_pooled: bool  # nothing shows that groups differ

    @property
    def mean(self) -> float:
        """The common share."""
        return self.a / (self.a + self.b)


def fit_prior(y: Array, n: Array) -> Prior | NotEstimable:
    """Fit the spread of shares between groups.

    Args:
        y: Ratings at the level, one a group.
        n: Ratings.

    Returns:
        The prior; where the likelihood rises without bound it is worth ten times all ratings, so
        that all groups get the common share. Or why there is none, as for ``shrink``.
    """
    y, n = y[n > 0], n[n > 0]
    if n.size < LEAST_GROUPS:
        return NotEstimable(Reason.FEW_GROUPS, int(n.size))
    share, most = float(y.sum() / n.sum()), float(_MOST * n.sum())
    if not 0 < share < 1:
        return NotEstimable(Reason.NO_VARIATION, round(float(n.sum())))
    found = _newton(y, n, share, most)
    if found is None:
        return Prior(share * most, (1 - share) * most, is_pooled=True)
    return Prior(*found, is_pooled=False)


def fit_size(y: Array, n: Array, means: Array) -> float:
    """Fit how narrowly shares lie around means that are known of each group.

    Args:
        y: Ratings at the level, one a group.
        n: Ratings.
        means: The share that each group is expected to have, in (0, 1).

    Returns:
        a + b of the prior, at least 1 and at most ten times all ratings.

    References:
        Griffiths (1973), as above, along one line.
    """
    low, high = 0.0, float(np.log(max(_MOST * n.sum(), 2.0)))

    def at(log_size: float) -> float:
        size = np.exp(log_size)
        return _log_likelihood(y, n, np.log([size * means, size * (1 - means)]))

    for _ in range(_STEPS):  # golden section: the likelihood has one top
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if at(left) > at(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _newton(y: Array, n: Array, share: float, most: float) -> tuple[float, float] | None:
    """Climb the likelihood in (log a, log b), where it is smooth; None if it has no top."""
    size = min(max(_moment_size(y, n, share), 1.0), most / 2)
    at = np.log([share * size, (1 - share) * size])
    best = _log_likelihood(y, n, at)
    for _ in range(_STEPS):
        step = _step(*_derivatives(y, n, at))
        for _ in range(_STEPS):
            there = at + step
            height = _log_likelihood(y, n, there)
            if height >= best - _CLOSE:
                break
            step = step / 2
        at, best = there, height
        if np.exp(at).sum() > most:
            return None
        if np.abs(step).max() < _CLOSE:
            break
    return float(np.exp(at[0])), float(np.exp(at[1]))


def _moment_size(y: Array, n: Array, share: float) -> float:
    # Kleinman (1973), J. Amer. Stat. Assoc. 68, 46-54: a start from the spread of raw shares.
    spread = share * (1 - share)
    between = float(((n * (y / n - share) ** 2).sum() / n.sum()) / spread)
    chance = float(n.size / n.sum())
    return (1 - between) / max(between - chance, 1e-6)


def _log_likelihood(y: Array, n: Array, at: Array) -> float:
    from scipy.special import betaln  # noqa: PLC0415  # heavy: reports load it

    a, b = np.exp(at)
    return float((betaln(a + y, b + n - y) - betaln(a, b)).sum())


def _derivatives(y: Array, n: Array, at: Array) -> tuple[Array, Array]:
    from scipy.special import digamma, polygamma  # noqa: PLC0415  # heavy: reports load it

    a, b = np.exp(at)
    both = (digamma(a + b) - digamma(a + b + n)).sum()
    one = np.array(
        [
            (digamma(a + y) - digamma(a)).sum() + both,
            (digamma(b + n - y) - digamma(b)).sum() + both,
        ]
    )
    both = (polygamma(1, a + b) - polygamma(1, a + b + n)).sum()
    two = np.full((2, 2), both)
    two[0, 0] += (polygamma(1, a + y) - polygamma(1, a)).sum()
    two[1, 1] += (polygamma(1, b + n - y) - polygamma(1, b)).sum()
    # Chain rule to logs: g·x, and x·H·x plus g·x on the diagonal.
    scale = np.array([a, b])
    return one * scale, two * np.outer(scale, scale) + np.diag(one * scale)


def _step(gradient: Array, hessian: Array) -> Array:
    """Step uphill; where the surface curves the wrong way, along the gradient."""
    values, vectors = np.linalg.eigh(hessian)
    curve = np.maximum(np.abs(values), _CLOSE)
    step: Array = vectors @ ((vectors.T @ gradient) / curve)
    longest = float(np.abs(step).max())
    return step if longest <= 1 else step / longest  # e-fold at most: flat places fling far
