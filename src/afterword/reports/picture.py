"""A report as a picture: SVG that needs nothing else, or PNG."""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from afterword.reports.kinds import kind_named, title
from afterword.reports.palette import FONT, GRID, INK, PAPER, QUIET, dark_style
from afterword.reports.wording import when

if TYPE_CHECKING:
    from afterword.reports.report import Report


def svg(report: Report, *, is_narrow: bool = False) -> str:
    """Draw a report as SVG: no script, no font, no address; light, and dark where preferred.

    Args:
        report: Of any kind.
        is_narrow: Whether it is for a phone's 360 pixels.
    """
    return _draw(specification(report, is_narrow=is_narrow), report, dark_style())


def inline_svg(report: Report, *, is_narrow: bool = False) -> str:
    """Draw a report for the inside of a page that has its heading and ``dark_rules``.

    Args:
        report: Of any kind.
        is_narrow: Whether it is for a phone's 360 pixels.
    """
    return _draw(specification(report, is_narrow=is_narrow, is_headed=False), report, "")


def _draw(described: dict[str, Any], report: Report, style: str) -> str:
    import vl_convert  # noqa: PLC0415  # heavy: only pictures need it

    drawn: str = vl_convert.vegalite_to_svg(described, allowed_base_urls=[])
    # The first tag is svg's own: what comes right behind it is read first.
    head, rest = drawn.split(">", 1)
    name = escape(f"{title(report)}, {when(report)}")
    return f'{head} role="img"><title>{name}</title>{style}{rest}'


def png(report: Report) -> bytes:
    """Draw a report as PNG on white, sharp on a dense screen."""
    import vl_convert  # noqa: PLC0415  # heavy: only pictures need it

    drawn: bytes = vl_convert.vegalite_to_png(specification(report), scale=2, allowed_base_urls=[])
    return drawn


def specification(
    report: Report, *, is_narrow: bool = False, is_headed: bool = True
) -> dict[str, Any]:
    """Describe the chart of a report in Vega-Lite.

    Args:
        report: Of any kind.
        is_narrow: Whether it is for a phone's 360 pixels.
        is_headed: Whether the picture carries its title.
    """
    from altair.utils.schemapi import debug_mode  # noqa: PLC0415  # heavy: only pictures need it

    from afterword.reports.canvas import Canvas  # noqa: PLC0415  # same

    canvas = Canvas(is_narrow=is_narrow, is_headed=is_headed)
    # The schema is checked in the tests; here it would take as long as drawing.
    with debug_mode(False):  # noqa: FBT003  # Altair's own signature
        drawn = import_module(kind_named(report.report).chart).chart(report, canvas)
    # Added here, and not by Altair, which would copy everything once more for each.
    return {**drawn, "config": _configuration(), "datasets": canvas.datasets}


def _configuration() -> dict[str, Any]:
    text = {"font": FONT, "aria": False}
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelColor": QUIET,
        "titleColor": QUIET,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "labelFlush": False,
        "aria": False,
    }
    heading = {
        "color": INK,
        "fontSize": 15,
        "fontWeight": 600,
        "anchor": "start",
        "subtitleColor": QUIET,
        "subtitleFontSize": 12,
        "subtitlePadding": 5,
        "offset": 14,
        "subtitleFont": FONT,
        **text,
    }
    return {
        "background": PAPER,
        "aria": False,  # the picture has a name; its figures stand in the table beside it
        "padding": 18,
        "axis": axis,
        "title": heading,
        "mark": {"aria": False},
        "text": text,
        "view": {"stroke": None},
        "concat": {"spacing": 18},
    }
