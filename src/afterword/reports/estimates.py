"""Cells made into rows: the statistics of each, and small cells merged."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from msgspec import UNSET

from afterword.domain.counts import Cell
from afterword.reports.rated import Row
from afterword.reports.report import ALL, OTHER, Level, View
from afterword.statistics.levels import LevelShare, agreement, level_shares
from afterword.statistics.lines import Crossing, Health, crossings, is_enough
from afterword.statistics.shares import NotEstimable, RatingCounts

LEAST_PEOPLE: Final = 5  # a key with fewer raters could point at a person

METHOD: Final = (
    "Goodman's simultaneous intervals: Wilson's score interval at 1 - alpha/3 for each level,"
    " so that a row's three hold together; between rows nothing is adjusted. Where people rate"
    " often: on n/deff ratings (linearised variance over people, floor 1, never below the"
    " agreement pooled over levels and rows) with Student's t of raters - 1; below 15 raters the"
    " pooled agreement, or else each person as one voice. Lines: tail of Beta(y + 1/2, n - y +"
    " 1/2) on n/deff. Wilson 1927; Goodman 1965; Kish 1965; Korn & Graubard 1998; Brown, Cai &"
    " DasGupta 2001."
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A cell with what statistics say about it."""

    cell: Cell
    levels: tuple[LevelShare, ...] | NotEstimable
    is_enough: bool
    crossed: tuple[Crossing, ...]

    @property
    def row(self) -> Row:
        """The cell as readers see it."""
        cell = self.cell
        positive, neutral, negative = _levels(self)
        return Row(
            key=cell.key,
            keys=(cell.keys[0], cell.keys[1]) if cell.keys else UNSET,
            n_sessions=cell.n_sessions,
            n_closed=cell.n_closed,
            n_shown=cell.n_shown,
            n_rated=cell.n_rated,
            n_unasked=cell.n_unasked,
            response_rate=ratio(cell.n_answered, cell.n_shown),
            coverage=ratio(cell.n_rated_closed, cell.n_closed),
            positive=positive,
            neutral=neutral,
            negative=negative,
            health=tuple(crossing.health.value for crossing in self.crossed)
            if self.is_enough
            else (Health.NOT_ENOUGH_RATINGS.value,),
        )


def estimates(cells: list[Cell], view: View) -> list[Estimate]:
    """Give every cell its intervals and its health."""
    pool = agreement(cells)
    found = []
    for cell in cells:
        # One pool for all rows: how much people agree with themselves is a trait of people.
        levels = level_shares(cell, pool, confidence_level=view.confidence_level)
        enough = is_enough(cell, view.lines) and not isinstance(levels, NotEstimable)
        crossed = (
            () if isinstance(levels, NotEstimable) or not enough else crossings(levels, view.lines)
        )
        found.append(Estimate(cell, levels, enough, crossed))
    return found


def merged(cells: list[Cell]) -> tuple[list[Cell], int]:
    """Put cells with fewer than five raters into one, ``other``, at the end.

    Returns:
        The cells, and how many were merged. A person may have rated in several of them, so the
        merged cell has counts and no person sums; what is called "other" already joins it.
    """
    n_small = sum(cell.n_keys or 1 for cell in cells if _is_small(cell))
    if not n_small:
        return cells, 0
    kept = [cell for cell in cells if cell.key != OTHER and not _is_small(cell)]
    gone = [cell for cell in cells if cell.key == OTHER or _is_small(cell)]
    return [*kept, _sum(gone, OTHER)], n_small


def whole(cells: list[Cell]) -> list[Cell]:
    """Give the one cell of everything, empty where nothing was counted."""
    return cells or [Cell(ALL)]


def ratio(part: int, of: int) -> float | None:
    """Divide counts; nothing to divide by is no number."""
    return part / of if of else None


def _is_small(cell: Cell) -> bool:
    return cell.persons.n_raters < LEAST_PEOPLE


def _sum(cells: list[Cell], key: str) -> Cell:
    names = [one.name for one in fields(Cell) if one.type == "int"]
    # No person sums: they add up only where no person rates in two of the cells.
    return Cell(
        key,
        keys=(key,) * len(cells[0].keys),
        **{name: sum(getattr(cell, name) for cell in cells) for name in names},
    )


def _levels(found: Estimate) -> list[Level]:
    counts = RatingCounts.of(found.cell)
    if isinstance(found.levels, NotEstimable):
        return [Level(count, ratio(count, counts.rated)) for count in counts.levels]
    return [
        Level(level.count, level.bounds.share, level.bounds.low, level.bounds.high)
        for level in found.levels
    ]
