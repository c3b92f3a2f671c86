"""A trend for a terminal: a table with each marker below the period it fell in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.reports.compared_table import compared_tables
from afterword.reports.tables import text_lines
from afterword.reports.trend_table import period_tables
from afterword.reports.wording import printable

if TYPE_CHECKING:
    from afterword.reports.report import Mark
    from afterword.reports.trend import TrendReport


def text(report: TrendReport) -> list[str]:
    """Write the body of a trend."""
    found = []
    marks = sorted(report.markers or (), key=lambda mark: mark.at)
    starts = [row.key for row in report.rows]
    for table in period_tables(report):
        head, *lines = text_lines(table)
        found.append(head)
        for line, following in zip(lines, [*starts[1:], None], strict=True):
            found.append(line)
            while marks and (following is None or marks[0].at < following):
                found.append(_marker(marks.pop(0)))
    for table in compared_tables(report):
        found += ["", f"  {table.caption}", *text_lines(table)]
    return found


def _marker(mark: Mark) -> str:
    return f"  {mark.at[:10]}  ── {mark.kind}: {printable(mark.text)}"
