"""Ratings weighted to stand for all sessions: by the chance of being asked, or by known cells."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from afterword.statistics.levels import LEAST_RATERS, EffectiveShare
from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WeightedSums:
    """Sessions of one outcome, each weighted by 1/probability, summed over people.

    w = a person's weights, y = those of the sessions with the outcome. The probability is the one
    that the decision logged: of what happened (being asked, or being skipped). It is never 0.
    Sets of people that do not overlap add up.
    """

    n_people: int = 0
    n: int = 0  # sessions
    w: float = 0.0
    y: float = 0.0
    w2: float = 0.0
    wy: float = 0.0
    y2: float = 0.0

    @classmethod
    def of(cls, people: Iterable[Sequence[tuple[float, bool]]]) -> WeightedSums:
        """Sum people, each given as the probability and outcome of every session."""
        total = cls()
        for sessions in people:
            w = sum(1 / probability for probability, _ in sessions)
            y = sum(1 / probability for probability, has_outcome in sessions if has_outcome)
            total += cls(int(w > 0), len(sessions), w, y, w * w, w * y, y * y)
        return total

    def __add__(self, other: WeightedSums) -> WeightedSums:
        """Sum over both sets of people."""
        return WeightedSums(
            self.n_people + other.n_people,
            self.n + other.n,
            self.w + other.w,
            self.y + other.y,
            self.w2 + other.w2,
            self.wy + other.wy,
            self.y2 + other.y2,
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error."""

    value: float
    standard_error: float


def weighted_share(sums: WeightedSums) -> EffectiveShare | NotEstimable:
    """Give the share of an outcome as if every session had been as likely to be seen.

    Args:
        sums: Of at least 15 people.

    Returns:
        The share and what it rests on: never more than its sessions, and, where nothing varies,
        than sessions of such unequal weights say. Or why there is none.

    References:
        Hájek (1971), in Foundations of Statistical Inference, 236: the ratio of two weighted
        sums; its variance linearised over people. Kish (1965): effective size (Σw)²/Σw².
    """
    if sums.n == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    if sums.n_people < LEAST_RATERS:
        return NotEstimable(Reason.FEW_RATERS, sums.n_people)
    p = min(sums.y / sums.w, 1.0)
    # U/(U-1) · Σ (y - pw)² / (Σw)², the square multiplied out so that sums suffice.
    squares = max(sums.y2 - 2 * p * sums.wy + p * p * sums.w2, 0.0)
    variance = sums.n_people / (sums.n_people - 1) * squares / sums.w**2
    spread = p * (1 - p)
    kish = sums.w**2 / sums.w2
    n = min(spread / variance, sums.n) if spread > 0 and variance > 0 else min(kish, sums.n)
    return EffectiveShare(p, n, sums.n_people - 1)


def poststratified(
    sizes: Sequence[int], rated: Sequence[int], counts: Sequence[int]
) -> Estimate | NotEstimable:
    """Give the share that all sessions would show if, in each cell, the rated spoke for the rest.

    Also the share of a period standardised to a fixed mix: then ``sizes`` is that mix.

    Args:
        sizes: Sessions of each cell, rated or not.
        rated: Rated sessions of each cell.
        counts: Rated sessions at the level, of each cell.

    Returns:
        The share, or why there is none: a cell with sessions and no ratings.

    References:
        Holt & Smith (1979), J. R. Statist. Soc. A 142, 33-46: conditional on the cells.
    """
    total = sum(sizes)
    if total == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    value = variance = 0.0
    for size, n, count in zip(sizes, rated, counts, strict=True):
        if size and not n:
            return NotEstimable(Reason.NO_RATINGS, size)
        if size:
            p = count / n
            value += size / total * p
            variance += (size / total) ** 2 * p * (1 - p) / n
    return Estimate(value, sqrt(variance))


def rake(
    table: NDArray[np.float64],
    rows: Sequence[float],
    columns: Sequence[float],
    *,
    tolerance: float = 1e-10,
) -> NDArray[np.float64] | NotEstimable:
    """Weight a table of rated sessions until its margins are those of all sessions.

    Args:
        table: Rated sessions by two attributes that are known of all sessions.
        rows: All sessions by the first.
        columns: All sessions by the second; the same sum.
        tolerance: Of the margins, relative.

    Returns:
        The weighted table, or why there is none: the margins cannot be had from these cells.

    References:
        Deming & Stephan (1940), Ann. Math. Statist. 11, 427-444.
    """
    import numpy as np  # noqa: PLC0415  # heavy: reports load it, start-up does not

    wanted_rows, wanted_columns = np.asarray(rows, float), np.asarray(columns, float)
    fitted = np.asarray(table, float)
    for _ in range(1000):
        fitted = fitted * _ratio(wanted_rows, fitted.sum(1))[:, None]
        fitted = fitted * _ratio(wanted_columns, fitted.sum(0))
        if np.abs(fitted.sum(1) - wanted_rows).max() <= tolerance * wanted_rows.sum():
            return fitted
    return NotEstimable(Reason.NO_OVERLAP, int(np.asarray(table).sum()))


def _ratio(wanted: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np  # noqa: PLC0415  # as above

    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
