"""How well a shrunk share is known, when how much groups differ is itself only estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_SIZES: Final = 24  # of the prior that are weighed: from very different groups to all alike


def posterior(y: Array, n: Array) -> tuple[Array, Array]:
    """Give the Beta distribution of each group's share, over all sizes of the prior.

    The likeliest prior alone makes intervals far too narrow where groups are small: with 30
    ratings each, chance often explains all that is seen, though the groups differ.

    Args:
        y: Ratings at the level, one a group; somebody and not everybody is at it.
        n: Ratings.

    Returns:
        a and b of each group.

    References:
        Morris (1983), J. Amer. Stat. Assoc. 78, 47-55: intervals that know that the prior is
        estimated. Daniels (1999): a uniform prior of the shrinkage.
    """
    told = n > 0
    typical = float(told.sum() / (1 / n[told]).sum())
    log_sizes = np.linspace(0.0, np.log(1000 * typical + 10), _SIZES)
    size = np.exp(log_sizes)[:, None]
    mean, unsure = _common(y[told], n[told], size)
    # Over all common shares: the likelihood at the best one times how wide it lies around it.
    weight = _likelihood(y[told], n[told], size, mean) + np.log(unsure[:, 0]) / 2
    # The shrinkage s/(s + n) is as likely anywhere in (0, 1); one s more for steps of log s.
    weight = weight + np.log(typical * size[:, 0] / (size[:, 0] + typical) ** 2)
    weight = np.exp(weight - weight.max())
    weight = (weight / weight.sum())[:, None]
    middle = (size * mean + y) / (size + n)
    spread = middle * (1 - middle) / (size + n + 1) + (size / (size + n)) ** 2 * unsure
    share = (weight * middle).sum(0)
    variance = (weight * (spread + middle**2)).sum(0) - share**2
    total = np.maximum(share * (1 - share) / variance - 1, 1e-3)
    return share * total, (1 - share) * total


def _common(y: Array, n: Array, size: Array) -> tuple[Array, Array]:
    """Give the common share under each size, and its variance."""
    raw = y.sum() / n.sum()
    # Var(y/n) = p(1 - p)·(1 + (n - 1)/(s + 1))/n
    precision = n / (1 + (n - 1) / (size + 1)) / (raw * (1 - raw))
    whole = precision.sum(1, keepdims=True)
    mean = np.clip((precision * (y / n)).sum(1, keepdims=True) / whole, 1e-6, 1 - 1e-6)
    return mean, 1 / whole


def _likelihood(y: Array, n: Array, size: Array, mean: Array) -> Array:
    from scipy.special import betaln  # noqa: PLC0415  # heavy: reports load it

    a, b = size * mean, size * (1 - mean)
    height: Array = (betaln(a + y, b + n - y) - betaln(a, b)).sum(1)
    return height
