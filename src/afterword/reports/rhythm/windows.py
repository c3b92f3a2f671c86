"""Hours to keep it light: what they rest on, in a row of a report and in a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain.light_hours import HOURS, WEEKEND, LightHours, WhyLight
from afterword.reports.parts import Part, part_of

if TYPE_CHECKING:
    import numpy as np

    from afterword.reports.report import View
    from afterword.reports.rhythm.week import Week
    from afterword.statistics.rhythm import LightWindow


class Light(Struct, frozen=True, kw_only=True):
    """Hours in a row, of workdays or of weekends; ``end`` is not in it.

    ``negative``: the share of their ratings that is "not what I needed". ``expected``: what it
    would be at each use case's own share; null without ratings.
    """

    is_weekend: bool
    start: int
    end: int
    why: str
    n_sessions: int
    negative: Part
    expected: float | None

    @property
    def hours(self) -> LightHours:
        """The hours as a policy has them."""
        return LightHours(self.is_weekend, self.start, self.end, WhyLight(self.why))

    def holds(self, weekday: int, hour: int) -> bool:
        """Tell whether an hour lies within."""
        return self.hours.holds(weekday, hour)


def windows_of(week: Week, view: View) -> tuple[Light, ...]:
    """Find the hours that are rated worse, then those with few sessions."""
    return tuple(_light(one, week, view) for one in (*week.worse, *week.quiet))


def _light(found: LightWindow, week: Week, view: View) -> Light:
    days = slice(WEEKEND, None) if found.is_weekend else slice(None, WEEKEND)
    length = (found.end - found.start) % HOURS
    hours = [(found.start + step) % HOURS for step in range(length)]

    def total(cells: np.ndarray) -> float:
        return float(cells[days, hours].sum())

    rated = total(week.rated)
    return Light(
        is_weekend=found.is_weekend,
        start=found.start,
        end=found.end,
        why=found.why.value,
        n_sessions=int(total(week.sessions)),
        negative=part_of(total(week.negative), rated, week.effect or 1.0, view),
        expected=total(week.expected) / rated if rated else None,
    )
