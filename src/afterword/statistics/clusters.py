"""People who rate often: how much less their ratings say than as many ratings of strangers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from afterword.statistics.shares import Interval, NotEstimable, Reason, score_interval

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class PeopleSums:
    """One level's ratings, summed over people: m = a person's ratings, y = those at the level.

    Sets of people that do not overlap add up: ``a + b`` is the statistic of their union.
    """

    n_raters: int = 0
    n: int = 0  # Σ m
    y: int = 0  # Σ y
    m2: int = 0
    my: int = 0
    y2: int = 0

    @classmethod
    def of(cls, people: Iterable[tuple[int, int]]) -> PeopleSums:
        """Sum (m, y) pairs, one a person; people with m = 0 rated nothing and do not count."""
        total = cls()
        for m, y in people:
            total += cls(int(m > 0), m, y, m * m, m * y, y * y)
        return total

    def __add__(self, other: PeopleSums) -> PeopleSums:
        """Sum over both sets of people."""
        return PeopleSums(
            self.n_raters + other.n_raters,
            self.n + other.n,
            self.y + other.y,
            self.m2 + other.m2,
            self.my + other.my,
            self.y2 + other.y2,
        )

    def __sub__(self, part: PeopleSums) -> PeopleSums:
        """Take a part of the sessions away: what the rest says.

        Exact where no person rates on both sides. One who does is counted in the part alone, and
        the products of both sides stay in the rest, which makes its interval wider, not narrower,
        where people are of one mind.
        """
        return PeopleSums(
            self.n_raters - part.n_raters,
            self.n - part.n,
            self.y - part.y,
            self.m2 - part.m2,
            self.my - part.my,
            self.y2 - part.y2,
        )

    @property
    def share(self) -> float:
        """The level's share; ratings must be there."""
        return self.y / self.n

    @property
    def has_repeats(self) -> bool:
        """Whether anybody rated twice."""
        return self.m2 > self.n

    @property
    def worst_effect(self) -> float:
        """The design effect if all ratings of a person said the same: Σm²/n."""
        return self.m2 / self.n


def variance(sums: PeopleSums) -> float | NotEstimable:
    """Estimate the variance of a share when ratings of one person go together.

    Returns:
        The linearised variance of y/n over people, or why there is none.

    References:
        Cochran (1977), Sampling Techniques, 3rd ed.: the ratio estimator over clusters.
    """
    n, u = sums.n, sums.n_raters
    if n == 0:
        return NotEstimable(Reason.NO_RATINGS, n=0)
    if u < 2:  # noqa: PLR2004  # one person shows no difference between people
        return NotEstimable(Reason.ONE_RATER, n=u)
    p = sums.y / n
    # U/(U-1) · Σ(y - pm)² / N², the square multiplied out so that sums suffice.
    # Rounding can leave it a little below 0 where all people agree.
    squares = sums.y2 - 2 * p * sums.my + p * p * sums.m2
    return u / (u - 1) * squares / (n * n) if squares > 0 else 0.0


def design_effect(sums: PeopleSums) -> float | NotEstimable:
    """Say by how much clustering multiplies the variance of a share.

    Returns:
        At least 1 (people who disagree with themselves are no bonus), or why there is none: with
        0 or all ratings at the level there is nothing to see it from.

    References:
        Kish (1965), Survey Sampling. Divides by p(1-p)/n, not by p(1-p)/(n - 1).
    """
    found = variance(sums)
    if isinstance(found, NotEstimable):
        return found
    n = sums.n
    p = sums.y / n
    independent = p * (1 - p) / n
    if independent == 0:
        return NotEstimable(Reason.NO_VARIATION, n=n)
    return max(found / independent, 1.0) if sums.has_repeats else 1.0


def clustered_wilson(
    sums: PeopleSums, *, confidence_level: float = 0.95
) -> Interval | NotEstimable:
    """Bound a share by Wilson's interval at n/deff ratings, with Student's t of U - 1.

    Args:
        sums: The level's ratings; people are the sampled units.
        confidence_level: Of the two-sided interval, in (0, 1).

    Returns:
        The share and its bounds in [0, 1], or why there is none.

    References:
        Korn & Graubard (1998), Survey Methodology 24, 193-201: effective size with t.
    """
    effect = design_effect(sums)
    if isinstance(effect, NotEstimable):
        return effect
    quantile = t_quantile(confidence_level, sums.n_raters - 1)
    return score_interval(sums.share, sums.n / effect, quantile=quantile)


@lru_cache(4096)  # a report asks for the same few thousand times, and scipy's scalar call is slow
def t_quantile(confidence_level: float, degrees: float) -> float:
    """Give t of a two-sided interval."""
    from scipy.special import stdtrit  # noqa: PLC0415  # heavy: reports load it, start-up does not

    return float(stdtrit(degrees, 0.5 + confidence_level / 2))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much ratings of one person go together, pooled over levels and cells.

    A design effect depends on how often people rate, and so cannot be lent from one cell to
    another. Their agreement (the intraclass correlation rho in deff = 1 + (Σm²/n - 1)·rho) can.
    Pools add up: ``a + b``.

    References:
        Kish (1965), Survey Sampling: deff from rho and the sizes of clusters.
    """

    excess: float = 0.0  # Σ n·p(1-p)·(deff - 1)
    room: float = 0.0  # Σ n·p(1-p)·(Σm²/n - 1)
    n_raters: int = 0

    @classmethod
    def of(cls, levels: Iterable[PeopleSums]) -> Agreement:
        """Pool the levels of one cell: the same people, so they count once."""
        excess = room = 0.0
        n_raters = 0
        for sums in levels:
            found = variance(sums)
            if isinstance(found, NotEstimable):
                continue
            n_raters = max(n_raters, sums.n_raters)
            n = sums.n
            p = sums.y / n
            spread = n * p * (1 - p)
            # The floor would bias the pool; n(n - 1) makes it 0 where ratings are independent.
            excess += found * n * (n - 1) - spread
            room += spread * (sums.m2 / n - 1)
        return cls(excess, room, n_raters)

    def __add__(self, other: Agreement) -> Agreement:
        """Pool two cells. A person who rates in both counts twice."""
        return Agreement(
            self.excess + other.excess, self.room + other.room, self.n_raters + other.n_raters
        )

    @property
    def rho(self) -> float:
        """In [0, 1]; 1, the worst, where nobody rated twice and nothing can be seen."""
        if self.room <= 0 or self.excess >= self.room:
            return 1.0
        return self.excess / self.room if self.excess > 0 else 0.0

    def design_effect(self, sums: PeopleSums) -> float:
        """Say what this agreement does to a cell where people rate as often as in ``sums``."""
        return 1 + (sums.worst_effect - 1) * self.rho
