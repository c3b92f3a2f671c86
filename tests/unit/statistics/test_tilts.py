"""Shares under a tilt."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.levels import EffectiveShare
from afterword.statistics.shares import Interval, NotEstimable, Reason, wilson
from afterword.statistics.tilts import flip_at_line, flip_between, tilted
from afterword.statistics.unrated import worst_case

counts = st.tuples(*[st.integers(1, 500)] * 3)


def test_tilted_shares_of_the_worked_example():
    """116, 50 and 34 ratings, if the unhappy answer twice as readily."""
    assert tilted((116, 50, 34), (1, 1, 2)) == pytest.approx(
        (0.633880, 0.273224, 0.092896), abs=5e-7
    )


def test_nobody_rated_leaves_nothing_to_tilt():
    """A reason, not a share."""
    assert tilted((0, 0, 0), (1, 1, 2)) == NotEstimable(Reason.NO_RATINGS, 0)


@given(counts, st.floats(0.05, 0.95))
def test_the_tilt_that_flips_puts_the_share_on_the_line(levels, line):
    """Applied to the counts, it does; and so does the other tilt to the nearer bound."""
    bounds = wilson(levels[2], sum(levels))
    found = flip_at_line(bounds, line, Interval(0.5, 0, 1))

    assert tilted(levels, (1, 1, found.estimate))[2] == pytest.approx(line)
    if bounds.low > line:
        assert tilted((1 - bounds.low, bounds.low), (1, found.bound))[1] == pytest.approx(line)
        assert 1 < found.bound < found.estimate
    elif bounds.high < line:
        assert tilted((1 - bounds.high, bounds.high), (1, found.bound))[1] == pytest.approx(line)
        assert found.estimate < found.bound < 1
    else:
        assert found.bound == 1.0


@pytest.mark.parametrize(("n_sessions", "is_possible"), [(1000, True), (230, False)])
def test_a_flip_needs_enough_unrated_sessions(n_sessions, is_possible):
    """34 of 200 rated: a true share of 5 % needs 480 more sessions that were not negative."""
    worst = worst_case(34, 200, n_sessions)

    found = flip_at_line(wilson(34, 200), 0.05, worst)

    assert found.is_possible is is_possible
    assert found.estimate == pytest.approx(34 / 166 / (5 / 95))


@pytest.mark.parametrize("count", [0, 20])
def test_no_tilt_moves_nothing_or_everything(count):
    """A share of 0 or 1 stays."""
    bounds, worst = wilson(count, 20), worst_case(count, 20, 100)

    assert flip_at_line(bounds, 0.2, worst) == NotEstimable(Reason.NO_VARIATION, 0)


def test_two_groups_differ_by_their_odds_ratio():
    """Undone where the unhappy of the second answer so much more readily; Woolf's bounds."""
    first, second = EffectiveShare(0.10, 1000, None), EffectiveShare(0.17, 1000, None)
    wide = (Interval(0.10, 0, 1), Interval(0.17, 0, 1))
    ratio = (170 * 900) / (830 * 100)
    error = (1 / 170 + 1 / 830 + 1 / 100 + 1 / 900) ** 0.5

    found = flip_between(first, second, wide)
    back = flip_between(second, first, wide)

    assert found.estimate == pytest.approx(ratio)
    assert found.bound == pytest.approx(exp(log(ratio) - 1.959964 * error), rel=1e-6)
    assert (back.estimate, back.bound) == pytest.approx((1 / found.estimate, 1 / found.bound))
    assert tilted((0.83, 0.17), (1, found.estimate))[1] == pytest.approx(0.10)


def test_a_difference_that_chance_may_explain_needs_no_tilt():
    """The bound is 1."""
    near = EffectiveShare(0.10, 100, None), EffectiveShare(0.11, 100, None)

    assert flip_between(*near, (Interval(0.1, 0, 1), Interval(0.11, 0, 1))).bound == 1.0


def test_groups_that_are_apart_whatever_was_not_rated_cannot_flip():
    """Worst cases that do not overlap."""
    two = EffectiveShare(0.10, 100, None), EffectiveShare(0.5, 100, None)

    assert not flip_between(*two, (Interval(0.1, 0.05, 0.2), Interval(0.5, 0.4, 0.6))).is_possible
    assert flip_between(*two, (Interval(0.1, 0.05, 0.4), Interval(0.5, 0.4, 0.6))).is_possible


def test_a_group_with_nobody_at_the_level_has_no_tilt():
    """There is nobody whose readiness would matter."""
    none, some = EffectiveShare(0.0, 100, None), EffectiveShare(0.2, 100, None)
    wide = (Interval(0.0, 0, 1), Interval(0.2, 0, 1))

    assert flip_between(none, some, wide) == NotEstimable(Reason.NO_VARIATION, 0)
