"""Many groups at one level: each share drawn to the common one as far as chance may explain it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from afterword.statistics.priors import fit_prior
from afterword.statistics.shares import NotEstimable
from afterword.statistics.spreads import posterior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from afterword.statistics.priors import Prior

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Groups after shrinkage, in the order given; every array has one entry a group."""

    prior: Prior
    share: Array
    low: Array
    high: Array
    above: Array  # probability that the group's share lies above the common one

    @property
    def ranking(self) -> list[int]:
        """Positions of the groups, highest share first."""
        return [int(one) for one in np.argsort(-self.share, kind="stable")]


def shrink(
    counts: Sequence[float] | Array, trials: Sequence[float] | Array, *, level: float = 0.95
) -> Shrunk | NotEstimable:
    """Estimate the shares of many groups together.

    Raw shares rank the smallest groups first and last; these do not.

    Args:
        counts: Ratings at the level, one a group.
        trials: Ratings. Where people rate often: effective sizes, and counts to match.
        level: Probability of the credible intervals.

    Returns:
        The shrunk shares, or why there are none: fewer than three groups with ratings, or nothing
        varies.

    References:
        Robbins (1956); Casella (1985), Amer. Statist. 39, 83-87: empirical Bayes. Griffiths
        (1973), Biometrics 29, 637-648: the beta-binomial by maximum likelihood. Bounds also hold
        what is not known of the prior: see ``spreads``.
    """
    from scipy.special import betaincc, betaincinv  # noqa: PLC0415  # heavy: reports load it

    y, n = np.asarray(counts, float), np.asarray(trials, float)
    prior = fit_prior(y, n)
    if isinstance(prior, NotEstimable):
        return prior
    share = (prior.a + y) / (prior.a + prior.b + n)
    a, b = posterior(y, n)
    tail = (1 - level) / 2
    return Shrunk(
        prior,
        share,
        np.minimum(betaincinv(a, b, tail), share),
        np.maximum(betaincinv(a, b, 1 - tail), share),
        betaincc(a, b, prior.mean),
    )
