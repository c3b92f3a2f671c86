"""Which of two numbers moves first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.leads import lead
from afterword.statistics.shares import NotEstimable, Reason


def drop(weeks, at, seed, *, noise=0.01):
    """Give a share that falls by ten points in one week and by five in another, and comes back."""
    share = np.full(weeks, 0.6)
    share[at : at + 20] -= 0.10
    share[at + 6 : at + 20] -= 0.05
    return share + np.random.default_rng(seed).normal(0, noise, weeks)


@pytest.mark.parametrize("later", [-3, 0, 4])
def test_ratings_that_fall_earlier_are_found_to(later):
    """By the number of weeks, with its sign."""
    found = lead(drop(60, 15, 1), drop(60, 15 + later, 2))

    assert found.periods == later
    assert found.p_value < 0.01
    assert found.correlation > 0.5


def test_series_change_sides():
    """The lag turns its sign, the evidence stays."""
    a, b = drop(60, 15, 1), drop(60, 18, 2)
    found, swapped = lead(a, b), lead(b, a)

    assert found.periods == -swapped.periods == 3
    assert found.p_value == pytest.approx(swapped.p_value)


def test_the_correlation_is_that_of_shifted_steps():
    """numpy's, but for the ends that have no partner."""
    a, b = drop(200, 60, 1), drop(200, 63, 2)
    steps = np.diff(a)[:-3], np.diff(b)[3:]

    assert lead(a, b).correlation == pytest.approx(np.corrcoef(*steps)[0, 1], abs=0.01)


@pytest.mark.parametrize("kind", ["steady", "drifting", "seasonal"])
def test_series_that_have_nothing_to_do_with_each_other_seldom_lead(kind):
    """At most 5 % of pairs, even where both drift or go up and down."""
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(300):
        a, b = rng.normal(0, 1, (2, 52))
        if kind == "drifting":
            a, b = a.cumsum(), b.cumsum()
        if kind == "seasonal":
            phase = rng.uniform(0, 2 * np.pi, 2)
            a += 0.5 * np.sin(np.arange(52) / 8 + phase[0])
            b += 0.5 * np.sin(np.arange(52) / 8 + phase[1])
        hits += lead(a, b).p_value < 0.05

    assert hits / 300 <= 0.05


def test_weeks_without_a_value_are_left_out():
    """The lag is still found; too many of them are too few weeks."""
    a, b = drop(60, 15, 1), drop(60, 19, 2)
    a[[5, 30]] = b[40] = np.nan

    assert lead(a, b).periods == 4
    assert lead(a, b).p_value < 0.01
    a[20:] = np.nan
    assert lead(a, b) == NotEstimable(Reason.FEW_PERIODS, 18)


def test_too_short_and_too_still_are_said():
    """Nineteen weeks, and a number that takes the same step every week."""
    still, moves = [0.1 * week for week in range(30)], list(np.random.default_rng(1).random(30))

    assert lead(moves[:19], moves[:19]) == NotEstimable(Reason.FEW_PERIODS, 19)
    assert lead(still, moves) == lead(moves, still) == NotEstimable(Reason.NO_VARIATION, 30)


@given(st.lists(st.floats(0, 1), min_size=20, max_size=60))
def test_a_series_does_not_lead_itself(series):
    """Its steps go together best where they are the same."""
    found = lead(series, series)

    assert isinstance(found, NotEstimable) or found.periods == 0
