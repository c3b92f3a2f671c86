"""Do groups rate alike? One answer for all of them, before anybody looks at the worst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.superiority import mean_variance, middles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.statistics.superiority import OrdinalSums


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Evidence that groups rate differently."""

    statistic: float  # of Kruskal and Wallis, divided by the design effect
    degrees: int
    p_value: float
    design_effect: float


def homogeneity(groups: Sequence[OrdinalSums]) -> Homogeneity | NotEstimable:
    """Test whether groups rate alike, levels in order and without scores for them.

    A group that has more at both ends than the others, and no better middle, is not seen: show
    the shares beside it.

    Args:
        groups: Ratings of each group on the same levels. A person in several of them counts as a
            stranger in each, which hides differences rather than making them.

    Returns:
        The test, or why there is none: fewer than two groups with ratings, or one level only.

    References:
        Kruskal & Wallis (1952), J. Amer. Stat. Assoc. 47, 583-621, corrected for ties. Scott &
        Rao (1981), in Current Topics in Survey Sampling: the mean design effect of groups,
        each weighted by the share of ratings that it lacks; with F where people rate often.
    """
    from scipy.special import chdtrc, fdtrc  # noqa: PLC0415  # heavy: reports load it

    held = [one for one in groups if one.n]
    if len(held) < 2:  # noqa: PLR2004  # nothing to differ from
        return NotEstimable(Reason.FEW_GROUPS, len(held))
    counts = tuple(map(sum, zip(*(one.counts for one in held), strict=True)))
    n, places = sum(counts), middles(counts)
    spread = sum(c * (w - 0.5) ** 2 for c, w in zip(counts, places, strict=True))
    if spread <= 0:
        return NotEstimable(Reason.NO_VARIATION, n)
    between = sum(one.n * (_mean(one, places) - 0.5) ** 2 for one in held)
    degrees = len(held) - 1
    effect = sum((1 - one.n / n) * _effect(one, places) for one in held) / degrees
    statistic = (n - 1) * between / spread / effect
    people = sum(one.n_raters for one in held)
    if not any(one.has_repeats for one in held):
        p_value = chdtrc(degrees, statistic)
    else:
        p_value = fdtrc(degrees, max(people - len(held), 1), statistic / degrees)
    return Homogeneity(statistic, degrees, float(p_value), effect)


def _mean(sums: OrdinalSums, places: list[float]) -> float:
    return sum(c * w for c, w in zip(sums.counts, places, strict=True)) / sums.n


def _effect(sums: OrdinalSums, places: list[float]) -> float:
    if not sums.has_repeats:
        return 1.0
    mean = _mean(sums, places)
    single = sum(c * (w - mean) ** 2 for c, w in zip(sums.counts, places, strict=True))
    if single <= 0:  # of one mind: nothing shows whether people are
        return sums.n_products / sums.n
    return max(mean_variance(sums, places) * sums.n * (sums.n - 1) / single, 1.0)
