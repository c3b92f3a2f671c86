"""Segments as tables: what shows most, and then the values of each attribute."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from afterword.reports.compared_table import compared_tables
from afterword.reports.segments.rows import Verdict
from afterword.reports.tables import Cell, Column, Table, share_cell
from afterword.reports.wording import LEVEL_WORDS, percent, points

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.reports.segments.report import SegmentsReport
    from afterword.reports.segments.rows import AttributeEvidence, SegmentRow

VERDICT_WORDS: Final = {
    Verdict.WORSE: "worse",
    Verdict.BETTER: "better",
    Verdict.NOT_SHOWN: "none shown",
    Verdict.NOT_ENOUGH_RATINGS: "too few ratings",
}
_NOTHING: Final = Cell(percent(None))
_ENDS: Final = {name: LEVEL_WORDS[name] for name in ("positive", "negative")}
_TABLES_AT_MOST: Final = 12
_LEAST: Final = 0.001


def tables(report: SegmentsReport) -> list[Table]:
    """Write the attributes by evidence, and the values of the first ones."""
    if not report.rows:
        return []
    qs = {one.attribute: one.q for one in report.attributes}
    found = groupby(report.rows, attrgetter("attribute"))
    parts = [_values(f"{name}: q {shown_q(qs[name])}", rows) for name, rows in found]
    shown = {one.attribute for one in report.attributes[:_TABLES_AT_MOST]}
    rows = [row for row in report.rows if row.attribute in shown and row.compared]
    return [
        _attributes(report.attributes),
        *parts[:_TABLES_AT_MOST],
        *compared_tables(replace(report, rows=tuple(rows)), _ENDS),
    ]


def shown_q(q: float | None) -> str:
    """Write a q-value; a dash where nothing was tested."""
    if q is None:
        return percent(None)
    return f"< {_LEAST}" if q < _LEAST else f"{q:.3f}" if q < 1 else "1"


def _attributes(attributes: Iterable[AttributeEvidence]) -> Table:
    heads = ("attribute", "values", "sessions", "without a value", "q")
    lines = tuple(
        (
            Cell(one.attribute),
            Cell(f"{one.n_values:,}"),
            Cell(f"{one.n_sessions:,}"),
            Cell(f"{one.n_without:,}"),
            Cell(shown_q(one.q)),
        )
        for one in attributes
    )
    caption = "Are the values of an attribute rated alike? The smaller q, the surer they are not"
    return Table(tuple(Column(head) for head in heads), lines, caption)


def _values(caption: str, rows: Iterable[SegmentRow]) -> Table:
    columns = (
        Column("value"),
        Column("rated"),
        Column(LEVEL_WORDS["positive"]),
        Column(LEVEL_WORDS["neutral"], is_extra=True),
        Column(LEVEL_WORDS["negative"]),
        Column("answered"),
        Column("points vs the rest"),
        Column("q", is_extra=True),
        Column("difference", is_text=True),
    )
    return Table(columns, tuple(_line(row) for row in rows), caption)


def _line(row: SegmentRow) -> tuple[Cell, ...]:
    return (
        Cell(row.value),
        Cell(f"{row.n_rated:,}"),
        share_cell(row.positive),
        share_cell(row.neutral),
        share_cell(row.negative),
        Cell(percent(row.response_rate)),
        _gap(row),
        Cell(shown_q(row.q)),
        Cell(VERDICT_WORDS[row.verdict]),
    )


def _gap(row: SegmentRow) -> Cell:
    gap = row.rest.negative if row.rest else None
    if gap is None or gap.difference is None or gap.low is None or gap.high is None:
        return _NOTHING
    return Cell(points(gap.difference), f"({points(gap.low)} to {points(gap.high)})")
