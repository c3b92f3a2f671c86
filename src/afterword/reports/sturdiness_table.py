"""How far shares can be trusted, in a table, a line of text and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.history.splits import names_of
from afterword.reports.tables import Cell, Column, Table
from afterword.reports.wording import LEVEL_WORDS, LEVELS, counted, percent, span

if TYPE_CHECKING:
    from afterword.reports.standing import StandingReport, StandingRow
    from afterword.reports.sturdiness import Bounds, Tilt
    from afterword.statistics.lines import Lines

_HELD: Final = 1.0  # an interval that holds its line needs no tilt


def sturdiness_tables(report: StandingReport) -> list[Table]:
    """Write one table for a page; none without rows."""
    if not report.rows:
        return []
    names = ("",) if report.by is UNSET else names_of(report.by)
    keys = (Column(name, is_text=True) for name in names)
    levels = (Column(words) for words in LEVEL_WORDS.values())
    worst = Column(f"{LEVEL_WORDS['negative']}, of all sessions")
    lines = tuple(_line(row) for row in report.rows)
    caption = "Each person once, and whatever the unrated sessions were like"
    return [Table((*keys, Column("people"), *levels, worst), lines, caption)]


def once(row: StandingRow) -> list[str]:
    """Say in a line what people say, each counted once; nothing where nobody rated twice."""
    told = row.per_person
    if told.n_people is None or told.n_people >= row.n_rated or told.negative.low is None:
        return []
    shares = (getattr(told, name) for name in LEVELS)
    written = "   ".join(f"{percent(one.share)} ({span(one.low, one.high)})" for one in shares)
    return [f"  each person once  {written}   of {counted(told.n_people, 'person')}"]


def tilting(row: StandingRow, lines: Lines) -> list[str]:
    """Say what would move "not what I needed" to its line."""
    tilt, level = row.tilts.negative, row.negative
    if tilt is None or level.share is None:
        return []
    side = "above" if level.share > lines.negative else "below"
    what = f'"{LEVEL_WORDS["negative"]}" lies {side} its line of {percent(lines.negative)}'
    if not tilt.is_possible:
        return [f"Whatever the unrated sessions were like, {what}."]
    only = "only " if tilt.estimate < 1 else ""
    told = f"{only}{tilt.estimate:.2g} times as readily as others"
    return [f"{what}, unless people who say so answer {told}{_reach(tilt)}."]


def _reach(tilt: Tilt) -> str:
    if tilt.bound == _HELD:
        return "; its interval holds the line already"
    return f" (at {tilt.bound:.2g} times its interval reaches it)"


def _line(row: StandingRow) -> tuple[Cell, ...]:
    told, worst = row.per_person, row.worst_case.negative
    people = percent(None) if told.n_people is None else f"{told.n_people:,}"
    keys = (Cell(key) for key in row.keys or (row.key,))
    levels = (_cell(getattr(told, name)) for name in LEVELS)
    return (*keys, Cell(people), *levels, Cell(f"{span(worst.low, worst.high)} %"))


def _cell(bounds: Bounds) -> Cell:
    if bounds.low is None:
        return Cell(percent(None))
    return Cell(percent(bounds.share), f"({span(bounds.low, bounds.high)})")
