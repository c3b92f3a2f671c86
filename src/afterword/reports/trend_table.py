"""The tables of a trend: rated sessions, and who came back, a line a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.compared_table import compared_tables
from afterword.reports.rated_table import rated_tables
from afterword.reports.tables import Cell, Column, Table
from afterword.reports.wording import percent, span

if TYPE_CHECKING:
    from afterword.reports.retention import Retention
    from afterword.reports.trend import TrendReport

_AFTER: Final = 6  # columns: period, sessions, rated, three levels


def trend_tables(report: TrendReport) -> list[Table]:
    """Write the table of periods, and of differences where the report compares."""
    return [*period_tables(report), *compared_tables(report)]


def period_tables(report: TrendReport) -> list[Table]:
    """Write one table, a line a period; none without rows."""
    return [_with_returns(table, report) for table in rated_tables(report)]


def _with_returns(table: Table, report: TrendReport) -> Table:
    # A terminal has room for one more column only: coverage gives way to it.
    columns = [
        column._replace(is_extra=column.is_extra or column.head == "coverage")
        for column in table.columns
    ]
    lines = tuple(
        (*line[:_AFTER], _cell(row.retention), *line[_AFTER:])
        for line, row in zip(table.lines, report.rows, strict=True)
    )
    return Table((*columns[:_AFTER], Column("came back"), *columns[_AFTER:]), lines, table.caption)


def _cell(found: Retention) -> Cell:
    if found.low is None:
        return Cell(percent(None) if found.n_returned is None else f"{found.n_returned:,}")
    return Cell(percent(found.share), f"({span(found.low, found.high)})")
