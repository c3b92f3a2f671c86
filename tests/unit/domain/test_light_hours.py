"""Hours at which an ask is kept light, by the user's own clock."""

import pytest

from afterword.domain.asks import Decision, Patience, Verdict, Why, grant
from afterword.domain.learnt import Learnt
from afterword.domain.light_hours import LightHours, WhyLight, read_light_hours
from afterword.domain.policy import HOUR_US, Policy
from afterword.domain.session import Trigger
from cast import clock, small_talk

NIGHT = LightHours(is_weekend=False, start=22, end=2, why=WhyLight.WORSE_RATINGS)


def held(hours, weekday):
    """Give the hours of a day that lie within."""
    return [hour for hour in range(24) if hours.holds(weekday, hour)]


@pytest.mark.parametrize(
    ("told", "workday", "weekend"),
    [
        ("workdays 22-2", [0, 1, 22, 23], []),
        ("weekends 9-12", [], [9, 10, 11]),
        ("every day 22-24", [22, 23], [22, 23]),
        ("workdays 0-24", [*range(24)], []),
        ("weekends 23-0", [], [23]),
    ],
)
def test_hours_hold_what_they_say(told, workday, weekend):
    """Over midnight each hour belongs to the day on which it lies; told as they are read."""
    found = read_light_hours(told)

    assert sorted(hour for one in found for hour in held(one, 4)) == workday
    assert sorted(hour for one in found for hour in held(one, 5)) == weekend
    assert len(found) > 1 or str(found[0]) == told


@pytest.mark.parametrize(
    "told",
    [
        "",
        "workdays",
        "workdays 24-2",
        "workdays 2-25",
        "workdays 3-3",
        "mondays 2-3",
        " every day 1-2",
    ],
)
def test_what_are_no_hours_is_none(told):
    """Nothing is guessed."""
    assert read_light_hours(told) is None


def test_a_policy_is_light_where_the_user_is():
    """By the zone's offset then; where nobody knows the zone, never."""
    policy = Policy(learnt=Learnt(light=(NIGHT,)))

    assert policy.is_light("Europe/Berlin", clock("21:30"))
    assert not policy.is_light("Europe/London", clock("21:30"))
    assert policy.is_light("Asia/Tokyo", clock("16:30"))  # half past one on Tuesday
    assert not policy.is_light(None, clock("22:30"))
    assert not policy.is_light("Nowhere/Land", clock("22:30"))


def test_the_hour_of_a_day_on_which_clocks_change_is_the_clocks():
    """On the 30th of March 2025 Berlin has no hour from 2 to 3."""
    policy = Policy(light_hours=read_light_hours("weekends 3-4"), fixed=("light_hours",))

    assert policy.is_light("Europe/Berlin", clock("27 1:00"))
    assert not policy.is_light("Europe/Berlin", clock("27 1:00") - HOUR_US)
    assert policy.is_light("Europe/Berlin", clock("20 2:00"))


def test_what_the_operator_set_counts_and_learning_can_be_switched_off():
    """An empty list is never light."""
    learnt = Learnt(light=(NIGHT,))

    assert Policy(learnt=learnt).light == (NIGHT,)
    assert Policy(learnt=learnt, fixed=("light_hours",)).light == ()
    assert Policy(learnt=learnt, learns=False).light == ()


@pytest.mark.parametrize(("timezone", "light"), [("Europe/Berlin", True), (None, False)])
def test_an_ask_says_whether_to_keep_it_light(timezone, light):
    """As the hour is when it is granted."""
    decision = Decision(Verdict.ASK, Why.ASKED, Trigger.INACTIVITY, 1.0)
    session = small_talk(timezone=timezone)
    policy = Policy(learnt=Learnt(light=(NIGHT,)))

    ask = grant(session, decision, policy, Patience(), ask_id="a-1", now_us=clock("21:10"))

    assert ask.light is light
