"""What every chart starts from: named rows, a panel's heading, percent on an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from afterword.reports.palette import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

Panel = alt.LayerChart | alt.FacetChart

# As everywhere on screen, with a space: "20 %".
PERCENT: Final = "round(100 * datum.value) + ' %'"


class Canvas:
    """Holds the rows that charts name, beside them: Altair copies all it holds at every step."""

    def __init__(self) -> None:
        self.datasets: dict[str, list[dict[str, Any]]] = {}

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


def panel_title(text: str, colour: str) -> alt.TitleParams:
    """Head one panel of several, flush with what it plots."""
    return alt.TitleParams(text, fontSize=12, color=colour, offset=8, frame="group")
