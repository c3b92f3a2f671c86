"""Which days of a release are held against which days of another."""

from datetime import date, timedelta

from afterword.monitoring.releases.plan import How, Plan, Span, plan_of

START = date(2026, 11, 2)  # a Monday


def days(first, last, n=100):
    """Give as many sessions a day, from one day to another, counted from the start."""
    return {START + timedelta(days=day): n for day in range(first, last + 1)}


def span(first, last):
    """Give the days between."""
    return Span(START + timedelta(days=first), START + timedelta(days=last))


def test_a_rollout_is_held_against_four_whole_weeks_before():
    """Also where the first day belongs to both."""
    plan = Plan(How.BEFORE_AFTER, span(-28, -1), span(0, 4))

    assert plan_of(days(-60, -1), days(0, 4)) == plan
    assert plan_of(days(-60, -1) | days(0, 0, 50), days(0, 0, 50) | days(1, 4)) == plan


def test_fewer_weeks_are_whole_weeks_too_and_less_than_one_is_all_there_is():
    """Each weekday counts alike, if it can."""
    assert plan_of(days(-20, -1), days(0, 1)).baseline == span(-14, -1)
    assert plan_of(days(-3, -1), days(0, 1)).baseline == span(-3, -1)


def test_a_canary_is_held_against_the_same_days():
    """From the first day of both to the last."""
    plan = plan_of(days(-60, 9, 180), days(0, 9, 20))

    assert plan == Plan(How.CANARY, span(0, 9), span(0, 9))


def test_a_few_old_clients_make_no_canary():
    """The weeks before say far more than one in a hundred beside it."""
    old = days(-60, -1) | days(0, 20, 1)

    assert plan_of(old, days(0, 20, 99)).how is How.BEFORE_AFTER


def test_two_that_always_ran_together_are_compared_as_they_ran():
    """There is nothing before."""
    assert plan_of(days(0, 9), days(0, 9)) == Plan(How.CANARY, span(0, 9), span(0, 9))


def test_old_data_read_in_again_do_not_move_the_beginning():
    """A few sessions of last year, by a wrong clock or an old file."""
    stray = {START - timedelta(days=365): 2}

    assert plan_of(days(-60, -1), days(0, 9) | stray) == plan_of(days(-60, -1), days(0, 9))
    assert plan_of(days(-20, -1) | stray, days(0, 9)).baseline == span(-14, -1)


def test_one_that_ended_long_ago_is_held_against_its_last_weeks():
    """Another release lay between; what straggled after it does not count."""
    old = days(-90, -40, 100) | days(-5, -5, 1)

    assert plan_of(old, days(0, 9)).baseline == span(-67, -40)


def test_a_rollback_is_held_against_what_came_after():
    """There are no days before."""
    found = plan_of(days(10, 19), days(0, 9))

    assert (found.how, found.baseline) == (How.BEFORE_AFTER, span(10, 19))


def test_a_day_is_enough():
    """Of both, or of each."""
    assert plan_of(days(0, 0), days(0, 0)).how is How.CANARY
    assert plan_of(days(0, 0), days(1, 1)) == Plan(How.BEFORE_AFTER, span(0, 0), span(1, 1))
