"""How much more days differ than chance alone would make them: for streams without person sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class DaySums:
    """Ratings of days that should be alike. Sums of other days of their kind add up."""

    n_days: int = 0  # with ratings
    counts: tuple[int, int, int] = (0, 0, 0)  # best level first
    squares: tuple[float, float, float] = (0.0, 0.0, 0.0)  # of each level, Σ x²/n over days

    @classmethod
    def of(cls, counts: Sequence[int]) -> DaySums:
        """Sum one day; a day without ratings does not count."""
        n = sum(counts)
        if n == 0:
            return cls()
        best, middle, worst = counts
        return cls(1, (best, middle, worst), (best**2 / n, middle**2 / n, worst**2 / n))

    def __add__(self, other: DaySums) -> DaySums:
        """Sum over the days of both."""
        a, b, c = (x + y for x, y in zip(self.counts, other.counts, strict=True))
        d, e, f = (x + y for x, y in zip(self.squares, other.squares, strict=True))
        return DaySums(self.n_days + other.n_days, (a, b, c), (d, e, f))

    @property
    def n(self) -> int:
        """All ratings."""
        return sum(self.counts)

    @property
    def degrees(self) -> int:
        """Degrees of freedom of its table; a level that nobody chose is not in it."""
        return max(self.n_days - 1, 0) * max(sum(map(bool, self.counts)) - 1, 0)


def overdispersion(kinds: Iterable[DaySums]) -> float | NotEstimable:
    """Say by how much the variance of days exceeds that of as many strangers' ratings.

    Args:
        kinds: Days that should be alike stand together: weekdays, weekends.

    Returns:
        Pearson's statistic over its degrees of freedom, at least 1; or why there is none: a
        single day of each kind, or one level alone.

    References:
        McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., sec. 4.5 and 5.5.
    """
    statistic = degrees = 0.0
    n_days = 0
    for one in kinds:
        n_days += one.n_days
        # Σ (x - np)²/(np) over days and levels, the square multiplied out: Σ x²/n over days is
        # all that is needed.
        over = sum(
            square / (count / one.n)
            for square, count in zip(one.squares, one.counts, strict=True)
            if count
        )
        statistic += over - one.n
        degrees += one.degrees
    if degrees == 0:
        return NotEstimable(Reason.NO_VARIATION, n_days)
    return max(statistic / degrees, 1.0)
