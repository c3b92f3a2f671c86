"""The week that a digest tells of."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from afterword.errors import InvalidField
from afterword.monitoring.digest.week import Week, newest_week, week_of

MONDAY = date(2026, 11, 23)


def at(day, hour, minute=0):
    """Give a time in November 2026."""
    return int(datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()) * 1_000_000


def test_a_week_begins_and_ends_with_monday():
    """And is told at seven."""
    week = Week(MONDAY)

    assert (week.from_us, week.to_us, week.told_us) == (at(23, 0), at(30, 0), at(30, 7))
    assert week.sunday == date(2026, 11, 29)


@pytest.mark.parametrize(
    ("now_us", "monday"),
    [
        (at(30, 6, 59), date(2026, 11, 16)),
        (at(30, 7), MONDAY),
        (at(29, 23), date(2026, 11, 16)),
        (at(24, 12), date(2026, 11, 16)),
    ],
)
def test_the_newest_week_is_the_one_before_monday_at_seven(now_us, monday):
    """Not the one that goes on."""
    assert newest_week(now_us) == Week(monday)


def test_a_week_is_read_by_its_monday():
    """Any other day names no week."""
    assert week_of("2026-11-23") == Week(MONDAY)
    for text in ("2026-11-24", "last week", ""):
        with pytest.raises(InvalidField, match="is no Monday"):
            week_of(text)
