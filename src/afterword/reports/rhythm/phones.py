"""Phones beside other devices, drawn hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.domain.light_hours import HOURS
from afterword.reports.canvas import PERCENT, Panel, combine, panel_title
from afterword.reports.palette import GRID, INK, LEVEL_COLOURS, QUIET
from afterword.reports.wording import LEVEL_WORDS, percent

if TYPE_CHECKING:
    from afterword.reports.canvas import Canvas
    from afterword.reports.rhythm.devices import DeviceHour

_WIDTH: Final = 624
_NARROW: Final = 266
_HEIGHT: Final = 120


def phones(devices: tuple[DeviceHour, ...], canvas: Canvas) -> Panel:
    """Draw the negative share by hour, on phones and elsewhere."""
    values = [
        one
        for device in devices
        if device.hour is not None
        for one in _values(device.hour, device)
    ]
    top = max(one["high"] for one in values)
    base = canvas.chart("phones", values).encode(
        x=alt.X(
            "hour:Q",
            title=None,
            scale=alt.Scale(domain=[-0.5, HOURS - 0.5], nice=False),
            axis=alt.Axis(
                values=list(range(0, HOURS, 6 if canvas.is_narrow else 3)),
                labelExpr="(datum.value < 10 ? '0' : '') + datum.value",
                grid=False,
                labelColor=INK,
            ),
        ),
        y=alt.Y(
            "share:Q",
            title=None,
            scale=alt.Scale(domain=[0, min(1.0, top * 1.05)]),
            axis=alt.Axis(labelExpr=PERCENT, tickCount=4, gridColor=GRID),
        ),
    )
    layers: list[alt.Chart] = []
    for where, colour, dodge in (
        ("elsewhere", QUIET, 0.15),
        ("phone", LEVEL_COLOURS["negative"], -0.15),
    ):
        here = base.transform_filter(f"datum.where === '{where}'").transform_calculate(
            hour=f"datum.hour + {dodge}"
        )
        layers.append(
            here.mark_rule(color=colour, strokeWidth=2).encode(y=alt.Y("low:Q"), y2="high:Q")
        )
        layers.append(here.mark_point(color=colour, filled=True, size=32, opacity=1))
    whole = percent(devices[0].phone_share)
    said = (
        f'"{LEVEL_WORDS["negative"]}" on a phone (red, {whole} of sessions) and elsewhere (grey)'
    )
    return combine(
        "layer",
        layers,
        width=_NARROW if canvas.is_narrow else _WIDTH,
        height=_HEIGHT,
        title=panel_title(said if not canvas.is_narrow else "on a phone (red), elsewhere", QUIET),
    )


def _values(hour: int, device: DeviceHour) -> list[dict[str, Any]]:
    parts = (("phone", device.on_phone), ("elsewhere", device.elsewhere))
    return [
        {"hour": hour, "where": where, "share": part.share, "low": part.low, "high": part.high}
        for where, part in parts
        if part is not None
    ]
