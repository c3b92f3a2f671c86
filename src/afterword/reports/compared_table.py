"""The table of a comparison: the differences of a row, in points, a line a row; and its notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.history.splits import names_of
from afterword.reports.tables import Cell, Column, Table
from afterword.reports.wording import LEVEL_WORDS, LEVELS, counted, percent, points

if TYPE_CHECKING:
    from afterword.reports.compared import Change
    from afterword.reports.standing import StandingReport, StandingRow

# Response rates this far apart are worth a sentence.
_APART: Final = 0.05


def compared_tables(report: StandingReport) -> list[Table]:
    """Write one table; none where nothing was compared."""
    if report.compared_with is UNSET or not report.rows:
        return []
    names = ("",) if report.by is UNSET else names_of(report.by)
    keys = (Column(name, is_text=True) for name in names)
    counts = (Column("rated"), Column("rated there"))
    levels = (Column(words) for words in LEVEL_WORDS.values())
    lines = tuple(_line(row) for row in report.rows)
    caption = f"In points above or below {report.compared_with}"
    return [Table((*keys, *counts, *levels), lines, caption)]


def comparing(rows: tuple[StandingRow, ...], words: str) -> list[str]:
    """Say what was compared, and what a difference is not."""
    told = f"Differences are from {words}: an interval that holds 0 may be chance alone, and"
    notes = [f"{told} another mix of people or tasks can make a difference too."]
    found = [row.compared for row in rows if row.compared]
    if n_alone := sum(row.compared is None for row in rows):
        notes.append(
            f"{counted(n_alone, 'row')} with fewer than 5 people who rated there: not compared."
        )
    if n_short := sum(one.negative.low is None for one in found):
        notes.append(f"{counted(n_short, 'row')} with too few ratings on a side: no difference.")
    for row in rows:
        there = row.compared.response_rate if row.compared else None
        here = row.response_rate
        if here is not None and there is not None and abs(here - there) >= _APART:
            notes.append(
                f"{row.key}: {percent(there)} of shown asks were answered there, {percent(here)}"
                " here; part of a difference may be who answered."
            )
            break
    return notes


def _line(row: StandingRow) -> tuple[Cell, ...]:
    keys = (Cell(key) for key in row.keys or (row.key,))
    other = row.compared
    if not other:
        return (*keys, Cell(f"{row.n_rated:,}"), *[Cell(percent(None))] * (1 + len(LEVELS)))
    changes = (_change(getattr(other, level)) for level in LEVELS)
    return (*keys, Cell(f"{row.n_rated:,}"), Cell(f"{other.n_rated:,}"), *changes)


def _change(change: Change) -> Cell:
    if change.difference is None or change.low is None or change.high is None:
        return Cell(percent(None))
    bounds = f"({points(change.low)} to {points(change.high)})"
    return Cell(points(change.difference), bounds)
