"""Ratings weighted by the chance of being seen, to stand for those that were as likely not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.statistics.levels import LEAST_RATERS, EffectiveShare
from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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
