"""The picture of flows: filled points where chance chose, hollow ones where it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.flows.rows import Design
from afterword.reports.kinds import title
from afterword.reports.palette import LEVEL_COLOURS, PAPER, QUIET
from afterword.reports.whiskers import difference_axis, key_axis, shown_keys
from afterword.reports.wording import LEVEL_WORDS, when

if TYPE_CHECKING:
    from afterword.reports.flows.report import FlowsReport
    from afterword.reports.flows.rows import FlowRow

_WIDTH: Final = 460
_NARROW: Final = 180
_ROWS_AT_MOST: Final = 40
_LEAST_REACH: Final = 0.1
_HEADS: Final = {
    Design.EXPERIMENT: "Experiment: chance chose",
    Design.ASSOCIATION: "Association: like with like, not chance",
}


def chart(report: FlowsReport, canvas: Canvas) -> Panel:
    """Draw the difference of the negative share, experiments above associations."""
    width = _NARROW if canvas.is_narrow else _WIDTH
    heading = canvas.heading(title(report), _subtitle(report))
    rows = shown_keys([row for row in report.rows if row.against][:_ROWS_AT_MOST])
    values = {key: _value(key, row) for key, row in rows.items()}
    told = {key: one for key, one in values.items() if one["low"] is not None}
    if not told:
        return combine("vconcat", [canvas.nothing(width)], title=heading)
    ends = [abs(one[end]) for one in told.values() for end in ("low", "high")]
    reach = min(1.0, max([*ends, _LEAST_REACH]))
    panels = []
    for design in Design:
        held = [one for key, one in told.items() if rows[key].design is design]
        if held:
            panels.append(_panel(canvas, design, held, reach, width))
    return combine("vconcat", panels, title=heading, spacing=22)


def _subtitle(report: FlowsReport) -> list[str]:
    level = f"{100 * report.confidence_level:g} %"
    told = [
        when(report),
        f'"{LEVEL_WORDS["negative"]}" in points above or below what it is compared with',
        f"whiskers: {level} intervals, in experiments of every look",
    ]
    if report.compared_with:
        told.append(f"not drawn: the comparison with {report.compared_with}")
    return told


def _panel(
    canvas: Canvas, design: Design, values: list[dict[str, Any]], reach: float, width: int
) -> Panel:
    is_chance = design is Design.EXPERIMENT
    colour = LEVEL_COLOURS["negative"]
    base = canvas.chart(design.value, values).encode(y=key_axis([one["key"] for one in values]))
    zero = canvas.chart(f"{design.value} none", [{"none": 0}]).mark_rule(color=QUIET)
    dash = alt.Undefined if is_chance else [4, 3]
    rule = base.mark_rule(strokeWidth=2.5, color=colour, strokeDash=dash)
    point = base.mark_point(
        filled=True, size=70, opacity=1, stroke=colour, fill=colour if is_chance else PAPER
    )
    layers = [
        zero.encode(x=difference_axis("none", reach=reach)),
        rule.encode(x=difference_axis("low", reach=reach), x2=alt.X2("high:Q")),
        point.encode(x=difference_axis(reach=reach)),
    ]
    head = panel_title(_HEADS[design], QUIET)
    return combine("layer", layers, width=width, height=alt.Step(26), title=head)


def _value(key: str, row: FlowRow) -> dict[str, Any]:
    found = row.against
    if found is None:
        return {"key": key, "difference": None, "low": None, "high": None}
    if row.design is Design.EXPERIMENT:
        gap = found.negative
        bounds = gap.always_low, gap.always_high
        return {"key": key, "difference": gap.difference, "low": bounds[0], "high": bounds[1]}
    one = found.adjusted
    return {"key": key, "difference": one.value, "low": one.low, "high": one.high}
