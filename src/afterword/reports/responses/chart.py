"""The picture of the responses: ratings by responses as squares, and the events below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
from msgspec import UNSET

from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.kinds import title
from afterword.reports.palette import INK, LEVEL_COLOURS, PAPER, QUIET
from afterword.reports.responses.rows import VERDICTS
from afterword.reports.responses.table import EVENT_WORDS
from afterword.reports.whiskers import key_axis, rings, share_axis, shown_keys, whiskers
from afterword.reports.wording import LEVEL_WORDS, percent, when

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.reports.parts import Part
    from afterword.reports.responses.report import ResponsesReport
    from afterword.reports.responses.rows import ResponseRow

    _Both = tuple[Part, float | None]  # and the share that it is compared with

_WIDTH: Final = 480
_NARROW: Final = 200
_ROWS_AT_MOST: Final = 40


def chart(report: ResponsesReport, canvas: Canvas) -> Panel:
    """Draw squares and events, or forgiven and hollow key by key."""
    width = _NARROW if canvas.is_narrow else _WIDTH
    heading = canvas.heading(title(report), _subtitle(report))
    if not any(row.n_judged for row in report.rows):
        return combine("vconcat", [canvas.nothing(width)], title=heading)
    if report.by is not UNSET:
        rows = shown_keys(report.rows[:_ROWS_AT_MOST])
        parts = [
            _parts(canvas, name, {key: _both(row, name) for key, row in rows.items()}, width)
            for name in ("forgiven", "hollow")
        ]
        return combine("vconcat", parts, title=heading)
    panels = [_squares(report.rows[0], canvas, width)]
    if report.drivers:
        panels.append(_events(report, canvas, width))
    return combine("vconcat", panels, title=heading, spacing=28)


def _subtitle(report: ResponsesReport) -> list[str]:
    n_rated = sum(row.n_rated for row in report.rows)
    n_judged = sum(row.n_judged for row in report.rows)
    judged = f"{n_judged:,} of {n_rated:,} rated sessions"
    share = percent(n_judged / n_rated if n_rated else None)
    told = [
        f"{when(report)} · {judged} ({share}) had judged responses",
        f"whiskers: {100 * report.confidence_level:g} % intervals",
    ]
    if report.compared_with:
        how = "not drawn: the comparison with" if report.by is UNSET else "rings:"
        told.append(f"{how} {report.compared_with}")
    return told


def _squares(row: ResponseRow, canvas: Canvas, width: int) -> Panel:
    """Shade each cell by its share of the column: of sessions with such responses, how rated."""
    values = []
    for verdict in VERDICTS:
        counts = {level: getattr(getattr(row.table, level), verdict) for level in LEVEL_WORDS}
        n = sum(counts.values())
        values += [
            {
                "level": level,
                "rated": LEVEL_WORDS[level],
                "responses": verdict,
                "share": count / n if n else 0,
                "figure": f"{percent(count / n if n else None)}",
                "count": f"{count:,}",
            }
            for level, count in counts.items()
        ]
    base = canvas.chart("squares", values).encode(
        x=alt.X(
            "responses:N",
            title="responses",
            sort=list(VERDICTS),
            axis=alt.Axis(orient="top", labelAngle=0, labelFontSize=12, labelColor=INK),
        ),
        y=alt.Y(
            "rated:N",
            title=None,
            sort=list(LEVEL_WORDS.values()),
            axis=alt.Axis(labelFontSize=12, labelColor=INK, labelLimit=240),
        ),
    )
    colours = alt.Scale(domain=list(LEVEL_COLOURS), range=list(LEVEL_COLOURS.values()))
    square = base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
        color=alt.Color("level:N", legend=None, scale=colours),
        opacity=alt.Opacity(
            "share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.06, 0.5])
        ),
    )
    figure = base.mark_text(fontSize=15, fontWeight=600, dy=-6, color=INK).encode(text="figure:N")
    count = base.mark_text(fontSize=11, dy=12, color=QUIET).encode(text="count:N")
    heading = panel_title("of sessions with such responses, rated", QUIET)
    return combine("layer", [square, figure, count], width=width, height=168, title=heading)


def _events(report: ResponsesReport, canvas: Canvas, width: int) -> Panel:
    drivers = report.drivers or ()
    shares: dict[str, _Both] = {EVENT_WORDS[one.event]: (one.with_, None) for one in drivers}
    return _parts(
        canvas, "negative", shares, width, f'rated "{LEVEL_WORDS["negative"]}" in sessions with'
    )


def _parts(
    canvas: Canvas, name: str, parts: dict[str, _Both], width: int, heading: str | None = None
) -> Panel:
    values = _values(parts.items())
    ends = [one[end] or 0.0 for one in values for end in ("high", "other")]
    top = min(1.0, max([*ends, 0.3]))
    colour = LEVEL_COLOURS["positive" if name == "forgiven" else "negative"]
    base = canvas.chart(name, values).encode(y=key_axis(list(parts)), color=alt.value(colour))
    told = base.transform_filter("datum.low === null").mark_text(align="left", fontSize=11)
    counts = told.encode(x=alt.value(2), text=alt.Text("counts:N"), color=alt.value(QUIET))
    there = rings(base, share_axis("other", top=top))
    layers = [there, *whiskers(base, share_axis(top=top), share_axis("low", top=top)), counts]
    return combine(
        "layer",
        layers,
        width=width,
        height=alt.Step(26),
        title=panel_title(heading or name, colour),
    )


def _both(row: ResponseRow, name: str) -> _Both:
    part: Part = getattr(row, name)
    has_ring = row.compared and part.low is not None
    return part, getattr(row.compared, name).share if has_ring else None


def _values(parts: Iterable[tuple[str, _Both]]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "share": part.share if part.low is not None else None,
            "other": other,
            "low": part.low,
            "high": part.high,
            "counts": f"{part.count:,} of {part.n:,}",
        }
        for key, (part, other) in parts
    ]
