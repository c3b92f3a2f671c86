"""Reasons as tables: who said why, themes, phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from afterword.reports.reasons.rows import HIGH, LOW
from afterword.reports.reasons.voices import PHRASE, THEME
from afterword.reports.tables import Cell, Column, Table
from afterword.reports.wording import LEVEL_WORDS, percent, span

if TYPE_CHECKING:
    from afterword.reports.reasons.report import ReasonsReport
    from afterword.reports.reasons.rows import Gave, ReasonRow, Telling

_LEAST_SHOWN = 0.001


def tables(report: ReasonsReport) -> list[Table]:
    """Write who gave a reason, the themes of each level, and the phrases that tell."""
    found = [_given(report.gave)] if report.gave else []
    for kind, caption in (
        (THEME, "Themes, inferred from what people said"),
        (PHRASE, "Phrases that tell a level, or are new"),
    ):
        rows = [row for row in report.rows if row.kind == kind]
        if rows:
            found.append(_said(report, rows, caption))
    return found


def _given(gave: tuple[Gave, ...]) -> Table:
    heads = (Column("rated"), Column("ratings"), Column("with a reason"), Column("share"))
    rule = Column("rule of thumb", is_text=True)
    lines = tuple(
        (
            Cell(LEVEL_WORDS[one.level]),
            Cell(f"{one.n_rated:,}"),
            Cell(f"{one.n_reasons:,}"),
            Cell(
                percent(one.share), f"({span(one.low, one.high)})" if one.low is not None else ""
            ),
            Cell(f"{span(LOW, HIGH)} %" if one.level == "negative" else ""),
        )
        for one in gave
    )
    return Table((*heads, rule), lines)


def _said(report: ReasonsReport, rows: list[ReasonRow], caption: str) -> Table:
    by = () if report.by is UNSET else (Column(report.by, is_text=True),)
    columns = (
        Column("said"),
        *by,
        Column("by who rated", is_text=True),
        Column("people"),
        Column("of them"),
        Column("q, other levels"),
        Column("q, before" if report.by is UNSET else "q, others"),
        Column("", is_text=True),
        Column("for example", is_text=True, is_extra=True),
    )
    lines = tuple(
        (
            Cell(row.text),
            *((Cell(row.key),) if by else ()),
            Cell(LEVEL_WORDS[row.level]),
            Cell(f"{row.n_people:,}"),
            Cell(percent(row.share), f"({span(row.low, row.high)})"),
            Cell(_q(row.than_levels)),
            Cell(_q(row.than_before)),
            Cell("new" if row.is_new else ""),
            Cell(row.examples[0] if row.examples else ""),
        )
        for row in rows
    )
    return Table(columns, lines, caption)


def _q(one: Telling) -> str:
    if one.q is None or one.log_odds is None:
        return percent(None)
    sign = "more" if one.log_odds > 0 else "less"
    return f"{sign} {one.q:.3f}" if one.q >= _LEAST_SHOWN else f"{sign} <{_LEAST_SHOWN}"
