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
    RatingCounts,
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
    of = cell.persons
    counts = RatingCounts.of(cell)
    one, two, three = (
        PeopleSums(of.n_raters, counts.rated, count, of.m2, my, y2)
        for count, my, y2 in zip(counts.levels, of.my, of.y2, strict=True)
    )
    return one, two, three


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
    counts = RatingCounts.of(cell)
    if refusal := _refusal(cell, counts.rated):
        return refusal
    levels = people_sums(cell)
    # Raters are the same at every level, so one level says it for all.
    if not levels[0].has_repeats:
        whole = goodman(counts.levels, confidence_level=confidence_level)
        if isinstance(whole, NotEstimable):
            return whole
        return tuple(
            LevelShare(count, bounds, 1.0, counts.rated)
            for count, bounds in zip(counts.levels, whole, strict=True)
        )
    quantile = _quantile(levels[0], pool, each_of(len(levels), confidence_level))
    return tuple(_clustered(sums, pool, quantile) for sums in levels)


def _refusal(cell: Cell, n_rated: int) -> NotEstimable | None:
    n_raters = cell.persons.n_raters
    if n_rated == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    if n_rated < LEAST_RATINGS:
        return NotEstimable(Reason.FEW_RATINGS, n_rated)
    if n_raters == 0:
        return NotEstimable(Reason.UNKNOWN_RATERS, 0)
    return NotEstimable(Reason.ONE_RATER, 1) if n_raters == 1 else None


def _quantile(sums: PeopleSums, pool: Agreement, confidence_level: float) -> float:
    if sums.n_raters >= LEAST_RATERS:
        return t_quantile(confidence_level, sums.n_raters - 1)
    if pool.n_raters >= LEAST_RATERS:
        return t_quantile(confidence_level, pool.n_raters - 1)
    return normal_quantile(confidence_level)


def _clustered(sums: PeopleSums, pool: Agreement, quantile: float) -> LevelShare:
    effect = _effect(sums, pool)
    n_effective = sums.n / effect
    bounds = score_interval(sums.share, n_effective, quantile=quantile)
    return LevelShare(sums.y, bounds, effect, n_effective)


def _effect(sums: PeopleSums, pool: Agreement) -> float:
    if pool.n_raters < LEAST_RATERS:
        return sums.worst_effect
    pooled = pool.design_effect(sums)
    if sums.n_raters < LEAST_RATERS:
        return pooled
    own = design_effect(sums)
    return pooled if isinstance(own, NotEstimable) else max(own, pooled)
