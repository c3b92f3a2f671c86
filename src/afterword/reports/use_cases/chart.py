"""The picture of use cases: ranked shrunk shares, the raw ones as rings, sessions as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.history.questions.case_tables import INFERRED
from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.kinds import title
from afterword.reports.palette import LEVEL_COLOURS, QUIET
from afterword.reports.whiskers import key_axis, share_axis, shown_keys, whiskers
from afterword.reports.wording import LEVEL_WORDS, answering, percent, when
from afterword.statistics.levels import LEAST_RATINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.reports.use_cases.report import UseCasesReport
    from afterword.reports.use_cases.rows import UseCaseRow

_WIDTH: Final = 230
_NARROW: Final = 190
_BARS: Final = 90
_ROWS_AT_MOST: Final = 30
_ENDS: Final = ("negative", "positive")
_STEP: Final = 26
_DASH: Final = [4, 3]  # of what was inferred


def chart(report: UseCasesReport, canvas: Canvas) -> Panel:
    """Draw both ends of the scale, use case by use case; inferred ones dashed and below."""
    heading = canvas.heading(title(report), _subtitle(report))
    rows = _shown(report)
    if not any(row.n_rated for row in rows.values()):
        return combine("vconcat", [canvas.nothing(_WIDTH)], title=heading)
    panels = [
        _panel(canvas, rows, name, is_named=canvas.is_narrow or not place)
        for place, name in enumerate(_ENDS)
    ]
    panels.append(_bars(canvas, rows))
    how = "vconcat" if canvas.is_narrow else "hconcat"
    return combine(how, panels, title=heading, spacing=30)


def _subtitle(report: UseCasesReport) -> list[str]:
    level = f"{100 * report.confidence_level:g} %"
    inferred = (
        ["dashed: inferred from what was said, ranked by itself"]
        if any(row.source == INFERRED for row in report.rows)
        else []
    )
    return [
        f"{when(report)} · {answering(report)}",
        f"points: shrunk shares with {level} intervals · rings: raw shares",
        *inferred,
    ]


def _shown(report: UseCasesReport) -> dict[str, UseCaseRow]:
    rows = report.rows[:_ROWS_AT_MOST]
    told, inferred = (
        shown_keys(row for row in rows if (row.source == INFERRED) is wanted)
        for wanted in (False, True)
    )
    # One use case may be named by the host and inferred elsewhere.
    marked = {f"{key} \N{MIDDLE DOT} inferred": row for key, row in inferred.items()}
    place = {id(row): at for at, row in enumerate(rows)}
    return dict(sorted({**told, **marked}.items(), key=lambda one: place[id(one[1])]))


def _panel(canvas: Canvas, rows: Mapping[str, UseCaseRow], name: str, *, is_named: bool) -> Panel:
    values = [_value(key, row, name) for key, row in rows.items()]
    bottom, top = _reach(values)
    base = canvas.chart(name, values).encode(
        y=key_axis([one["key"] for one in values], is_named=is_named),
        color=alt.value(LEVEL_COLOURS[name]),
        strokeDash=alt.condition("datum.is_inferred", alt.value(_DASH), alt.value([1, 0])),
    )
    ring = base.transform_filter("datum.raw !== null").mark_point(
        filled=False, size=90, strokeWidth=1.5
    )
    layers: list[Any] = [
        ring.encode(x=share_axis("raw", top=top, bottom=bottom), color=alt.value(QUIET)),
        *whiskers(
            base,
            share_axis(top=top, bottom=bottom),
            share_axis("low", top=top, bottom=bottom),
        ),
    ]
    width = _NARROW if canvas.is_narrow else _WIDTH
    head = panel_title(LEVEL_WORDS[name], LEVEL_COLOURS[name])
    return combine("layer", layers, width=width, height=alt.Step(_STEP), title=head)


def _reach(values: list[dict[str, Any]]) -> tuple[float, float]:
    """Say from where to where an axis goes: points need no 0, but room at both ends."""
    parts = [one[part] for one in values for part in ("low", "high", "raw")]
    ends = [end for end in parts if end is not None]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    room = max(0.1 * (high - low), 0.02)
    return max(low - room, 0.0), min(high + room, 1.0)


def _bars(canvas: Canvas, rows: Mapping[str, UseCaseRow]) -> Panel:
    values = [
        {"key": key, "volume": row.volume, "told": percent(row.volume)}
        for key, row in rows.items()
    ]
    top = max(row.volume for row in rows.values())
    base = canvas.chart("volume", values).encode(y=key_axis(list(rows), is_named=canvas.is_narrow))
    x = alt.X("volume:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.5 * top]))
    bar = base.mark_bar(height=10, color=QUIET, opacity=0.45).encode(x=x)
    text = base.mark_text(align="left", dx=5, fontSize=11, color=QUIET).encode(
        x=x, text=alt.Text("told:N")
    )
    width = _NARROW if canvas.is_narrow else _BARS
    return combine(
        "layer",
        [bar, text],
        width=width,
        height=alt.Step(_STEP),
        title=panel_title("of all sessions", QUIET),
    )


def _value(key: str, row: UseCaseRow, name: str) -> dict[str, Any]:
    shrunk, raw = getattr(row.shrunk, name), getattr(row, name)
    return {
        "key": key,
        "share": shrunk.share,
        "low": shrunk.low,
        "high": shrunk.high,
        "raw": raw.share if row.n_rated >= LEAST_RATINGS else None,
        "is_inferred": row.source == INFERRED,
    }
