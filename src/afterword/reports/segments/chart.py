"""The picture of segments: the values of each attribute under its name, what shows most first."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import altair as alt
from msgspec.structs import replace

from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.key_pairs import shown_rows
from afterword.reports.kinds import title
from afterword.reports.palette import INK, LEVEL_COLOURS, QUIET
from afterword.reports.report import OTHER
from afterword.reports.segments.rows import Verdict
from afterword.reports.segments.table import VERDICT_WORDS
from afterword.reports.whiskers import key_axis, rings, share_axis, whiskers
from afterword.reports.wording import LEVEL_WORDS, answering, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.reports.report import Level
    from afterword.reports.segments.report import SegmentsReport
    from afterword.reports.segments.rows import SegmentRow

_WIDTH: Final = 250
_NARROW: Final = 170
_ROWS_AT_MOST: Final = 40
_ENDS: Final = ("positive", "negative")
_MARGIN: Final = 0.03  # of the axis, beyond the whiskers


def chart(report: SegmentsReport, canvas: Canvas) -> Panel:
    """Draw the shares of both ends, value by value."""
    rows = list(_drawn(report))
    heading = canvas.heading(title(report), _subtitle(report, len(rows)))
    width = _NARROW if canvas.is_narrow else _WIDTH
    if not any(row.n_rated for row in rows):
        return combine("vconcat", [canvas.nothing(width)], title=heading)
    shown = shown_rows(rows)
    panels = [
        _panel(canvas, shown, name, width, is_named=canvas.is_narrow or not place)
        for place, name in enumerate(_ENDS)
    ]
    how = "vconcat" if canvas.is_narrow else "hconcat"
    return combine(how, panels, title=heading, spacing=26)


def _drawn(report: SegmentsReport) -> Iterator[SegmentRow]:
    n = 0
    for name, of_name in groupby(report.rows, attrgetter("attribute")):
        rows = list(of_name)
        if n and n + len(rows) > _ROWS_AT_MOST:
            return
        n += len(rows)
        # Under the name of their attribute; "other" is one of its values.
        for row in rows:
            key = "" if row.value == OTHER else row.key
            yield replace(row, keys=(name, row.value), key=key)


def _subtitle(report: SegmentsReport, n_drawn: int) -> list[str]:
    # Of all sessions, or as many as one attribute knows: rows of several count them repeatedly.
    widest = min(report.attributes, key=lambda one: one.n_without, default=None)
    rows = tuple(one for one in report.rows if widest and one.attribute == widest.attribute)
    told = [
        f"{when(report)} · {answering(replace(report, rows=rows))}",
        f"whiskers: {100 * report.confidence_level:g} % intervals · what shows most comes first",
    ]
    if report.compared_with:
        told.append(f"rings: {report.compared_with}")
    if n_drawn < len(report.rows):
        told.append(f"the first {n_drawn} of {len(report.rows)} segments")
    return told


def _panel(
    canvas: Canvas, shown: dict[str, SegmentRow | None], name: str, width: int, *, is_named: bool
) -> Panel:
    values = [_value(key, row, name) for key, row in shown.items() if row is not None]
    highs = [one[end] for one in values for end in ("high", "other") if one[end] is not None]
    lows = [one[end] for one in values for end in ("low", "other") if one[end] is not None]
    # Helpful ones lie far from 0, and what matters is how they lie to each other.
    bottom = max(min(lows, default=0.0) - _MARGIN, 0.0) if name == _ENDS[0] else 0.0
    top = min(max(highs, default=1.0) + _MARGIN, 1.0)
    base = canvas.chart(name, values).encode(
        y=key_axis(list(shown), is_named=is_named), color=alt.value(LEVEL_COLOURS[name])
    )
    layers: list[Any] = [
        rings(base, _axis("other", bottom, top)),
        *whiskers(base, _axis("share", bottom, top), _axis("low", bottom, top)),
        _told(base, "counts", "datum.low === null", QUIET),
    ]
    if name == _ENDS[-1]:
        layers.append(_verdicts(base, width))
    head = panel_title(LEVEL_WORDS[name], LEVEL_COLOURS[name])
    return combine("layer", layers, width=width, height=alt.Step(22), title=head)


def _axis(field: str, bottom: float, top: float) -> alt.X:
    axis = share_axis(field, top=top)
    return axis if bottom == 0 else axis.scale(domain=[bottom, top], zero=False)


def _told(base: alt.Chart, field: str, test: str, colour: str) -> alt.Chart:
    text = base.transform_filter(test).mark_text(align="left", fontSize=11)
    drawn: alt.Chart = text.encode(
        x=alt.value(2), text=alt.Text(f"{field}:N"), color=alt.value(colour)
    )
    return drawn


def _verdicts(base: alt.Chart, width: int) -> alt.Chart:
    text = base.transform_filter("datum.verdict !== ''").mark_text(
        align="left", dx=8, fontSize=12, fontWeight=600
    )
    drawn: alt.Chart = text.encode(
        x=alt.value(width), text=alt.Text("verdict:N"), color=alt.value(INK)
    )
    return drawn


def _value(key: str, row: SegmentRow, name: str) -> dict[str, Any]:
    level: Level = getattr(row, name)
    is_found = row.verdict in (Verdict.WORSE, Verdict.BETTER)
    other = getattr(row.compared, name).share if row.compared else None
    return {
        "key": key,
        "share": level.share if level.low is not None else None,
        "other": other if level.low is not None else None,
        "low": level.low,
        "high": level.high,
        "counts": f"{level.count:,} of {row.n_rated:,}" if row.n_rated else "no ratings",
        "verdict": VERDICT_WORDS[row.verdict] if is_found else "",
    }
