"""Two groups compared like with like, so that it may be looked at any time."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

from afterword.statistics.levels import quantile
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.strata import two_sided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.statistics.differences import Difference
    from afterword.statistics.strata import Stratum


def like_with_like(
    crude: Difference, strata: Sequence[Stratum], *, confidence_level: float = 0.95
) -> Difference | NotEstimable:
    """Take the difference within strata in place of that of everything.

    Its error is above 0 also where a group has none or all at the level, and in strata of single
    ratings: within them the shares of the whole groups are taken, drawn to the middle by half a
    rating. Shares that differ between strata only make it too wide.

    Args:
        crude: The difference of the two groups, with what people who rate often do to it.
        strata: Disjoint, one a kind of session; those with one group alone tell nothing.
        confidence_level: Of the two-sided interval.

    Returns:
        The difference, or why there is none: no stratum holds both groups.

    References:
        Greenland & Robins (1985), Biometrics 41, 55-68: the weights.
    """
    both = [one for one in strata if one.n_first and one.n_second]
    if not both:
        return NotEstimable(Reason.NO_OVERLAP, sum(one.n for one in strata))
    weights = [one.n_first * one.n_second / one.n for one in both]
    whole = sum(weights)
    value = sum(w * one.change for w, one in zip(weights, both, strict=True)) / whole
    # Σ w²·(v_a/n_a + v_b/n_b) / (Σ w)², v = p(1 - p) of the whole group.
    first = sum(w * w / one.n_first for w, one in zip(weights, both, strict=True))
    second = sum(w * w / one.n_second for w, one in zip(weights, both, strict=True))
    a, b = crude.first, crude.second
    spread = (first * a.variance * a.n + second * b.variance * b.n) / whole**2
    error = sqrt(crude.design_effect * spread)
    degrees = min((one.degrees for one in (a, b) if one.degrees is not None), default=None)
    half = quantile(confidence_level, degrees) * error
    low, high = max(value - half, -1.0), min(value + half, 1.0)
    return replace(
        crude,
        value=value,
        low=low,
        high=high,
        standard_error=error,
        p_value=two_sided(value / error),
    )
