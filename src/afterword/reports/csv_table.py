"""A report as CSV: one line a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final

from afterword.reports.wording import LEVELS

if TYPE_CHECKING:
    from afterword.reports.report import Level, Report, Row

_PLAIN: Final = (
    "key",
    "n_sessions",
    "n_closed",
    "n_shown",
    "n_rated",
    "n_unasked",
    "response_rate",
    "coverage",
)
_OF_LEVEL: Final = ("count", "share", "low", "high")
# What makes a spreadsheet run a cell, in ASCII and in full width (OWASP, CSV injection).
_FULL_WIDTH: Final = "\uff1d\uff0b\uff0d\uff20"
_STARTS_FORMULA: Final = tuple(f"=+-@\t\r\n{_FULL_WIDTH}")


def csv_table(report: Report) -> str:
    """Write a header and the rows; what is null is empty, health is joined by spaces."""
    out = StringIO()
    # Line ends as RFC 4180 has them.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [*_PLAIN, *(f"{level}_{part}" for level in LEVELS for part in _OF_LEVEL), "health"]
    )
    for row in report.rows:
        writer.writerow(_line(row))
    return out.getvalue()


def inert(text: str) -> str:
    """Keep a spreadsheet from running a text: an apostrophe before what starts a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def _line(row: Row) -> list[str | int | float | None]:
    levels: tuple[Level, ...] = (row.positive, row.neutral, row.negative)
    return [
        inert(row.key),
        *(getattr(row, name) for name in _PLAIN[1:]),
        *(getattr(level, part) for level in levels for part in _OF_LEVEL),
        " ".join(row.health),
    ]
