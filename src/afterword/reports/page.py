"""A report as one HTML page: picture, table and notes, with no script and nothing to fetch."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from afterword.reports.kinds import kind_named, title
from afterword.reports.palette import DARK, FONT, GRID, INK, PAPER, QUIET
from afterword.reports.picture import svg
from afterword.reports.rated import RatedReport
from afterword.reports.report import ALL
from afterword.reports.wording import bands_note, health_line, printable, when

if TYPE_CHECKING:
    from afterword.reports.report import Report
    from afterword.reports.tables import Cell, Column, Table

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
th:first-child,.words{{text-align:left;white-space:normal}}
h2{{font-size:1rem;margin:1.5rem 0 .25rem}}
th:first-child{{min-width:7rem}}
.narrow{{display:none}}
@media (max-width:40rem){{.narrow{{display:block}}.wide{{display:none}}}}
thead th,small{{color:var(--quiet);font-weight:400;font-size:.875rem}}
tbody th{{font-weight:600}}
li{{margin:.25rem 0}}
"""


def page(report: Report) -> str:
    """Write a report as a page of its own."""
    name = escape(title(report))
    notes = "".join(f"<li>{escape(printable(note))}</li>" for note in report.notes)
    tables = "".join(_table(table) for table in kind_named(report.report).tables(report))
    health, marks, bands = "", "", ""
    if isinstance(report, RatedReport):
        health, marks = _health(report), _marks(report)
        bands = f"{escape(bands_note(report))} "
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}, {escape(when(report))}</title><style>{_STYLE}</style></head><body><main>"
        f"{_pictures(report)}{health}{tables}<ul>{notes}{marks}</ul>"
        f"<p><small>{bands}{escape(report.method)}</small></p>"
        "</main></body></html>\n"
    )


def _pictures(report: Report) -> str:
    # A wide picture shrunk to a phone cannot be read: the phone has its own.
    wide, narrow = svg(report), svg(report, is_narrow=True)
    return f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'


def _health(report: RatedReport) -> str:
    first = report.rows[0] if report.rows else None
    is_judged = first is not None and first.key == ALL and first.n_rated > 0
    return f"<p>{escape(health_line(report.rows[0].health))}</p>" if is_judged else ""


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{_left(column)}>{escape(printable(column.head))}</th>'
        for column in table.columns
    )
    caption = f"<h2>{escape(printable(table.caption))}</h2>" if table.caption else ""
    body = "".join(_line(line, table.columns) for line in table.lines)
    return (
        f'{caption}<div class="table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _line(line: tuple[Cell, ...], columns: tuple[Column, ...]) -> str:
    first, *others = line
    inner = "".join(
        f"<td{_left(column)}>{_cell(cell)}</td>"
        for cell, column in zip(others, columns[1:], strict=True)
    )
    return f'<tr><th scope="row">{_cell(first)}</th>{inner}</tr>'


def _cell(cell: Cell) -> str:
    aside = f" <small>{escape(printable(cell.aside))}</small>" if cell.aside else ""
    return f"{escape(printable(cell.text))}{aside}"


def _left(column: Column) -> str:
    return ' class="words"' if column.is_text else ""


def _marks(report: RatedReport) -> str:
    return "".join(
        f"<li>{escape(mark.at[:10])}: {escape(mark.kind)} {escape(printable(mark.text))}</li>"
        for mark in report.markers or ()
    )
