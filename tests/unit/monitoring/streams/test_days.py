"""Days of a stream, and when they count."""

from datetime import UTC, date, datetime

from afterword.monitoring.streams.days import Day, settled


def test_a_day_counts_when_it_has_been_over_for_a_day():
    """The second midnight after it begins settles it."""
    assert settled(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)) == date(2026, 11, 28)
    assert settled(datetime(2026, 12, 1, tzinfo=UTC)) == date(2026, 11, 29)


def test_weekends_are_saturdays_and_sundays():
    """27 November 2026 is a Friday."""
    days = [Day(date(2026, 11, n), (1, 1, 1)) for n in (27, 28, 29, 30)]

    assert [day.is_weekend for day in days] == [False, True, True, False]
    assert days[0].n == 3
