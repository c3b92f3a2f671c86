"""A distribution for a terminal: bars where there is one row, a table where there are more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.compared_table import compared_tables
from afterword.reports.rated_table import rated_tables
from afterword.reports.sturdiness_table import once, sturdiness_tables
from afterword.reports.tables import text_lines
from afterword.reports.wording import (
    LEVEL_WORDS,
    LEVELS,
    bands_note,
    counted,
    health_line,
    percent,
    span,
)

if TYPE_CHECKING:
    from afterword.reports.report import Level
    from afterword.reports.standing import StandingReport, StandingRow
    from afterword.reports.tables import Table

_BAR: Final = 30


def tables(report: StandingReport) -> list[Table]:
    """Write the tables of shares, of differences where the report compares, and of doubt."""
    return [*rated_tables(report), *compared_tables(report), *sturdiness_tables(report)]


def text(report: StandingReport) -> list[str]:
    """Write the body of a distribution."""
    if report.by is UNSET and len(report.rows) == 1:
        found = _whole(report, report.rows[0])
    else:
        found = [line for table in rated_tables(report) for line in text_lines(table)]
    for table in compared_tables(report):
        found += ["", f"  {table.caption}", *text_lines(table)]
    return found


def _whole(report: StandingReport, row: StandingRow) -> list[str]:
    if not row.n_sessions:
        return []
    sessions = counted(row.n_sessions, "session")
    lines = [f"  {sessions}, {row.n_closed:,} closed, {row.n_rated:,} rated", ""]
    if row.n_rated:
        lines += [_level(name, getattr(row, name), row.n_rated) for name in LEVELS]
        lines += ["", *once(row), f"  {bands_note(report)}", ""]
    asked = f"of {counted(row.n_shown, 'ask')} shown" if row.n_shown else "no ask shown"
    closed = f"of {counted(row.n_closed, 'closed session')}" if row.n_closed else "none closed"
    return [
        *lines,
        f"  response rate  {percent(row.response_rate):>5}  {asked}",
        f"  coverage       {percent(row.coverage):>5}  {closed}",
        f"  health         {health_line(row.health)}",
    ]


def _level(name: str, level: Level, n_rated: int) -> str:
    words = f"  {LEVEL_WORDS[name]:<18}"
    if level.share is None or level.low is None:
        return f"{words}{level.count:>5,} of {n_rated:,}"
    bar = "█" * round(_BAR * level.share)
    bounds = f"({span(level.low, level.high)})"
    return f"{words}{bar:░<{_BAR}}  {percent(level.share):>5}  {bounds:<8}{level.count:>8,}"
