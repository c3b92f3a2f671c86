"""The picture of releases: how each stands to the one before, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.kinds import title
from afterword.reports.palette import INK, LEVEL_COLOURS, QUIET
from afterword.reports.releases.table import VERDICT_WORDS
from afterword.reports.whiskers import difference_axis, key_axis, shown_keys, whiskers
from afterword.reports.wording import LEVEL_WORDS, answering, printable, when

if TYPE_CHECKING:
    from afterword.reports.releases.report import ReleaseRow, ReleasesReport

_WIDTH: Final = 250
_NARROW: Final = 190
_ROWS_AT_MOST: Final = 30
_ENDS: Final = ("positive", "negative")
_LEAST_REACH: Final = 0.1
_BASELINE_AT_MOST: Final = 18  # letters, beside the key of the row


def chart(report: ReleasesReport, canvas: Canvas) -> Panel:
    """Draw the differences at both ends: thick for one look, thin for every look."""
    heading = canvas.heading(title(report), _subtitle(report))
    rows = {
        key: row for key, row in shown_keys(report.rows[-_ROWS_AT_MOST:]).items() if row.against
    }
    if not any(row.against and row.against.negative.low is not None for row in rows.values()):
        return combine("vconcat", [canvas.nothing(_WIDTH)], title=heading)
    panels = [
        _panel(canvas, rows, name, is_named=canvas.is_narrow or not place)
        for place, name in enumerate(_ENDS)
    ]
    how = "vconcat" if canvas.is_narrow else "hconcat"
    return combine(how, panels, title=heading, spacing=22)


def _subtitle(report: ReleasesReport) -> list[str]:
    level = f"{100 * report.confidence_level:g} %"
    return [
        f"{when(report)} · {answering(report)}",
        "points above or below the release compared with",
        f"thick: {level} intervals of one look · thin: of every look, over all releases",
    ]


def _panel(canvas: Canvas, rows: dict[str, ReleaseRow], name: str, *, is_named: bool) -> Panel:
    values = [_value(key, row, name) for key, row in rows.items()]
    ends = [abs(one[end]) for one in values for end in ("thin_low", "thin_high") if one[end]]
    reach = min(1.0, max([*ends, _LEAST_REACH]))
    base = canvas.chart(name, values).encode(
        y=key_axis([one["key"] for one in values], is_named=is_named),
        color=alt.value(LEVEL_COLOURS[name]),
    )
    zero = canvas.chart(f"{name} none", [{"none": 0}]).mark_rule(color=QUIET)
    always = base.transform_filter("datum.thin_low !== null").mark_rule(strokeWidth=1)
    layers: list[Any] = [
        zero.encode(x=difference_axis("none", reach=reach)),
        always.encode(x=difference_axis("thin_low", reach=reach), x2=alt.X2("thin_high:Q")),
        *whiskers(
            base, difference_axis(reach=reach), difference_axis("low", reach=reach), width=4
        ),
    ]
    if name == _ENDS[-1]:
        layers.append(_verdicts(base))
    width = _NARROW if canvas.is_narrow else _WIDTH
    head = panel_title(LEVEL_WORDS[name], LEVEL_COLOURS[name])
    return combine("layer", layers, width=width, height=alt.Step(34), title=head)


def _verdicts(base: alt.Chart) -> alt.Chart:
    text = base.mark_text(align="left", baseline="bottom", dy=-6, fontSize=11)
    drawn: alt.Chart = text.encode(
        x=alt.value(0), text=alt.Text("verdict:N"), color=alt.value(INK)
    )
    return drawn


def _value(key: str, row: ReleaseRow, name: str) -> dict[str, Any]:
    found = row.against
    gap = getattr(found, name)
    return {
        "key": f"{key} against {printable(found.baseline, _BASELINE_AT_MOST)}" if found else key,
        "difference": gap.difference,
        "low": gap.low,
        "high": gap.high,
        "thin_low": gap.always_low,
        "thin_high": gap.always_high,
        "verdict": VERDICT_WORDS[found.verdict] if found else "",
    }
