"""A day of a stream: how its ratings fell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.statistics.clusters import PeopleSums

if TYPE_CHECKING:
    from datetime import datetime

Counts = tuple[int, int, int]  # positive, neutral, negative
_SATURDAY: Final = 5
# A day is counted once it has been over for a day: ratings that come late are mostly in by then.
_SETTLES: Final = timedelta(days=1)


class Day(Struct, frozen=True):
    """Ratings given on one day (UTC), by level."""

    date: date
    counts: Counts
    people: PeopleSums | None = None  # of the day, y = negative; None where nobody knows
    triggers: dict[str, Counts] | None = None  # of each trigger; None where nobody knows

    @property
    def n(self) -> int:
        """All ratings of the day."""
        return sum(self.counts)

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or a Sunday: other people come, with other things to do."""
        return is_weekend(self.date)


def is_weekend(day: date) -> bool:
    """Say of a date what ``Day.is_weekend`` says of a day."""
    return day.weekday() >= _SATURDAY


def settled(now: datetime) -> date:
    """Give the newest day that counts: it has been over for 24 hours.

    Args:
        now: UTC.
    """
    return (now - _SETTLES).date() - timedelta(days=1)
