"""The picture of the rhythm: a square for each hour of the week, and phones below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.domain.light_hours import HOURS, WEEKEND, WhyLight
from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.kinds import title
from afterword.reports.palette import INK, LEVEL_COLOURS, QUIET
from afterword.reports.rhythm.phones import phones
from afterword.reports.rhythm.rows import WEEKDAYS
from afterword.reports.wording import LEVEL_WORDS, percent, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.reports.rhythm.report import RhythmReport
    from afterword.reports.rhythm.windows import Light

_STEP: Final = 26  # pixels of an hour
_DAY: Final = 38  # pixels of a day, on a phone
_LEAST: Final = 0.16  # opacity of the best hour: still seen
_BAD: Final = LEVEL_WORDS["negative"]


def chart(report: RhythmReport, canvas: Canvas) -> Panel:
    """Draw the week, deeper where sessions were worse and larger where there were more ratings."""
    heading = canvas.heading(title(report), _subtitle(report))
    values = _values(report)
    if not values:
        return combine("vconcat", [canvas.nothing(240)], title=heading)
    panels = [_week(report, canvas, values)]
    if any(one.on_phone and one.elsewhere for one in report.devices[1:]):
        panels.append(phones(report.devices, canvas))
    return combine("vconcat", panels, title=heading, spacing=24)


def _subtitle(report: RhythmReport) -> list[str]:
    n_rated = sum(row.n_rated for row in report.rows)
    told = f"{when(report)} \N{MIDDLE DOT} {n_rated:,} ratings, by the user's own clock"
    outlines = {
        WhyLight.WORSE_RATINGS: "solid line: rated worse",
        WhyLight.FEW_SESSIONS: "dashed: few sessions",
    }
    found = [words for why, words in outlines.items() if any(w.why == why for w in report.windows)]
    return [told, " \N{MIDDLE DOT} ".join(found)] if found else [told]


def _values(report: RhythmReport) -> list[dict[str, Any]]:
    return [
        {"day": row.local_weekday, "hour": row.local_hour, "share": row.drawn, "n": row.n_rated}
        for row in report.rows
        if row.local_hour is not None and row.drawn is not None
    ]


def _week(report: RhythmReport, canvas: Canvas, values: list[dict[str, Any]]) -> Panel:
    shares = [one["share"] for one in values]
    most = max(one["n"] for one in values)
    base = canvas.chart("week", values).encode(**_places(canvas))
    squares = base.mark_square(filled=True, color=LEVEL_COLOURS["negative"]).encode(
        opacity=alt.Opacity(
            "share:Q",
            legend=None,
            scale=alt.Scale(domain=_reach(shares), range=[_LEAST, 1]),
        ),
        size=alt.Size(
            "n:Q",
            legend=None,
            scale=alt.Scale(type="linear", domain=[0, most], range=[30, (_STEP - 3) ** 2]),
        ),
    )
    layers = [squares, *_outlines(report, canvas)]
    wide, high = (7 * _DAY, HOURS * _STEP) if canvas.is_narrow else (HOURS * _STEP, 7 * _STEP)
    pale, deep = percent(min(shares)), percent(max(shares))
    told = f'"{_BAD}", from {pale} (pale) to {deep} (deep); larger: more ratings, up to {most:,}'
    if canvas.is_narrow:
        told = f'"{_BAD}": {pale} pale, {deep} deep'
    return combine("layer", layers, title=panel_title(told, QUIET), width=wide, height=high)


def _reach(shares: list[float]) -> list[float]:
    # A week without a pattern must not look as if it had one.
    low, high = min(shares), max(shares)
    return [low, max(high, low + 0.06)]


def _places(canvas: Canvas) -> dict[str, Any]:
    days: dict[str, Any] = {"field": "day", "type": "quantitative", "scale": _scale(7)}
    hours: dict[str, Any] = {"field": "hour", "type": "quantitative", "scale": _scale(HOURS)}
    names = alt.Axis(
        values=list(range(7)),
        labelOverlap=False,
        labelExpr=f"{list(WEEKDAYS)!r}[datum.value]",
        orient="top" if canvas.is_narrow else "left",
        **_quiet(),
    )
    clock = alt.Axis(
        values=list(range(0, HOURS, 2 if canvas.is_narrow else 3)),
        labelExpr="(datum.value < 10 ? '0' : '') + datum.value",
        orient="left" if canvas.is_narrow else "bottom",
        **_quiet(),
    )
    if canvas.is_narrow:
        return {
            "x": alt.X(axis=names, title=None, **days),
            "y": alt.Y(axis=clock, title=None, **_down(hours)),
        }
    return {
        "x": alt.X(axis=clock, title=None, **hours),
        "y": alt.Y(axis=names, title=None, **_down(days)),
    }


def _scale(n: int) -> alt.Scale:
    return alt.Scale(domain=[-0.5, n - 0.5], nice=False, zero=False)


def _down(facts: dict[str, Any]) -> dict[str, Any]:
    # The first day, or the first hour, stands on top.
    scale = facts["scale"].copy()
    scale.reverse = True
    return {**facts, "scale": scale}


def _quiet() -> dict[str, Any]:
    return {
        "grid": False,
        "ticks": False,
        "domain": False,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelPadding": 6,
    }


def _outlines(report: RhythmReport, canvas: Canvas) -> Iterator[alt.Chart]:
    for why, dash, inset in (
        (WhyLight.FEW_SESSIONS, [4, 3], 0.5),
        (WhyLight.WORSE_RATINGS, [], 0.42),
    ):
        boxes = [box for one in report.windows if one.why == why for box in _boxes(one, inset)]
        if boxes:
            across = ("day", "hour") if canvas.is_narrow else ("hour", "day")
            yield (
                canvas.chart(f"light {why.value}", boxes)
                .mark_rect(
                    fillOpacity=0, stroke=INK, strokeWidth=1.5, strokeDash=dash, cornerRadius=3
                )
                .encode(
                    **_places(canvas),
                    x2=alt.X2(f"{across[0]}_end:Q"),
                    y2=alt.Y2(f"{across[1]}_end:Q"),
                )
            )


def _boxes(light: Light, inset: float) -> Iterator[dict[str, float]]:
    """Give one box, or two where the hours lie over midnight."""
    first, last = (WEEKEND, 6) if light.is_weekend else (0, WEEKEND - 1)
    spans = [(light.start, light.end)]
    if light.end <= light.start:
        spans = [(light.start, HOURS), *([(0, light.end)] if light.end else [])]
    for start, end in spans:
        yield {
            "day": first - inset,
            "day_end": last + inset,
            "hour": start - inset,
            "hour_end": end - 1 + inset,
        }
