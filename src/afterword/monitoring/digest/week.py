"""The week that a digest tells of: Monday to Sunday, UTC."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from afterword.domain.policy import DAY_US, HOUR_US
from afterword.errors import InvalidField
from afterword.journal.days import as_date, as_number

HOUR: Final = 7  # of Monday, UTC, from which on it is told
_DAYS: Final = 7


class Week(Struct, frozen=True):
    """Seven days from a Monday on."""

    monday: date

    @property
    def from_us(self) -> int:
        """Its beginning."""
        return as_number(self.monday) * DAY_US

    @property
    def to_us(self) -> int:
        """Its end, which is not in it."""
        return self.from_us + _DAYS * DAY_US

    @property
    def told_us(self) -> int:
        """When it is told."""
        return self.to_us + HOUR * HOUR_US

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=_DAYS - 1)


def newest_week(now_us: int) -> Week:
    """Give the newest week that may be told of."""
    day = as_date((now_us - HOUR * HOUR_US) // DAY_US)
    return Week(day - timedelta(days=day.weekday() + _DAYS))


def week_of(text: str) -> Week:
    """Read a week by its Monday.

    Raises:
        InvalidField: It is no Monday.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.weekday():
        raise InvalidField(f"week: {text!r:.40} is no Monday such as 2026-11-23.", field="week")
    return Week(day)
