"""The picture of a distribution: a share and its interval for each level, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
from msgspec import UNSET

from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.key_pairs import shown_rows
from afterword.reports.kinds import title
from afterword.reports.palette import INK, LEVEL_COLOURS, QUIET
from afterword.reports.whiskers import key_axis, rings, share_axis, whiskers
from afterword.reports.wording import (
    LEVEL_WORDS,
    LEVELS,
    answering,
    bands_of,
    bracket_note,
    counted,
    lines_note,
    lines_of,
    percent,
    when,
)

if TYPE_CHECKING:
    from afterword.reports.report import Level
    from afterword.reports.standing import StandingReport, StandingRow

_ROWS_AT_MOST: Final = 40
_WIDTH: Final = 520
_NARROW: Final = 170
_BELOW: Final = 18  # pixels under the middle of a bar


def chart(report: StandingReport, canvas: Canvas) -> Panel:
    """Draw three levels under each other, or side by side where there is a row a key."""
    if not any(row.n_rated for row in report.rows):
        body: Any = canvas.nothing(_width(canvas))
    elif report.by is UNSET:
        body = _whole(report, canvas)
    else:
        body = _by_key(report, canvas)
    return combine("vconcat", [body], title=canvas.heading(title(report), _subtitle(report)))


def _width(canvas: Canvas) -> int:
    return _NARROW if canvas.is_narrow else _WIDTH


def _subtitle(report: StandingReport) -> list[str]:
    n_rated = sum(row.n_rated for row in report.rows)
    n_sessions = sum(row.n_sessions for row in report.rows)
    rated = f"{n_rated:,} of {counted(n_sessions, 'session')} rated"
    if not n_rated:
        return [f"{when(report)} · {rated}"]
    level = f"{100 * report.confidence_level:g} %"
    told = [f"{when(report)} · {rated} · {answering(report)}"]
    note = bracket_note(report) if report.by is UNSET else lines_note(report)
    told.append(f"whiskers: {level} intervals · {note}")
    if report.compared_with is not UNSET:
        told.append(f"rings: {report.compared_with}")
    if len(report.rows) > _ROWS_AT_MOST:
        told.append(f"the first {_ROWS_AT_MOST} of {len(report.rows)} rows")
    return told


def _whole(report: StandingReport, canvas: Canvas) -> Panel:
    values = [_value(LEVEL_WORDS[name], name, report.rows[0]) for name in LEVELS]
    colours = alt.Scale(domain=list(LEVELS), range=[LEVEL_COLOURS[name] for name in LEVELS])
    base = canvas.chart("levels", values).encode(
        y=key_axis(list(LEVEL_WORDS.values()), size=13),
        color=alt.Color("level:N", legend=None, scale=colours),
    )
    bars = base.mark_bar(height=22, opacity=0.28).encode(x=share_axis(top=1.0))
    shares = [*_others(base, report, top=1.0), *_whiskers(base, top=1.0, width=3)]
    layers = [bars, _bands(report, canvas), *shares, _figures(base)]
    return combine("layer", layers, width=_width(canvas), height=150)


def _bands(report: StandingReport, canvas: Canvas) -> Panel:
    """Draw a bracket under each bar from the band's lower to its upper end."""
    told = zip(LEVELS, bands_of(report), strict=True)
    values = [{"key": LEVEL_WORDS[name], "low": low, "high": high} for name, (low, high) in told]
    base = canvas.chart("bands", values).encode(y=key_axis(list(LEVEL_WORDS.values()), size=13))
    rule = base.mark_rule(yOffset=_BELOW, strokeWidth=1.5, color=QUIET).encode(
        x=share_axis("low", top=1.0), x2=alt.X2("high:Q")
    )
    ends = [
        base.mark_tick(yOffset=_BELOW - 2, size=6, thickness=1.5, color=QUIET).encode(
            x=share_axis(end, top=1.0)
        )
        for end in ("low", "high")
    ]
    return combine("layer", [rule, *ends])


def _by_key(report: StandingReport, canvas: Canvas) -> Panel:
    shown = shown_rows(report.rows[:_ROWS_AT_MOST])
    lines = lines_of(report)
    line_at = {"neutral": lines.neutral, "negative": lines.negative}
    panels = []
    width, step = (_NARROW, 24) if canvas.is_narrow else (200, 30)
    for name in LEVELS:
        values = [_value(key, name, row) for key, row in shown.items() if row is not None]
        # The line is always in sight, however far below it everything lies.
        highs = [max(one["high"] or 0.0, one["other"] or 0.0) for one in values]
        top = min(1.0, max([*highs, 0.5, 1.1 * line_at.get(name, 0.0)]))
        base = canvas.chart(name, values).encode(
            y=key_axis(list(shown), size=12, is_named=canvas.is_narrow or name == LEVELS[0]),
            color=alt.value(LEVEL_COLOURS[name]),
        )
        shares = [*_others(base, report, top=top), *_whiskers(base, top=top, width=2.5)]
        layers = [*shares, _counts(base)]
        if name in line_at:
            layers.insert(0, _line(canvas, f"{name} line", line_at[name], top))
        heading = panel_title(LEVEL_WORDS[name], LEVEL_COLOURS[name])
        size = {"width": width, "height": alt.Step(step)}
        panels.append(combine("layer", layers, **size, title=heading))
    # Side by side, three would be too small to read on a phone.
    return combine("vconcat" if canvas.is_narrow else "hconcat", panels, spacing=26)


def _value(key: str, name: str, row: StandingRow) -> dict[str, Any]:
    level: Level = getattr(row, name)
    other = getattr(row.compared, name).share if row.compared else None
    counts = f"{level.count:,} of {row.n_rated:,}"
    has_interval = level.low is not None
    return {
        "key": key,
        "level": name,
        "share": level.share if has_interval else None,
        "low": level.low,
        "high": level.high,
        "other": other if has_interval else None,
        "figure": percent(level.share) if has_interval else counts,
        "counts": counts if row.n_rated else "no ratings",
    }


def _whiskers(base: alt.Chart, *, top: float, width: float) -> list[alt.Chart]:
    return whiskers(base, share_axis(top=top), share_axis("low", top=top), width=width)


def _others(base: alt.Chart, report: StandingReport, *, top: float) -> list[alt.Chart]:
    if report.compared_with is UNSET:
        return []
    return [rings(base, share_axis("other", top=top))]


def _figures(base: alt.Chart) -> alt.Chart:
    # Beyond the interval, where nothing lies under it.
    text = base.transform_calculate(end="max(datum.high, datum.other)").mark_text(
        align="left", dx=10, fontSize=13, fontWeight=600
    )
    drawn: alt.Chart = text.encode(
        x=alt.X("end:Q"), text=alt.Text("figure:N"), color=alt.value(INK)
    )
    return drawn


def _counts(base: alt.Chart) -> alt.Chart:
    text = base.transform_filter("datum.low === null").mark_text(align="left", fontSize=11)
    drawn: alt.Chart = text.encode(
        x=alt.value(2), text=alt.Text("counts:N"), color=alt.value(QUIET)
    )
    return drawn


def _line(canvas: Canvas, name: str, at: float, top: float) -> alt.Chart:
    rule = canvas.chart(name, [{"at": at}]).mark_rule(
        strokeDash=[3, 3], color=QUIET, strokeWidth=1
    )
    drawn: alt.Chart = rule.encode(x=alt.X("at:Q", scale=alt.Scale(domain=[0, top])))
    return drawn
