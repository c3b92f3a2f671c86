"""Which facts of a session go with its rating: proportional-odds regression on grouped counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_STEPS: Final = 50
_CLOSE: Final = 1e-9
_PRODUCT: Final = 2**18  # multiplications
_STEEPEST: Final = 15.0  # log odds over all of a factor: no effect, but a perfect explanation


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """logit P(level <= k) = threshold_k - x·coefficients: above 0 goes with higher levels."""

    thresholds: Array
    coefficients: Array
    standard_errors: Array  # of the coefficients, observed information, ratings of strangers
    log_likelihood: float
    n: float

    @property
    def deviance(self) -> float:
        """-2 log-likelihood."""
        return -2 * self.log_likelihood


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """A test of nested models."""

    statistic: float
    degrees: int
    p_value: float


def fit_ordinal(
    counts: Array, factors: Array, *, is_proportional: bool = True
) -> OrdinalFit | NotEstimable:
    """Fit proportional odds to counts. With two levels it is logistic regression.

    Args:
        counts: (groups, levels), lowest level first. Levels that nobody chose are left out.
        factors: (groups, factors) of the same groups, without a constant.
        is_proportional: False lets each factor act differently at each threshold; then
            ``coefficients`` run over thresholds within factors.

    Returns:
        The fit, or why there is none: one level only, or factors that explain a level perfectly
        or each other.

    References:
        McCullagh (1980), J. R. Statist. Soc. B 42, 109-142; by Newton's method with the
        observed information. Not proportional: Peterson & Harrell (1990), Appl. Stat. 39, 205-217.
    """
    counts, factors = np.asarray(counts, float), np.asarray(factors, float)
    counts = counts[:, counts.sum(0) > 0]
    n, levels = float(counts.sum()), counts.shape[1]
    if levels < 2:  # noqa: PLR2004  # one level does not vary
        return NotEstimable(Reason.NO_VARIATION if n else Reason.NO_RATINGS, int(n))
    design = _design(factors, levels - 1, is_proportional=is_proportional)
    shares = np.cumsum(counts.sum(0))[:-1] / n
    start = np.zeros(design.shape[2])
    start[: levels - 1] = np.log(shares / (1 - shares))
    return _climb(counts, design, start)


def likelihood_ratio(
    small: OrdinalFit, large: OrdinalFit, *, design_effect: float = 1.0
) -> LikelihoodRatio:
    """Test what the larger of two nested models explains beyond the smaller.

    Args:
        small: The model without.
        large: The model with; same counts.
        design_effect: Divides the statistic where people rate often.

    References:
        Wilks (1938), Ann. Math. Statist. 9, 60-62; divided by the design effect as in Rao & Scott
        (1984), Ann. Statist. 12, 46-60.
    """
    from scipy.special import chdtrc  # noqa: PLC0415  # heavy: reports load it

    statistic = max(small.deviance - large.deviance, 0.0) / design_effect
    degrees = large.coefficients.size - small.coefficients.size
    return LikelihoodRatio(statistic, degrees, float(chdtrc(degrees, statistic)))


def _design(factors: Array, thresholds: int, *, is_proportional: bool) -> Array:
    """Give (groups, thresholds, parameters): each threshold's own constant, less the factors."""
    groups, n = factors.shape
    constants = np.broadcast_to(np.eye(thresholds), (groups, thresholds, thresholds))
    if is_proportional:
        slopes = np.broadcast_to(-factors[:, None, :], (groups, thresholds, n))
    else:
        slopes = np.einsum("gf,kt->gkft", -factors, np.eye(thresholds))
        slopes = slopes.reshape(groups, thresholds, n * thresholds)
    return np.concatenate([constants, slopes], axis=2)


def _climb(counts: Array, design: Array, at: Array) -> OrdinalFit | NotEstimable:
    best = _log_likelihood(counts, design, at)
    information = np.eye(at.size)
    for _ in range(_STEPS):
        gradient, information = _derivatives(counts, design, at)
        scale = np.sqrt(np.diag(information))
        if (scale == 0).any() or np.linalg.cond(information / np.outer(scale, scale)) > 1 / _CLOSE:
            break
        step = np.linalg.solve(information, gradient)
        while (height := _log_likelihood(counts, design, at + step)) < best - _CLOSE:
            step = step / 2
        at, best = at + step, height
        if np.abs(step).max() < _CLOSE:
            return _fitted(counts, design, at, best)
    return NotEstimable(Reason.NOT_SEPARABLE, int(counts.sum()))


def _fitted(counts: Array, design: Array, at: Array, height: float) -> OrdinalFit | NotEstimable:
    k = design.shape[1]
    reach = at[k:] * np.ptp(design[:, :, k:], axis=(0, 1))
    if np.abs(reach).max(initial=0.0) > _STEEPEST:
        return NotEstimable(Reason.NOT_SEPARABLE, int(counts.sum()))
    _, information = _derivatives(counts, design, at)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return OrdinalFit(at[:k], at[k:], errors[k:], height, float(counts.sum()))


def _cumulative(design: Array, at: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(design @ at, -500, 500)))


def _levels(cumulative: Array) -> Array:
    return np.diff(cumulative, axis=1, prepend=0.0, append=1.0)


def _log_likelihood(counts: Array, design: Array, at: Array) -> float:
    shares = _levels(_cumulative(design, at))
    if (shares <= 0).any():  # thresholds out of order
        return -np.inf
    return float((counts * np.log(shares)).sum())


def _derivatives(counts: Array, design: Array, at: Array) -> tuple[Array, Array]:
    """Give gradient and observed information: level k lies between thresholds k - 1 and k."""
    cumulative = _cumulative(design, at)
    shares = _levels(cumulative)
    slope = cumulative * (1 - cumulative)
    pull = counts / shares  # of the level below each threshold, and of the one above
    weigh = counts / shares**2
    tension = pull[:, :-1] - pull[:, 1:]
    gradient = np.einsum("gk,gkp->p", slope * tension, design)
    curve = slope * (1 - 2 * cumulative) * tension - slope**2 * (weigh[:, :-1] + weigh[:, 1:])
    hessian = _weighed(curve, design, design)
    # Neighbouring thresholds share the level between them.
    cross = slope[:, :-1] * slope[:, 1:] * weigh[:, 1:-1]
    beside = _weighed(cross, design[:, :-1], design[:, 1:])
    return gradient, -(hessian + beside + beside.T)


def _weighed(weights: Array, left: Array, right: Array) -> Array:
    """Sum weighed products over groups and thresholds."""
    n = left.shape[2]
    weighed, plain = (weights[..., None] * left).reshape(-1, n), right.reshape(-1, n)
    # So few rows at once that BLAS stays in this thread: waking others takes longer.
    rows = max(1, _PRODUCT // n**2)
    found = np.zeros((n, n))
    for at in range(0, len(plain), rows):
        found += weighed[at : at + rows].T @ plain[at : at + rows]
    return found
