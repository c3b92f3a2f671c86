"""A part of sessions, or of asks: a share with its interval, in a row and in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.reports.tables import Cell
from afterword.reports.wording import percent, span
from afterword.statistics.levels import LEAST_RATINGS, effective
from afterword.statistics.shares import NotEstimable, normal_quantile, score_interval

if TYPE_CHECKING:
    from afterword.reports.report import View
    from afterword.statistics.clusters import Agreement, PeopleSums


class Part(Struct, frozen=True):
    """A share of ``n``; null without any, no interval below ten or from one person."""

    count: int
    n: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


def part_of(count: float, n: float, effect: float | None, view: View) -> Part:
    """Give a share of sessions with its interval on n/deff, where there is a design effect."""
    count, n = float(count), float(n)
    if not n:
        return Part(0, 0)
    if n < LEAST_RATINGS or effect is None:
        return Part(int(count), int(n), count / n)
    z = normal_quantile(view.confidence_level)
    bounds = score_interval(count / n, n / effect, quantile=z)
    return Part(int(count), int(n), bounds.share, bounds.low, bounds.high)


def people_part(sums: PeopleSums, pool: Agreement, view: View) -> Part:
    """Give a share with its interval, people who stand in it more than once accounted for."""
    if not sums.n:
        return Part(0, 0)
    found = effective(sums, pool)
    if isinstance(found, NotEstimable):
        return Part(sums.y, sums.n, sums.share)
    bounds = found.bounds(view.confidence_level)
    return Part(sums.y, sums.n, bounds.share, bounds.low, bounds.high)


def part_cell(part: Part) -> Cell:
    """Write a share; counts where there is no interval."""
    if part.low is None:
        return Cell(f"{part.count:,} of {part.n:,}" if part.n else percent(None))
    return Cell(percent(part.share), f"({span(part.low, part.high)})")
