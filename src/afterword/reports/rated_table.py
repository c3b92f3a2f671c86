"""The table of rated sessions: levels, response rate, coverage and health, a line a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from afterword.history.splits import names_of
from afterword.reports.tables import Cell, Column, Table, share_cell
from afterword.reports.wording import LEVEL_WORDS, LEVELS, health_words, percent

if TYPE_CHECKING:
    from afterword.reports.rated import RatedReport, Row


def rated_tables(report: RatedReport) -> list[Table]:
    """Write one table; none without rows."""
    if not report.rows:
        return []
    heads = (Column("sessions", is_extra=True), Column("rated"))
    levels = (Column(words) for words in LEVEL_WORDS.values())
    rates = (Column("response rate"), Column("coverage"), Column("health", is_text=True))
    names = ("",) if report.by is UNSET else names_of(report.by)
    by = (Column(name, is_text=True, is_key=True) for name in names)
    return [Table((*by, *heads, *levels, *rates), tuple(rated_line(row) for row in report.rows))]


def rated_line(row: Row) -> tuple[Cell, ...]:
    """Write one row."""
    return (
        *(Cell(key) for key in row.keys or (row.key,)),
        Cell(f"{row.n_sessions:,}"),
        Cell(f"{row.n_rated:,}"),
        *(share_cell(getattr(row, level)) for level in LEVELS),
        Cell(percent(row.response_rate)),
        Cell(percent(row.coverage)),
        Cell(health_words(row.health) if row.n_rated else "no ratings"),
    )
