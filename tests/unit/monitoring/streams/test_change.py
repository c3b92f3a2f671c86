"""Since when, and how much."""

from datetime import date, timedelta

import pytest

from afterword.monitoring.streams.baseline import Direction
from afterword.monitoring.streams.change import change_of
from afterword.monitoring.streams.days import Day
from afterword.monitoring.streams.episode import Episode
from afterword.statistics.shares import NotEstimable, Reason, goodman
from afterword.statistics.splits import best_split

DAYS = (
    (131, 50, 19),
    (128, 52, 20),
    (133, 49, 18),
    (129, 50, 21),
    (116, 50, 34),
    (118, 49, 33),
    (114, 53, 33),
    (117, 50, 33),
)


def stream(counts, start):
    """Give days from one on."""
    return [Day(start + timedelta(i), one) for i, one in enumerate(counts)]


@pytest.fixture
def start():
    """The first day."""
    return date(2026, 3, 2)


def alarm(on):
    """Give an alarm."""
    return Episode.begin(Direction.WORSE, on, 400.0, 0)


def test_the_worked_example_is_dated_and_sized(start):
    """Four days, a day without ratings, four worse days; what came after the alarm is left out."""
    days = [
        *stream(DAYS[:4], start),
        *stream([(0, 0, 0), *DAYS[4:], (0, 0, 50)], start + timedelta(4)),
    ]

    found = change_of(alarm(start + timedelta(8)), days, 1.0)

    assert found.since == start + timedelta(5)
    assert found.p_value == best_split(DAYS).p_value < 0.01
    assert (found.before.n_rated, found.after.n_rated) == (800, 800)
    expected = goodman((465, 202, 133))
    assert (found.after.positive, found.after.neutral, found.after.negative) == expected


def test_people_who_rate_often_make_it_less_sure(start):
    """Wider bounds, larger p."""
    days = stream(DAYS, start)

    one, three = (change_of(alarm(days[-1].date), days, effect) for effect in (1.0, 3.0))

    assert three.p_value > one.p_value
    assert three.after.negative.low < one.after.negative.low


def test_sixteen_weeks_before_the_alarm_count(start):
    """What was long ago is not the change."""
    days = stream([*[(0, 0, 50)] * 30, *[(40, 5, 5)] * 111, (20, 10, 20)], start)

    found = change_of(alarm(days[-1].date), days, 1.0)

    assert found.since == days[-1].date
    assert found.before.n_rated == 111 * 50


def test_what_confirms_an_alarm_makes_its_date_surer(start):
    """Days up to the last confirmation count; what comes after it does not."""
    days = stream([*[(40, 5, 5)] * 20, *[(35, 7, 8)] * 15, *[(0, 0, 50)] * 5], start)
    told = alarm(days[22].date)

    early, late = (change_of(one, days, 1.0) for one in (told, told.again(days[34].date, 0)))

    assert (late.since, late.after.n_rated) == (days[20].date, 15 * 50)
    assert early.after.n_rated < late.after.n_rated
    assert late.p_value < early.p_value


def test_few_ratings_are_not_dated(start):
    """The alarm stands; its date is not known."""
    days = stream([(1, 0, 0)] * 20 + [(0, 0, 3)] * 2, start)

    assert change_of(alarm(days[-1].date), days, 1.0) == NotEstimable(Reason.FEW_RATINGS, 26)
