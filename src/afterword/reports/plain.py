"""A report as text for a terminal: figures with their interval, response rate and coverage."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.wording import (
    LEVEL_WORDS,
    LEVELS,
    bands_note,
    counted,
    health_line,
    health_words,
    percent,
    printable,
    span,
    title,
    when,
)

if TYPE_CHECKING:
    from afterword.reports.report import Level, Mark, Report, Row

_WIDTH: Final = 96
_BAR: Final = 30
_KEY_AT_MOST: Final = 28


def plain(report: Report) -> str:
    """Write a report for reading in a terminal of 110 columns, without colour."""
    heading = [title(report), f"{when(report)} · {100 * report.confidence_level:g} % intervals"]
    is_whole = report.by is UNSET and len(report.rows) == 1
    body = _whole(report, report.rows[0]) if is_whole else _table(report)
    notes = [line for note in report.notes for line in _wrapped(note)]
    parts = ["\n".join(part) for part in (heading, body, notes) if part]
    return "\n\n".join(parts) + "\n"


def _whole(report: Report, row: Row) -> list[str]:
    if not row.n_sessions:
        return []
    sessions = counted(row.n_sessions, "session")
    lines = [f"  {sessions}, {row.n_closed:,} closed, {row.n_rated:,} rated", ""]
    if row.n_rated:
        lines += [_level(name, level, row.n_rated) for name, level in _levels(row)]
        lines += ["", f"  {bands_note(report)}", ""]
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


def _table(report: Report) -> list[str]:
    if not report.rows:
        return []
    width = max([len(_short(row.key)) for row in report.rows] + [len(_name(report))])
    head = [
        f"  {_name(report):<{width}}  {'rated':>7}",
        *(f"{words:<17}" for words in LEVEL_WORDS.values()),
        f"{'response':>8}  {'coverage':>8}  health",
    ]
    lines = ["  ".join(head)]
    # Each marker stands below the period it fell in.
    marks = sorted(report.markers or (), key=lambda mark: mark.at)
    starts = [row.key for row in report.rows]
    for row, following in zip(report.rows, [*starts[1:], None], strict=True):
        lines.append(_line(row, width))
        while marks and (following is None or marks[0].at < following):
            lines.append(_marker(marks.pop(0)))
    return lines


def _line(row: Row, width: int) -> str:
    cells = [f"{_cell(level):<17}" for _, level in _levels(row)]
    asked = f"{percent(row.response_rate):>8}  {percent(row.coverage):>8}"
    health = health_words(row.health) if row.n_rated else "no ratings"
    start = f"  {_short(row.key):<{width}}  {row.n_rated:>7,}"
    return "  ".join([start, *cells, asked, health]).rstrip()


def _cell(level: Level) -> str:
    # Below an interval's least a percentage would say more than there is: the count says it.
    if level.low is None:
        return f"{level.count:>5,}" if level.share is not None else f"{percent(None):>5}"
    return f"{percent(level.share):>5} ({span(level.low, level.high)})"


def _marker(mark: Mark) -> str:
    return f"  {mark.at[:10]}  ── {mark.kind}: {printable(mark.text)}"


def _levels(row: Row) -> list[tuple[str, Level]]:
    return list(zip(LEVELS, (row.positive, row.neutral, row.negative), strict=True))


def _name(report: Report) -> str:
    return "" if report.by is UNSET else _short(report.by)


def _short(key: str) -> str:
    return printable(key, _KEY_AT_MOST)


def _wrapped(note: str) -> list[str]:
    return textwrap.wrap(printable(note), _WIDTH, initial_indent="  · ", subsequent_indent="    ")
