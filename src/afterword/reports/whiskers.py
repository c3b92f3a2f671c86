"""What charts of shares and differences are drawn with: points, whiskers, and their axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import altair as alt

from afterword.reports.canvas import PERCENT
from afterword.reports.key_pairs import LABEL, WEIGHT
from afterword.reports.palette import GRID, INK, QUIET
from afterword.reports.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable


class Keyed(Protocol):
    """Whatever has a key."""

    @property
    def key(self) -> str:
        """What a host called it."""


T = TypeVar("T", bound=Keyed)
_KEY_AT_MOST: Final = 36

# A difference of shares, with its sign: "+5".
_POINTS: Final = (
    "(datum.value > 0 ? '+' : datum.value < 0 ? '\\u2212' : '') + abs(round(100 * datum.value))"
)


def whiskers(base: alt.Chart, x: alt.X, low: alt.X, *, width: float = 2.5) -> list[alt.Chart]:
    """Draw an interval and its point; rows whose ``low`` is null have neither.

    Args:
        base: A chart of rows with ``low`` and ``high``.
        x: Where the point lies.
        low: Where the interval begins; it ends at ``high``.
        width: Of the interval's line in pixels.
    """
    told = base.transform_filter("datum.low !== null")
    rule = told.mark_rule(strokeWidth=width, strokeCap="round")
    point = told.mark_point(filled=True, size=70, opacity=1)
    return [rule.encode(x=low, x2=alt.X2("high:Q")), point.encode(x=x)]


def rings(base: alt.Chart, x: alt.X) -> alt.Chart:
    """Mark shares that a report compares with, wider than points; ``other`` is null without one.

    Args:
        base: A chart of rows with ``other``.
        x: Where the rings lie.
    """
    told = base.transform_filter("datum.other !== null").mark_point(size=150, strokeWidth=1.5)
    drawn: alt.Chart = told.encode(x=x, color=alt.value(QUIET))
    return drawn


def share_axis(field: str = "share", *, top: float, bottom: float = 0) -> alt.X:
    """Lay shares along the x axis, from 0 unless told to ``top``."""
    return alt.X(
        f"{field}:Q",
        title=None,
        scale=alt.Scale(domain=[bottom, top]),
        axis=alt.Axis(labelExpr=PERCENT, tickCount=4, gridColor=GRID),
    )


def difference_axis(field: str = "difference", *, reach: float) -> alt.X:
    """Lay differences of shares along the x axis, in points; 0 stands in the middle."""
    return alt.X(
        f"{field}:Q",
        title=None,
        scale=alt.Scale(domain=[-reach, reach]),
        axis=alt.Axis(labelExpr=_POINTS, tickCount=5, gridColor=GRID),
    )


def key_axis(order: list[str], *, size: int = 12, is_named: bool = True) -> alt.Y:
    """Lay keys down the y axis in their order; one of several panels names them."""
    axis = alt.Axis(
        labelFontSize=size,
        labelColor=INK,
        labelLimit=240,
        labelPadding=10,
        labelExpr=LABEL,
        labelFontWeight=WEIGHT,
    )
    # All of them, as some only head others.
    scale = alt.Scale(domain=order)
    return alt.Y("key:N", title=None, sort=order, scale=scale, axis=axis if is_named else None)


def shown_keys(rows: Iterable[T]) -> dict[str, T]:
    """Name each row so that it can be drawn and is told from the others."""
    found: dict[str, T] = {}
    for row in rows:
        key = shown = printable(row.key, _KEY_AT_MOST) or "(empty)"
        n = 2
        while shown in found:
            shown, n = f"{key} ({n})", n + 1
        found[shown] = row
    return found
