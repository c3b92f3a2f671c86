"""The picture of reasons: themes of each level, with how many people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import altair as alt

from afterword.domain.kinds import OTHER
from afterword.reports.canvas import Canvas, Panel, combine, panel_title
from afterword.reports.kinds import title
from afterword.reports.palette import INK, LEVEL_COLOURS
from afterword.reports.reasons.findings import WORST_FIRST
from afterword.reports.reasons.voices import THEME
from afterword.reports.whiskers import key_axis, share_axis, whiskers
from afterword.reports.wording import LEVEL_WORDS, counted, percent, printable, when

if TYPE_CHECKING:
    from afterword.reports.reasons.report import ReasonsReport
    from afterword.reports.reasons.rows import ReasonRow

_WIDTH: Final = 380
_NARROW: Final = 170
_ROWS_AT_MOST: Final = 12  # of a level
_LETTERS: Final = 34


def chart(report: ReasonsReport, canvas: Canvas) -> Panel:
    """Draw a panel a level: the share of its people with each theme; new phrases below."""
    width = _NARROW if canvas.is_narrow else _WIDTH
    heading = canvas.heading(title(report), _subtitle(report))
    shown = {level: rows for level in WORST_FIRST if (rows := _shown(report, level))}
    if not shown:
        return combine("vconcat", [canvas.nothing(width)], title=heading)
    most = max(row.high for rows in shown.values() for row in rows.values())
    top = min(1.0, 1.1 * max(most, 0.1))
    panels = [_panel(canvas, level, rows, (width, top)) for level, rows in shown.items()]
    return combine("vconcat", panels, title=heading, spacing=22)


def _subtitle(report: ReasonsReport) -> list[str]:
    low = next((one for one in report.gave if one.level == "negative"), None)
    share = percent(None if low is None else low.share)
    read = f"{counted(report.n_read, 'reason')} read, {share} of low ratings have one"
    return [
        f"{when(report)} · {read}",
        f"of people with a reason, {100 * report.confidence_level:g} % intervals",
        "in quotes: phrases that are new",
    ]


def _shown(report: ReasonsReport, level: str) -> dict[str, ReasonRow]:
    rows = [
        row
        for row in report.rows
        if row.level == level and ((row.kind == THEME and row.text != OTHER) or row.is_new)
    ]
    rows.sort(key=lambda row: not row.is_new)  # whatever else there is no room for
    found: dict[str, ReasonRow] = {}
    for row in rows[:_ROWS_AT_MOST]:
        text = row.text if row.kind == THEME else f"“{row.text}”"
        key = text if row.key == "all" else f"{text} · {row.key}"
        found.setdefault(printable(key, _LETTERS), row)
    return found


def _panel(
    canvas: Canvas, level: str, rows: dict[str, ReasonRow], extent: tuple[int, float]
) -> Panel:
    width, top = extent
    values = [
        {
            "key": key,
            "share": row.share,
            "low": row.low,
            "high": row.high,
            "told": f"{row.n_people:,}{' new' if row.is_new else ''}",
        }
        for key, row in rows.items()
    ]
    base = canvas.chart(level, values).encode(
        y=key_axis(list(rows)), color=alt.value(LEVEL_COLOURS[level])
    )
    told = base.mark_text(align="left", dx=8, fontSize=11).encode(
        x=share_axis("high", top=top), text=alt.Text("told:N"), color=alt.value(INK)
    )
    layers = [*whiskers(base, share_axis(top=top), share_axis("low", top=top)), told]
    head = panel_title(f"rated “{LEVEL_WORDS[level]}”", LEVEL_COLOURS[level])
    return combine("layer", layers, width=width, height=alt.Step(24), title=head)
