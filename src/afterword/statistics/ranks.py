"""A ranking that knows its doubt: shares of many groups, and the places where each may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.priors import fit_prior
from afterword.statistics.shares import NotEstimable
from afterword.statistics.spreads import posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

_DRAWS: Final = 4_000  # the bounds of a place then move by one at most from seed to seed


@dataclass(frozen=True, slots=True)
class Ranked:
    """Groups in the order given; every array has one entry a group. Places count from 1."""

    share: Array
    low: Array
    high: Array
    place: Places  # the lowest share is first
    first: Places  # the least place that it may have
    last: Places
    is_pooled: bool  # chance may explain all differences


def rank(y: Array, n: Array, *, level: float = 0.95) -> Ranked | NotEstimable:
    """Rank groups by the share of one level, lowest first.

    Unlike ``shrink`` it takes no single prior for the likeliest: where chance may explain
    everything, that one makes all groups alike, however far one of them stands apart.

    Args:
        y: Ratings at the level, one a group. Where people rate often: n times the share.
        n: Ratings, above 0. Where people rate often: effective sizes.
        level: Probability of the bounds of shares and of places.

    Returns:
        The mean of each share over all priors, and the places. The same counts always give the
        same. Or why there is none, as for ``shrink``.

    References:
        Morris (1983), J. Amer. Stat. Assoc. 78, 47-55. Goldstein & Spiegelhalter (1996), J. R.
        Statist. Soc. A 159, 385-443: bounds of places by drawing shares. Groups count as
        independent.
    """
    from scipy.special import betaincinv  # noqa: PLC0415  # heavy: reports load it

    prior = fit_prior(y, n)
    if isinstance(prior, NotEstimable):
        return prior
    a, b = posterior(y, n)
    share, tail = a / (a + b), (1 - level) / 2
    drawn = np.random.default_rng(0).beta(a, b, (_DRAWS, a.size))
    first, last = np.quantile(
        _places(drawn), (tail, 1 - tail), axis=0, method="inverted_cdf"
    ).astype(np.int64)
    place = _places(share[None])[0]
    return Ranked(
        share,
        np.minimum(betaincinv(a, b, tail), share),
        np.maximum(betaincinv(a, b, 1 - tail), share),
        place,
        np.minimum(first, place),
        np.maximum(last, place),
        prior.is_pooled,
    )


def _places(shares: Array) -> Places:
    found: Places = shares.argsort(axis=1, kind="stable").argsort(axis=1) + 1
    return found
