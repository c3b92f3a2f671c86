"""Ratings of two releases, like with like."""

from datetime import date, timedelta

from afterword.history.questions.slices import Slice
from afterword.monitoring.releases.plan import How
from afterword.monitoring.releases.strata import Pair, Period, strata_of
from afterword.statistics.strata import Stratum

MONDAY = date(2026, 11, 2)


def rated(day, levels, trigger="inactivity", use_case="other"):
    """Make the ratings of a day, counted from a Monday."""
    return Slice((MONDAY + timedelta(days=day)).isoformat(), trigger, use_case, levels)


def test_canaries_are_compared_day_by_day():
    """Where there are enough of both."""
    old = [rated(day, (60, 20, day)) for day in range(3)]
    new = [rated(day, (6, 2, 0)) for day in range(3)]

    found = strata_of(old, new, How.CANARY)

    assert found.period is Period.DAY
    assert found.pairs == tuple(Pair((60, 20, day), (6, 2, 0)) for day in range(3))
    assert found.at(2) == [Stratum(day, 80 + day, 0, 8) for day in range(3)]


def test_small_canaries_are_compared_week_by_week():
    """A day of three ratings would mostly stand alone."""
    old = [rated(day, (60, 20, 10)) for day in range(14)]
    new = [rated(day, (2, 1, 0)) for day in range(14)]

    found = strata_of(old, new, How.CANARY)

    assert found.period is Period.WEEK
    assert found.pairs == (Pair((420, 140, 70), (14, 7, 0)),) * 2


def test_before_and_after_are_compared_by_the_part_of_the_week():
    """Weekdays with weekdays; each use case and moment by itself."""
    old = [rated(day - 7, (1, 0, 0)) for day in range(7)]
    new = [rated(4, (1, 0, 0)), rated(5, (0, 1, 0)), rated(6, (0, 0, 1), "explicit_end")]

    found = strata_of(old, new, How.BEFORE_AFTER)

    assert found.period is Period.WEEKEND
    assert sorted(found.pairs) == [
        Pair((0, 0, 0), (0, 0, 1)),
        Pair((2, 0, 0), (0, 1, 0)),
        Pair((5, 0, 0), (1, 0, 0)),
    ]


def test_nothing_is_nothing():
    """No ratings on either side."""
    assert strata_of([], [], How.CANARY).pairs == ()
    assert strata_of([rated(0, (1, 0, 0))], [], How.CANARY).pairs == (Pair((1, 0, 0), (0, 0, 0)),)
