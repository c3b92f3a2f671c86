"""Which of two groups rates higher within strata: the rank test of ordered levels."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, sqrt
from typing import TYPE_CHECKING

from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.strata import two_sided

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Levels = tuple["Sequence[int]", "Sequence[int]"]  # first and second group, worst level first


@dataclass(frozen=True, slots=True)
class RankTest:
    """Evidence that one group rates higher within strata."""

    z: float  # above 0: the second rates higher
    p_value: float  # two-sided


def van_elteren(
    strata: Iterable[Levels], *, design_effect: float = 1.0
) -> RankTest | NotEstimable:
    """Test whether the second group rates higher than the first, within strata.

    Args:
        strata: Ratings by level of both groups. With one stratum it is the test of Wilcoxon, Mann
            and Whitney, corrected for ties.
        design_effect: Multiplies the variance.

    Returns:
        The test, or why there is none: no stratum holds both groups and two levels.

    References:
        van Elteren (1960), Bull. Int. Stat. Inst. 37, 351-361: weights 1/(n + 1).
    """
    over = spread = 0.0
    n = 0
    for first, second in strata:
        n += sum(first) + sum(second)
        excess, variance = _wilcoxon(first, second)
        weight = 1 / (sum(first) + sum(second) + 1)
        over += weight * excess
        spread += weight * weight * variance
    if spread <= 0:
        return NotEstimable(Reason.NO_OVERLAP, n)
    z = copysign(sqrt(over * over / (spread * design_effect)), over)
    return RankTest(z, two_sided(z))


def _wilcoxon(first: Sequence[int], second: Sequence[int]) -> tuple[float, float]:
    """Give the second group's rank sum less its expectation, and its variance under none."""
    n_a, n_b = sum(first), sum(second)
    n = n_a + n_b
    if n_a == 0 or n_b == 0:
        return 0.0, 0.0
    below, ranks, ties = 0, 0.0, 0
    for a, b in zip(first, second, strict=True):
        tied = a + b
        ranks += b * (below + (tied + 1) / 2)
        ties += tied**3 - tied
        below += tied
    variance = n_a * n_b / 12 * (n + 1 - ties / (n * (n - 1)))
    return ranks - n_b * (n + 1) / 2, variance
