"""A report as one HTML page: picture, table and notes, with no script and nothing to fetch."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.palette import DARK, FONT, GRID, INK, PAPER, QUIET
from afterword.reports.picture import svg
from afterword.reports.wording import (
    LEVEL_WORDS,
    LEVELS,
    bands_note,
    health_line,
    health_words,
    percent,
    printable,
    span,
    title,
    when,
)

if TYPE_CHECKING:
    from afterword.reports.report import Level, Report, Row

_STYLE: Final = f"""
:root{{--ink:{INK};--quiet:{QUIET};--grid:{GRID};--paper:{PAPER};color-scheme:light dark}}
@media (prefers-color-scheme:dark){{:root{{--ink:{DARK[INK]};--quiet:{DARK[QUIET]};\
--grid:{DARK[GRID]};--paper:{DARK[PAPER]}}}}}
body{{margin:0 auto;padding:1.5rem 1rem;max-width:60rem;background:var(--paper);color:var(--ink);\
font:15px/1.5 {FONT}}}
svg{{max-width:100%;height:auto;display:block}}
.table{{overflow-x:auto}}
table{{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}}
th,td{{padding:.4rem .75rem;border-bottom:1px solid var(--grid);text-align:right;\
white-space:nowrap}}
th:first-child,td:first-child,th:last-child,td:last-child{{text-align:left;white-space:normal}}
thead th,small{{color:var(--quiet);font-weight:400;font-size:.875rem}}
tbody th{{font-weight:600}}
li{{margin:.25rem 0}}
"""


def page(report: Report) -> str:
    """Write a report as a page of its own."""
    name = escape(title(report))
    notes = "".join(f"<li>{escape(printable(note))}</li>" for note in report.notes)
    health = f"<p>{escape(health_line(report.rows[0].health))}</p>" if _is_judged(report) else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}, {escape(when(report))}</title><style>{_STYLE}</style></head><body><main>"
        f"{svg(report)}{health}{_table(report)}<ul>{notes}{_marks(report)}</ul>"
        f"<p><small>{escape(bands_note(report))} {escape(report.method)}</small></p>"
        "</main></body></html>\n"
    )


def _is_judged(report: Report) -> bool:
    return report.by is UNSET and bool(report.rows) and report.rows[0].n_rated > 0


def _table(report: Report) -> str:
    if not report.rows:
        return ""
    by = "" if report.by is UNSET else str(report.by)
    heads = [by, "sessions", "rated", *LEVEL_WORDS.values(), "response rate", "coverage", "health"]
    head = "".join(f'<th scope="col">{escape(printable(one))}</th>' for one in heads)
    body = "".join(_line(row) for row in report.rows)
    return (
        f'<div class="table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _line(row: Row) -> str:
    levels = [_cell(getattr(row, name)) for name in LEVELS]
    cells = [
        f"{row.n_sessions:,}",
        f"{row.n_rated:,}",
        *levels,
        percent(row.response_rate),
        percent(row.coverage),
        escape(health_words(row.health) if row.n_rated else "no ratings"),
    ]
    inner = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(printable(row.key))}</th>{inner}</tr>'


def _cell(level: Level) -> str:
    if level.low is None:
        return f"{level.count:,}" if level.share is not None else percent(None)
    return f"{percent(level.share)} <small>({span(level.low, level.high)})</small>"


def _marks(report: Report) -> str:
    return "".join(
        f"<li>{escape(mark.at[:10])}: {escape(mark.kind)} {escape(printable(mark.text))}</li>"
        for mark in report.markers or ()
    )
