"""A report as text for a terminal: figures with their interval, response rate and coverage."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from afterword.reports.kinds import kind_named, title
from afterword.reports.tables import text_lines
from afterword.reports.wording import printable, when

if TYPE_CHECKING:
    from afterword.reports.report import Report
    from afterword.reports.tables import Table

_WIDTH: Final = 96


def plain(report: Report) -> str:
    """Write a report for reading in a terminal of 110 columns, without colour."""
    kind = kind_named(report.report)
    heading = [title(report), f"{when(report)} · {100 * report.confidence_level:g} % intervals"]
    bodies = [kind.text(report)] if kind.text else [_table(one) for one in kind.tables(report)]
    notes = [line for note in report.notes for line in _wrapped(note)]
    parts = ["\n".join(part) for part in (heading, *bodies, notes) if part]
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> list[str]:
    return [*([f"  {table.caption}"] if table.caption else []), *text_lines(table)]


def _wrapped(note: str) -> list[str]:
    return textwrap.wrap(printable(note), _WIDTH, initial_indent="  · ", subsequent_indent="    ")
