"""Flows as tables: experiments, and below them what only goes together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.compared_table import compared_tables
from afterword.reports.flows.rows import Design, Finding
from afterword.reports.parts import part_cell
from afterword.reports.tables import Cell, Column, Table, points_cell, share_cell
from afterword.reports.wording import LEVEL_WORDS, percent, points, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.reports.flows.checks import Check
    from afterword.reports.flows.report import FlowsReport
    from afterword.reports.flows.rows import FlowRow

FINDING_WORDS: Final = {
    Finding.BETTER: "better",
    Finding.WORSE: "worse",
    Finding.NONE: "no difference shown",
    Finding.NOT_ENOUGH: "not enough ratings",
    Finding.NOT_TRUSTED: "do not trust",
}
_CAPTIONS: Final = {
    Design.EXPERIMENT: "Experiments, chance chose: in points against the first arm",
    Design.ASSOCIATION: "Associations: in points against the sessions without the flow",
}
_FLOW_AT_MOST: Final = 20  # letters of a flow's name, before the step
_NOTHING: Final = Cell(percent(None))
_ENDS: Final = {name: LEVEL_WORDS[name] for name in ("positive", "negative")}


def tables(report: FlowsReport) -> list[Table]:
    """Write a table a design, before them whether experiments are ones."""
    found = [_checks(report.experiments)] if report.experiments else []
    for design in Design:
        rows = [row for row in report.rows if row.design is design]
        if rows:
            found.append(_table(rows, design))
    return [*found, *compared_tables(report, _ENDS)]


def _checks(checks: Sequence[Check]) -> Table:
    heads = ("experiment and arm", "people", "of all", "planned", "asks answered")
    lines = tuple(
        (
            Cell(f"{printable(one.label, _FLOW_AT_MOST)} \N{MIDDLE DOT} {arm.arm}"),
            Cell(f"{arm.n_people:,}"),
            Cell(percent(arm.share)),
            Cell(percent(arm.planned)),
            part_cell(arm.answered) if arm.answered else _NOTHING,
        )
        for one in checks
        for arm in one.arms
    )
    columns = tuple(Column(head) for head in heads)
    return Table(columns, lines, "Experiments: who is in the arms, and do they answer alike?")


def _table(rows: Sequence[FlowRow], design: Design) -> Table:
    is_experiment = design is Design.EXPERIMENT
    columns = (
        Column("flow and arm" if is_experiment else "flow and step"),
        Column("rated"),
        Column("helpful", is_extra=not is_experiment),
        Column("not what I needed"),
        Column("response rate", is_extra=True),
        Column("difference"),
        Column("at every look" if is_experiment else "like with like"),
        Column("finding", is_text=True),
    )
    lines = tuple(_line(row, is_experiment=is_experiment) for row in rows)
    return Table(columns, lines, _CAPTIONS[design])


def _line(row: FlowRow, *, is_experiment: bool) -> tuple[Cell, ...]:
    # A long name must not hide the step.
    parts = (printable(row.flow, _FLOW_AT_MOST), row.step or f"arm {row.arm}", row.variant)
    start = (
        Cell(" · ".join(part for part in parts if part)),
        Cell(f"{row.n_rated:,}"),
        share_cell(row.positive),
        share_cell(row.negative),
        Cell(percent(row.response_rate)),
    )
    found = row.against
    if found is None:
        return (*start, _NOTHING, _NOTHING, Cell("compared with"))
    negative = found.negative
    second = (
        _span(negative.always_low, negative.always_high)
        if is_experiment
        else points_cell(found.adjusted.value, found.adjusted.low, found.adjusted.high)
    )
    first = points_cell(negative.difference, negative.low, negative.high)
    return (*start, first, second, Cell(FINDING_WORDS[found.finding]))


def _span(low: float | None, high: float | None) -> Cell:
    return _NOTHING if low is None or high is None else Cell(f"{points(low)} to {points(high)}")
