"""Which of two groups rates higher, with the levels in order and without scores for them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from operator import mul
from typing import TYPE_CHECKING

from afterword.statistics.clusters import t_quantile
from afterword.statistics.levels import LEAST_RATERS
from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.counts import Cell
    from afterword.statistics.clusters import PeopleSums

Moments = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class OrdinalSums:
    """Ratings by level, worst first, and their products over people.

    Sets of people that do not overlap add up.
    """

    n_raters: int
    counts: tuple[int, ...]
    products: Moments  # Σ over people of c_k·c_l

    @classmethod
    def of_strangers(cls, counts: Sequence[int]) -> OrdinalSums:
        """Take ratings of people who rated once."""
        levels = range(len(counts))
        products = tuple(tuple(counts[k] if k == j else 0 for j in levels) for k in levels)
        return cls(sum(counts), tuple(counts), products)

    @classmethod
    def of_two(cls, sums: PeopleSums) -> OrdinalSums:
        """Take what has two levels: not at the level, and at it."""
        mixed = sums.my - sums.y2  # Σ (m - y)·y
        products = ((sums.m2 - 2 * sums.my + sums.y2, mixed), (mixed, sums.y2))
        return cls(sums.n_raters, (sums.n - sums.y, sums.y), products)

    @classmethod
    def of(cls, cell: Cell) -> OrdinalSums:
        """Take them out of a cell.

        A person's ratings are m = c_1 + c_2 + c_3, so Σ m·c_k and Σ c_k² of three levels leave
        three equations for the three products of different levels.
        """
        people = cell.persons
        mixed = [my - y2 for my, y2 in zip(people.my, people.y2, strict=True)]
        total = sum(mixed) // 2
        # The product of two levels is what the third has not.
        product = [total - one for one in mixed]
        best_first = [
            [people.y2[k] if k == j else product[3 - k - j] for j in range(3)] for k in range(3)
        ]
        worst_first = tuple(tuple(reversed(row)) for row in reversed(best_first))
        counts = (cell.negative, cell.neutral, cell.positive)
        return cls(people.n_raters, counts, worst_first)

    def __add__(self, other: OrdinalSums) -> OrdinalSums:
        """Sum over both sets of people."""
        return OrdinalSums(
            self.n_raters + other.n_raters,
            _added(self.counts, other.counts),
            tuple(_added(a, b) for a, b in zip(self.products, other.products, strict=True)),
        )

    @property
    def n(self) -> int:
        """All ratings."""
        return sum(self.counts)

    @property
    def n_products(self) -> int:
        """Σ m²: as many as there are ratings where nobody rated twice."""
        return sum(map(sum, self.products))

    @property
    def has_repeats(self) -> bool:
        """Whether anybody rated twice."""
        return self.n_products > self.n


@dataclass(frozen=True, slots=True)
class WinProbability:
    """P(a session of the second group is rated higher) + ½ P(they are rated the same)."""

    value: float
    low: float
    high: float
    standard_error: float
    degrees: float
    p_value: float  # two-sided: neither group rates higher

    @property
    def net_benefit(self) -> float:
        """P(higher) - P(lower), in [-1, 1]."""
        return 2 * self.value - 1


def win_probability(
    first: OrdinalSums, second: OrdinalSums, *, confidence_level: float = 0.95
) -> WinProbability | NotEstimable:
    """Say how probably a session of the second group is rated higher than one of the first.

    It can be ½ while both ends grow: show the shares beside it. With two levels it is the area
    under the ROC curve, and the error is DeLong's.

    Args:
        first: Ratings of the group compared with.
        second: Ratings of the group in question, on the same levels.
        confidence_level: Of the two-sided interval, made on the logit scale.

    Returns:
        The probability, or why there is none: a group of one person or none, or groups that do
        not overlap at all.

    References:
        Brunner & Munzel (2000), Biometrical J. 42, 17-25: placements and their degrees
        of freedom; over people Obuchowski (1997), Biometrics 53, 567-578.
    """
    for one in (first, second):
        if one.n_raters < 2:  # noqa: PLR2004  # one person shows no difference between people
            reason = Reason.ONE_RATER if one.n_raters else Reason.NO_RATINGS
            return NotEstimable(reason, one.n_raters)
    placements = middles(first.counts)
    theta = sum(c * w for c, w in zip(second.counts, placements, strict=True)) / second.n
    va, vb = mean_variance(first, middles(second.counts)), mean_variance(second, placements)
    if va + vb <= 0:
        return NotEstimable(Reason.NO_VARIATION, first.n + second.n)
    # Satterthwaite, in people.
    degrees = (va + vb) ** 2 / (va**2 / (first.n_raters - 1) + vb**2 / (second.n_raters - 1))
    return _bounded(theta, sqrt(va + vb), degrees, confidence_level)


def _bounded(
    theta: float, error: float, degrees: float, confidence_level: float
) -> WinProbability:
    from scipy.special import stdtr  # noqa: PLC0415  # heavy: reports load it

    p_value = float(2 * stdtr(degrees, -abs(theta - 0.5) / error))
    logit, half = log(theta / (1 - theta)), error / (theta * (1 - theta))
    half *= t_quantile(confidence_level, degrees)
    return WinProbability(
        theta, _expit(logit - half), _expit(logit + half), error, degrees, p_value
    )


def middles(counts: tuple[int, ...]) -> list[float]:
    """Give each level's place in [0, 1]: the share below it and half of the share at it."""
    n, below, places = sum(counts), 0, []
    for count in counts:
        places.append((below + count / 2) / n)
        below += count
    return places


def mean_variance(sums: OrdinalSums, placements: list[float]) -> float:
    """Estimate the variance of the mean placement, people being the sampled units."""
    mean = sum(c * w for c, w in zip(sums.counts, placements, strict=True)) / sums.n
    off = [w - mean for w in placements]
    single = sum(c * d * d for c, d in zip(sums.counts, off, strict=True))
    n, m2 = sums.n, sums.n_products
    scale = n * n
    alone = single / scale * n / max(n - 1, 1)
    if m2 == n:
        return alone
    if sums.n_raters < LEAST_RATERS:
        return single / scale * m2 / n  # each person as one voice
    # U/(U-1) · Σ_u (Σ_k c_uk·d_k)² / N²; people who disagree with themselves are no bonus.
    over: float = sum(
        d * sum(map(mul, row, off)) for d, row in zip(off, sums.products, strict=True)
    )
    return max(sums.n_raters / (sums.n_raters - 1) * over / scale, alone)


def _added(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _expit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))
