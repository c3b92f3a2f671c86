"""The three levels of one cell: shares whose intervals hold together, whoever rated how often.

Which design effect and which quantile, decided in this order (coverage in the tests):

1. *Nobody rated twice*: nothing to correct. Goodman's intervals as published.
2. *At least 15 people*: n/deff ratings, t of U - 1. deff is the greater of the level's own and of
   what the pooled agreement makes of it: a rare level shows too few people to be seen alone, and
   with 0 ratings its own does not exist.
3. *Fewer people, but 15 in all cells together*: the pooled agreement, t of the pool's U - 1.
4. *Fewer still*: each person counts as one voice (deff = Σm²/n, the worst there is), with z, as
   nothing was estimated. A Beta interval on the people's own deff held only 70-90 % there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from afterword.statistics.clusters import (
    Agreement,
    PeopleSums,
    design_effect,
    t_quantile,
)
from afterword.statistics.shares import (
    Interval,
    NotEstimable,
    Reason,
    each_of,
    goodman,
    normal_quantile,
    score_interval,
)

if TYPE_CHECKING:
    from afterword.domain.counts import Cell

LEAST_RATINGS: Final = 10  # for an interval
LEAST_RATERS: Final = 15  # for a design effect of their own


@dataclass(frozen=True, slots=True)
class EffectiveShare:
    """A share with what it rests on once people who rate often are accounted for."""

    share: float
    n: float  # ratings of strangers that would say as much
    degrees: int | None  # of Student's t; None where nothing was estimated

    def bounds(self, confidence_level: float = 0.95) -> Interval:
        """Bound the share by Wilson's interval."""
        return score_interval(
            self.share, self.n, quantile=quantile(confidence_level, self.degrees)
        )

    @property
    def variance(self) -> float:
        """Above 0 even at 0 and 1: p is drawn to the middle by half a rating on each side."""
        smoothed = (self.share * self.n + 0.5) / (self.n + 1)
        return smoothed * (1 - smoothed) / self.n


@dataclass(frozen=True, slots=True)
class LevelShare:
    """One level of a cell: its interval, and the design effect behind it."""

    count: int
    bounds: Interval
    design_effect: float
    n_effective: float


def agreement(cells: list[Cell]) -> Agreement:
    """Pool over cells how much ratings of one person go together."""
    pool = Agreement()
    for cell in cells:
        pool += Agreement.of(people_sums(cell))
    return pool


def people_sums(cell: Cell) -> tuple[PeopleSums, PeopleSums, PeopleSums]:
    """Take each level's sums out of a cell, best level first."""
    # Written out: reports take a thousand cells apart, and a loop here took half of their time.
    of, n = cell.persons, cell.positive + cell.neutral + cell.negative
    return (
        PeopleSums(of.n_raters, n, cell.positive, of.m2, of.my[0], of.y2[0]),
        PeopleSums(of.n_raters, n, cell.neutral, of.m2, of.my[1], of.y2[1]),
        PeopleSums(of.n_raters, n, cell.negative, of.m2, of.my[2], of.y2[2]),
    )


def level_shares(
    cell: Cell, pool: Agreement, *, confidence_level: float = 0.95
) -> tuple[LevelShare, ...] | NotEstimable:
    """Bound the three shares of a cell so that all three hold with the stated confidence.

    Args:
        cell: Counts and person sums. Without raters in them (cells merged, so that nobody knows
            who stands in both) there is no interval.
        pool: What ``agreement`` found in all cells of the report.
        confidence_level: Of the three intervals jointly, in (0, 1).

    Returns:
        Best level first, or why there is none: below 10 ratings, or all from one person.
    """
    levels = people_sums(cell)
    if refusal := _too_few(levels[0].n, levels[0].n_raters):
        return refusal
    # Raters are the same at every level, so one level says it for all.
    if not levels[0].has_repeats:
        whole = goodman([sums.y for sums in levels], confidence_level=confidence_level)
        if isinstance(whole, NotEstimable):
            return whole
        return tuple(
            LevelShare(sums.y, bounds, 1.0, sums.n)
            for sums, bounds in zip(levels, whole, strict=True)
        )
    each = quantile(each_of(len(levels), confidence_level), _degrees(levels[0], pool))
    return tuple(_clustered(sums, pool, each) for sums in levels)


def effective(sums: PeopleSums, pool: Agreement) -> EffectiveShare | NotEstimable:
    """Say what one level's share rests on, decided as above, for comparing it with another.

    Args:
        sums: The level's ratings.
        pool: What ``agreement`` found in all cells of the report.

    Returns:
        Share and effective size, or why there is none, as for ``level_shares``.
    """
    if refusal := _too_few(sums.n, sums.n_raters):
        return refusal
    if not sums.has_repeats:
        return EffectiveShare(sums.share, sums.n, None)
    return EffectiveShare(sums.share, sums.n / _effect(sums, pool), _degrees(sums, pool))


def quantile(confidence_level: float, degrees: int | None) -> float:
    """Give t of a two-sided interval, or z where no design effect was estimated."""
    if degrees is None:
        return normal_quantile(confidence_level)
    return t_quantile(confidence_level, degrees)


def _too_few(n_rated: int, n_raters: int) -> NotEstimable | None:
    if n_rated == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    if n_rated < LEAST_RATINGS:
        return NotEstimable(Reason.FEW_RATINGS, n_rated)
    if n_raters == 0:
        return NotEstimable(Reason.UNKNOWN_RATERS, 0)
    return NotEstimable(Reason.ONE_RATER, 1) if n_raters == 1 else None


def _degrees(sums: PeopleSums, pool: Agreement) -> int | None:
    if sums.n_raters >= LEAST_RATERS:
        return sums.n_raters - 1
    return pool.n_raters - 1 if pool.n_raters >= LEAST_RATERS else None


def _clustered(sums: PeopleSums, pool: Agreement, each: float) -> LevelShare:
    effect = _effect(sums, pool)
    n_effective = sums.n / effect
    bounds = score_interval(sums.share, n_effective, quantile=each)
    return LevelShare(sums.y, bounds, effect, n_effective)


def _effect(sums: PeopleSums, pool: Agreement) -> float:
    if pool.n_raters < LEAST_RATERS:
        return sums.worst_effect
    pooled = pool.design_effect(sums)
    if sums.n_raters < LEAST_RATERS:
        return pooled
    own = design_effect(sums)
    return pooled if isinstance(own, NotEstimable) else max(own, pooled)
