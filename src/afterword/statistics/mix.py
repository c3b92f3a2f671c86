"""The difference of two groups taken apart: sessions rated otherwise, and other sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.strata import mantel_haenszel, odds_ratio, standardised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.statistics.strata import Adjusted, Stratum


@dataclass(frozen=True, slots=True)
class MixShift:
    """A difference taken apart: crude = within + mix."""

    crude: float
    within: float  # the same kinds of sessions are rated otherwise
    mix: float  # other kinds of sessions came
    stratified: Adjusted
    standardised: Adjusted
    odds_ratio: float | None  # of Mantel & Haenszel; None where a group has nobody at the level
    compared: float  # share of ratings in strata that hold both groups; the others are left out


def mix_shift(
    strata: Sequence[Stratum], *, design_effect: float = 1.0, confidence_level: float = 0.95
) -> MixShift | NotEstimable:
    """Take the difference of two groups apart into change within strata and change of the mix.

    Args:
        strata: Disjoint, one a kind of session.
        design_effect: By how much people who rate often multiply the variance of the crude
            difference, at least 1; the same people stand in several strata.
        confidence_level: Of the intervals.

    Returns:
        The parts, or why there are none: no stratum holds both groups.

    References:
        Kitagawa (1955), J. Amer. Stat. Assoc. 50, 1168-1194: two components.
    """
    both = [one for one in strata if one.n_first and one.n_second]
    if not both:
        return NotEstimable(Reason.NO_OVERLAP, sum(one.n for one in strata))
    n_first, n_second = sum(one.n_first for one in both), sum(one.n_second for one in both)
    crude = sum(one.second for one in both) / n_second - sum(one.first for one in both) / n_first
    # Σ (p_b - p_a)(w_a + w_b)/2 is within; Σ (w_b - w_a)(p_a + p_b)/2 is what is left.
    within = sum(
        one.change * (one.n_first / n_first + one.n_second / n_second) / 2 for one in both
    )
    return MixShift(
        crude,
        within,
        crude - within,
        mantel_haenszel(both, design_effect, confidence_level),
        standardised(both, design_effect, confidence_level),
        odds_ratio(both),
        (n_first + n_second) / sum(one.n for one in strata),
    )
