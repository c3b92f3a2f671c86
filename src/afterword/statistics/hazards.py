"""Who leaves next, by the last rating: odds of leaving in a week, everything else held alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from afterword.statistics.ordinal_logit import fit_ordinal, likelihood_ratio
from afterword.statistics.shares import NotEstimable, Reason, normal_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from afterword.statistics.ordinal_logit import LikelihoodRatio

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """Odds of leaving in a period against the first group, other axes alike."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Hazards:
    """What groups add to what the other axes tell about leaving."""

    odds: tuple[OddsRatio | NotEstimable, ...]  # of the second group, the third, ...
    test: LikelihoodRatio  # what the model loses without the groups
    chances: Array  # of leaving in a period, fitted, in the shape given


def hazards(
    at_risk: Array, left: Array, *, design_effect: float = 1.0, confidence_level: float = 0.95
) -> Hazards | NotEstimable:
    """Compare groups by the odds of leaving in each period, adjusted for every other axis.

    Args:
        at_risk: People who had not left before. First axis: groups, such as the last rating
            helpful, okay, not, unrated; the others, periods among them, are adjusted for.
        left: Who left in that period, in the same shape.
        design_effect: Of people who stand in it from several sessions.
        confidence_level: Of each odds ratio's interval.

    Returns:
        Groups against the first; or why it cannot be told, as for ``fit_ordinal``.

    References:
        Cox (1972), J. R. Statist. Soc. B 34, 187-220: the logit of discrete hazards; Allison
        (1982), Sociol. Methodol. 13, 61-98: by logistic regression on person-periods.
    """
    at_risk, left = np.asarray(at_risk, float), np.asarray(left, float)
    levels = np.column_stack([(at_risk - left).ravel(), left.ravel()])
    present = at_risk.reshape(len(at_risk), -1).sum(1) > 0
    if present.sum() < 2 or not present[0]:  # noqa: PLR2004  # nobody to compare, or to compare with
        return NotEstimable(Reason.NO_OVERLAP, int(at_risk.sum()))
    groups, others = _columns(at_risk, [0]), _columns(at_risk, range(1, at_risk.ndim))
    whole = fit_ordinal(levels, np.column_stack([groups, others]))
    without = fit_ordinal(levels, others)
    if isinstance(whole, NotEstimable):
        return whole
    if isinstance(without, NotEstimable):
        return without
    half = normal_quantile(confidence_level) * design_effect**0.5 * whole.standard_errors
    bounds = np.exp(whole.coefficients[:, None] + half[:, None] * np.array([0.0, -1.0, 1.0]))
    told = iter(bounds.tolist())
    nobody = NotEstimable(Reason.FEW_PEOPLE, 0)
    odds = tuple(OddsRatio(*next(told)) if there else nobody for there in present[1:])
    logits = np.column_stack([groups, others]) @ whole.coefficients - whole.thresholds[0]
    test = likelihood_ratio(without, whole, design_effect=design_effect)
    return Hazards(odds, test, (1 / (1 + np.exp(-logits))).reshape(at_risk.shape))


def _columns(at_risk: Array, axes: range | list[int]) -> Array:
    """Give one 0/1 column a place on the axes but the first, where anybody stands."""
    places = np.indices(at_risk.shape).reshape(at_risk.ndim, -1)
    n = at_risk.ravel()
    columns = [places[axis] == k for axis in axes for k in range(1, at_risk.shape[axis])]
    used = [column for column in columns if n @ column]
    return np.column_stack(used).astype(float) if used else np.empty((n.size, 0))
