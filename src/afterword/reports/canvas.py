"""What every chart starts from: named rows, a panel's heading, percent on an axis."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.reports.palette import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from altair.utils.schemapi import UndefinedType

# A description in Vega-Lite that holds others.
Panel = dict[str, Any]

_LINE: Final = 52  # letters of a subtitle on a phone
# As everywhere on screen, with a space: "20 %".
PERCENT: Final = "round(100 * datum.value) + ' %'"


class Canvas:
    """Holds the rows that charts name, beside them: Altair copies all it holds at every step."""

    def __init__(self, *, is_narrow: bool = False, is_headed: bool = True) -> None:
        """Begin without rows.

        Args:
            is_narrow: Whether it is for a phone's 360 pixels.
            is_headed: Whether the picture carries its title; a page that has one needs none.
        """
        self.is_narrow = is_narrow
        self._is_headed = is_headed
        self.datasets: dict[str, list[dict[str, Any]]] = {}

    def heading(self, text: str, subtitle: str | list[str]) -> alt.TitleParams | UndefinedType:
        """Give a picture its title, where it carries one."""
        if not self._is_headed:
            return alt.Undefined
        lines = [subtitle] if isinstance(subtitle, str) else subtitle
        if self.is_narrow:
            lines = [part for line in lines for part in wrap(line, _LINE)]
        return alt.TitleParams(text, subtitle=lines)

    def chart(self, name: str, values: Sequence[dict[str, Any]]) -> alt.Chart:
        """Start a chart on rows, known by a name of their own."""
        self.datasets[name] = list(values)
        return alt.Chart(alt.NamedData(name))

    def nothing(self, width: int) -> alt.Chart:
        """Draw that there is nothing to draw."""
        text = self.chart("nothing", [{"told": "No ratings to show."}]).mark_text(
            align="left", fontSize=13, color=QUIET
        )
        drawn: alt.Chart = text.encode(text="told:N", x=alt.value(0))
        return drawn.properties(width=width, height=60)


def combine(how: str, parts: Sequence[alt.Chart | Panel], **facts: object) -> Panel:
    """Put charts together.

    Altair does so too, but copies everything in them at every level, which takes several times as
    long as drawing.

    Args:
        how: ``layer``, ``hconcat`` or ``vconcat``.
        parts: What is put together.
        **facts: Of the whole: its width, title, spacing.
    """
    told = {name: _plain(one) for name, one in facts.items() if one is not alt.Undefined}
    return {how: [_plain(one) for one in parts], **told}


def _plain(one: Any) -> Any:  # noqa: ANN401  # whatever Vega-Lite takes
    if isinstance(one, alt.TopLevelMixin):
        return one.to_dict(validate=False, context={"top_level": False})
    return one.to_dict(validate=False) if isinstance(one, alt.SchemaBase) else one


def panel_title(text: str, colour: str) -> alt.TitleParams:
    """Head one panel of several, flush with what it plots."""
    return alt.TitleParams(text, fontSize=12, color=colour, offset=8, frame="group")
