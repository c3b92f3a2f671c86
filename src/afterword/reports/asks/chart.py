"""The picture of asks: what became of those that were shown, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.reports.asks.table import KEY_WORDS
from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.kinds import title
from afterword.reports.palette import LEVEL_COLOURS, QUIET
from afterword.reports.whiskers import key_axis, rings, share_axis, shown_keys, whiskers
from afterword.reports.wording import counted, percent, when

if TYPE_CHECKING:
    from afterword.reports.asks.report import AsksReport
    from afterword.reports.asks.rows import AskRow
    from afterword.reports.parts import Part

_WIDTH: Final = 210
_NARROW: Final = 190
_ROWS_AT_MOST: Final = 40
# What a panel shows, its heading and colour.
_PANELS: Final = (
    ("answered", "answered, of shown", LEVEL_COLOURS["positive"]),
    ("dismissed", "dismissed, of shown", LEVEL_COLOURS["neutral"]),
    ("withdrawn", "withdrawn, of granted", LEVEL_COLOURS["negative"]),
)


def chart(report: AsksReport, canvas: Canvas) -> Panel:
    """Draw a panel each for answered, dismissed and withdrawn asks."""
    heading = canvas.heading(title(report), _subtitle(report))
    rows = shown_keys(report.rows[:_ROWS_AT_MOST])
    if not any(row.n_granted for row in report.rows):
        return combine("vconcat", [canvas.nothing(_WIDTH)], title=heading)
    named = {KEY_WORDS.get(key, key): row for key, row in rows.items()}
    panels = [
        _panel(canvas, named, one, is_named=canvas.is_narrow or not place)
        for place, one in enumerate(_PANELS)
    ]
    how = "vconcat" if canvas.is_narrow else "hconcat"
    return combine(how, panels, title=heading, spacing=22)


def _subtitle(report: AsksReport) -> list[str]:
    shown = sum(row.shown.count for row in report.rows)
    answered = sum(row.answered.count for row in report.rows)
    rate = percent(answered / shown if shown else None)
    level = f"{100 * report.confidence_level:g} %"
    return [
        f"{when(report)} · {counted(shown, 'ask')} shown, response rate {rate}",
        f"whiskers: {level} intervals",
        *([f"rings: {report.compared_with}"] if report.compared_with else []),
    ]


def _panel(
    canvas: Canvas, rows: dict[str, AskRow], told: tuple[str, str, str], *, is_named: bool
) -> Panel:
    name, heading, colour = told
    values = [_value(key, row, name) for key, row in rows.items()]
    highs = [one[end] or 0.0 for one in values for end in ("high", "other")]
    top = min(1.0, max([*highs, 0.1]))
    base = canvas.chart(name, values).encode(
        y=key_axis(list(rows), is_named=is_named), color=alt.value(colour)
    )
    few = base.transform_filter("datum.low === null").mark_text(align="left", fontSize=11)
    counts = few.encode(x=alt.value(2), text=alt.Text("counts:N"), color=alt.value(QUIET))
    there = rings(base, share_axis("other", top=top))
    layers = [there, *whiskers(base, share_axis(top=top), share_axis("low", top=top)), counts]
    width = _NARROW if canvas.is_narrow else _WIDTH
    head = panel_title(heading, colour)
    return combine("layer", layers, width=width, height=alt.Step(30), title=head)


def _value(key: str, row: AskRow, name: str) -> dict[str, Any]:
    part: Part = getattr(row, name)
    has_interval = part.low is not None
    return {
        "key": key,
        "share": part.share if has_interval else None,
        "other": getattr(row.compared, name).share if row.compared and has_interval else None,
        "low": part.low,
        "high": part.high,
        "counts": f"{part.count:,} of {part.n:,}" if part.n else "none",
    }
