"""The picture of a trend: one panel a level with its interval, the number rated below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import altair as alt
from msgspec import UNSET

from afterword.history.questions.returns import DAYS
from afterword.reports.canvas import PERCENT, Canvas, Panel, combine, panel_title
from afterword.reports.kinds import title
from afterword.reports.palette import GRID, INK, LEVEL_COLOURS, PAPER, QUIET
from afterword.reports.trend import period_end
from afterword.reports.wording import (
    LEVEL_WORDS,
    LEVELS,
    answering,
    counted,
    lines_note,
    lines_of,
    printable,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.reports.report import Level, Mark
    from afterword.reports.retention import Retention
    from afterword.reports.trend import TrendReport, TrendRow

_WIDTH: Final = 680
_NARROW: Final = 270
_PANEL: Final = 96
_LANES: Final = 3
_LANE: Final = 15
_LETTER: Final = 5.8  # mean width of a letter at size 11, in pixels
_TEXT_AT_MOST: Final = 26
_TICK: Final = 95  # pixels that a date needs
_ROWS_AT_MOST: Final = 400  # more than a picture can show
_FEW: Final = 60
_ROOM: Final = 0.1


def chart(report: TrendReport, canvas: Canvas) -> Panel:
    """Draw the three levels over time, each with its interval, markers, and the number rated."""
    width = _NARROW if canvas.is_narrow else _WIDTH
    if not any(row.n_rated for row in report.rows):
        empty = canvas.heading(title(report), when(report))
        return combine("vconcat", [canvas.nothing(width)], title=empty)
    frame = _Frame.of(report, width)
    canvas.chart("marks", [{"at": mark.at} for mark in frame.marks])
    strip = [_labels(frame, canvas)] if frame.marks else []
    panels = [_panel(report, name, frame, canvas) for name in LEVELS]
    heading = canvas.heading(title(report), _subtitle(report))
    back = [_returns(frame, canvas)] if any(row.retention.share for row in frame.rows) else []
    parts: list[alt.Chart | Panel] = [*strip, *panels, *back, _volume(frame, canvas)]
    return combine("vconcat", parts, spacing=10, title=heading)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all panels share: the periods drawn, the days they span, the markers between."""

    rows: tuple[TrendRow, ...]
    by: str
    first: str
    end: str
    marks: tuple[Mark, ...]
    width: int

    @classmethod
    def of(cls, report: TrendReport, width: int) -> _Frame:
        rows, by = report.rows[-_ROWS_AT_MOST:], str(report.by)
        first, end = rows[0].key, period_end(date.fromisoformat(rows[-1].key), by).isoformat()
        marks = tuple(mark for mark in report.markers or () if first <= mark.at[:10] < end)
        return cls(rows, by, first, end, marks, width)

    def position(self, at: str) -> float:
        """Say how many pixels from the left a time stands."""
        first, end, day = (
            date.fromisoformat(one[:10]).toordinal() for one in (self.first, self.end, at)
        )
        return self.width * (day - first) / max(1, end - first)


def _subtitle(report: TrendReport) -> list[str]:
    n_rated = sum(row.n_rated for row in report.rows)
    rated = f"{when(report)} · {counted(n_rated, 'rating')} · {answering(report)}"
    bands = f"bands: {100 * report.confidence_level:g} % intervals"
    told = [rated, f"{bands} · {lines_note(report)}"]
    if report.compared_with is not UNSET:
        told.append(f"rings: {report.compared_with}")
    if len(report.rows) > _ROWS_AT_MOST:
        told.append(f"the last {_ROWS_AT_MOST} of {len(report.rows):,} {report.by}s")
    return told


def _panel(report: TrendReport, name: str, frame: _Frame, canvas: Canvas) -> Panel:
    levels: list[Level] = [getattr(row, name) for row in frame.rows]
    lines = lines_of(report)
    line_at = {"neutral": lines.neutral, "negative": lines.negative}.get(name)
    top = _top([level.high or 0.0 for level in levels], line_at)
    y_scale = alt.Scale(domain=[0, top], nice=False)
    colour = LEVEL_COLOURS[name]
    base = canvas.chart(name, _points(levels, frame)).encode(x=_time(frame))
    layers = _series(base, colour, y_scale, size=28 if len(levels) <= _FEW else 10)
    if line_at is not None:
        threshold = canvas.chart(f"{name} line", [{"line": line_at}])
        rule = threshold.mark_rule(color=QUIET, strokeDash=[4, 4], strokeWidth=1)
        layers.insert(0, rule.encode(y=alt.Y("line:Q", scale=y_scale)))
    layers += _others(report, name, frame, canvas, y_scale)
    if frame.marks:
        layers.append(_rule(alt.Chart(alt.NamedData("marks"))).encode(x=_time(frame)))
    heading = panel_title(LEVEL_WORDS[name], colour)
    return combine("layer", layers, width=frame.width, height=_PANEL, title=heading)


def _others(
    report: TrendReport, name: str, frame: _Frame, canvas: Canvas, y_scale: alt.Scale
) -> list[alt.Chart]:
    """Mark the shares that the report compares with: rings, as in a distribution."""
    if report.compared_with is UNSET:
        return []
    values = [
        {"at": _middle(row.key, frame.by), "share": getattr(row.compared, name).share}
        for row in frame.rows
        if row.compared
    ]
    size = 70 if len(frame.rows) <= _FEW else 25
    rings = canvas.chart(f"{name} there", values).mark_point(
        color=QUIET, size=size, strokeWidth=1.5, clip=True
    )
    return [rings.encode(x=_time(frame), y=alt.Y("share:Q", scale=y_scale))]


def _returns(frame: _Frame, canvas: Canvas) -> Panel:
    found = [row.retention for row in frame.rows]
    # The whole scale would flatten it; that of the data alone would make a mountain of chance.
    lows, highs = ([getattr(one, end) for one in found] for end in ("low", "high"))
    bottom = max(0.0, min((one for one in lows if one is not None), default=0.0) - _ROOM)
    top = min(1.0, max((one for one in highs if one is not None), default=1.0) + _ROOM)
    y_scale = alt.Scale(domain=[bottom, top], nice=False)
    base = canvas.chart("came back", _points(found, frame)).encode(x=_time(frame))
    layers = _series(base, INK, y_scale, size=28 if len(found) <= _FEW else 10)
    if frame.marks:
        layers.append(_rule(alt.Chart(alt.NamedData("marks"))).encode(x=_time(frame)))
    heading = panel_title(f"came back within {DAYS} days", INK)
    return combine("layer", layers, width=frame.width, height=_PANEL, title=heading)


def _series(base: alt.Chart, colour: str, y_scale: alt.Scale, *, size: int) -> list[alt.Chart]:
    share = alt.Y("share:Q", scale=y_scale)
    low = alt.Y("low:Q", scale=y_scale, title=None, axis=_share_axis())
    # A period without an interval breaks the line: no data is not 0, nor what its neighbours say.
    band = base.mark_area(color=colour, opacity=0.18, invalid="break-paths-filter-domains")
    line = base.mark_line(color=colour, strokeWidth=2, invalid="break-paths-filter-domains")
    # A band around one point alone has no width to be seen.
    whisker = base.transform_filter("datum.is_alone").mark_rule(color=colour, strokeWidth=2.5)
    point = base.transform_filter("datum.low !== null").mark_point(
        color=colour, filled=True, size=size, opacity=1
    )
    return [
        band.encode(y=low, y2=alt.Y2("high:Q")),
        whisker.encode(y=low, y2=alt.Y2("high:Q")),
        line.encode(y=share),
        point.encode(y=share),
    ]


def _points(levels: Sequence[Level | Retention], frame: _Frame) -> list[dict[str, Any]]:
    known = [False, *(level.low is not None for level in levels), False]
    return [
        {
            "at": _middle(row.key, frame.by),
            "share": level.share if level.low is not None else None,
            "low": level.low,
            "high": level.high,
            "is_alone": here and not before and not after,
        }
        for row, level, before, here, after in zip(
            frame.rows, levels, known, known[1:], known[2:], strict=False
        )
    ]


def _volume(frame: _Frame, canvas: Canvas) -> alt.Chart:
    values = [
        {
            "from": _utc(row.key),
            "to": _utc(period_end(date.fromisoformat(row.key), frame.by).isoformat()),
            "n": row.n_rated,
        }
        for row in frame.rows
    ]
    stroke = PAPER if len(values) <= _FEW else None
    bars = canvas.chart("volume", values).mark_rect(color=QUIET, opacity=0.45, stroke=stroke)
    # At most so many dates, each the start of a period.
    keys = [row.key for row in frame.rows][:: -(-len(frame.rows) // (frame.width // _TICK))]
    count_axis = alt.Axis(tickCount=2, gridColor=GRID, format=",d")
    drawn: alt.Chart = bars.encode(
        x=_time(frame, "from", ticks=[_utc(key) for key in keys]),
        x2=alt.X2("to:T"),
        y=alt.Y("n:Q", title=None, axis=count_axis),
        y2=alt.Y2Datum(0),
    )
    heading = panel_title(f"ratings a {frame.by}", QUIET)
    return drawn.properties(width=frame.width, height=44, title=heading)


def _labels(frame: _Frame, canvas: Canvas) -> Panel:
    placed = _lanes(frame)
    height = _LANE * (1 + max(one["lane"] for one in placed))
    for one in placed:
        one["y"] = height - one["lane"] * _LANE
    base = canvas.chart("labels", placed).encode(x=_time(frame))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height]))
    layers = [_rule(base).encode(y=y, y2=alt.Y2Datum(0))]
    text = alt.Text("text:N")
    early = base.transform_filter("!datum.is_late").encode(y=y, text=text)
    late = base.transform_filter("datum.is_late").encode(y=y, text=text)
    layers += [*_beside(early, "left"), *_beside(late, "right")]
    return combine("layer", layers, width=frame.width, height=height)


def _beside(base: alt.Chart, align: Literal["left", "right"]) -> list[alt.Chart]:
    dx = 5 if align == "left" else -5
    # Paper around the letters keeps the rules of other markers off them.
    return [
        base.mark_text(align=align, dx=dx, color=PAPER, stroke=PAPER, strokeWidth=4),
        base.mark_text(align=align, dx=dx, color=INK),
    ]


def _lanes(frame: _Frame) -> list[dict[str, Any]]:
    """Give each label a height at which it meets no other; what finds none keeps its rule only."""
    taken = [-1e9] * _LANES
    placed: list[dict[str, Any]] = []
    for mark in sorted(frame.marks, key=lambda one: one.at):
        at, text = frame.position(mark.at), _told(mark)
        width = _LETTER * len(text) + 12
        is_late = at + width > frame.width
        start, end = (at - width, at) if is_late else (at, at + width)
        free = next((lane for lane in range(_LANES) if taken[lane] <= start), None)
        if free is None:
            text = ""
        else:
            taken[free] = end
        placed.append({"at": mark.at, "text": text, "lane": free or 0, "is_late": is_late})
    return placed


def _told(mark: Mark) -> str:
    return printable(mark.text if mark.kind != "policy" else f"ask {mark.text}", _TEXT_AT_MOST)


def _rule(base: alt.Chart) -> alt.Chart:
    drawn: alt.Chart = base.mark_rule(color=QUIET, strokeDash=[2, 3], strokeWidth=1)
    return drawn


def _top(highs: list[float], line_at: float | None) -> float:
    # "Helpful" has the whole scale; the others would be flat on it, so theirs ends above the data.
    return 1.0 if line_at is None else min(1.0, 1.08 * max([*highs, line_at]))


def _middle(key: str, by: str) -> str:
    """Stand a point in the middle of its period."""
    first = date.fromisoformat(key)
    days = (period_end(first, by) - first).days
    return _utc((first + timedelta(days=days // 2)).isoformat(), hour=12 if days % 2 else 0)


def _utc(day: str, hour: int = 0) -> str:
    return f"{day}T{hour:02}:00:00Z"


def _time(frame: _Frame, field: str = "at", *, ticks: list[str] | None = None) -> alt.X:
    domain = [_utc(frame.first), _utc(frame.end)]
    days = alt.Axis(values=ticks or [], format="%-d %b %Y", labelOverlap=True, grid=False)
    scale = alt.Scale(type="utc", domain=domain, nice=False)
    return alt.X(f"{field}:T", title=None, scale=scale, axis=days if ticks else None)


def _share_axis() -> alt.Axis:
    return alt.Axis(labelExpr=PERCENT, tickCount=4, gridColor=GRID)
