"""What becomes of asks."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from afterword.statistics.funnel import AskCounts, funnel, median
from afterword.statistics.shares import NotEstimable, Reason, wilson
from unit.statistics.worlds import coverage

MONTH = AskCounts(
    eligible=1000,
    granted=800,
    shown=700,
    answered=280,
    dismissed=140,
    withdrawn=70,
    ignored=210,
    expired=100,
)


def test_each_step_is_a_share_of_the_one_before():
    """With Wilson's bounds."""
    found = funnel(MONTH)

    assert found.granted == wilson(800, 1000)
    assert found.shown == wilson(700, 800)
    assert found.expired == wilson(100, 800)
    assert found.answered == wilson(280, 700)
    assert found.dismissed == wilson(140, 700)
    assert found.withdrawn == wilson(70, 700)
    assert found.ignored == wilson(210, 700)


def test_two_response_rates_differ_by_whom_they_forget():
    """Of those shown, and of all eligible; what we withdrew ourselves was refused by nobody."""
    found = funnel(MONTH)

    assert found.answered.share == pytest.approx(0.4)
    assert found.answered_of_eligible == wilson(280, 280 + 140 + 210 + 300)


def test_people_who_are_asked_often_widen_it():
    """At the effective number of asks."""
    assert funnel(MONTH, design_effect=2.0).answered == wilson(140, 350)


def test_nobody_asked_is_no_rate():
    """Every step says so."""
    assert set(astuple(funnel(AskCounts()))) == {
        tuple(astuple(NotEstimable(Reason.NO_RATINGS, 0)))
    }


@given(*[st.builds(AskCounts, *[st.integers(0, 99)] * 8)] * 2)
def test_counts_add_up(a, b):
    """Field by field."""
    assert astuple(a + b) == tuple(x + y for x, y in zip(astuple(a), astuple(b), strict=True))


def test_median_of_counted_seconds():
    """Ranks 8 and 18 of 25 bound the median at 95 %, as tables of the sign test print them."""
    found = median(dict.fromkeys(range(1, 26), 1))

    assert (found.value, found.low, found.high, found.n) == (13, 8, 18, 25)


@given(st.dictionaries(st.integers(0, 30), st.integers(1, 6), min_size=1))
def test_median_is_that_of_the_values_one_by_one(counts):
    """The lower middle one; bounds hold it, and are equal ranks from both ends."""
    values = sorted(np.repeat(list(counts), list(counts.values())).tolist())
    found = median(counts)
    if len(values) < 6:
        assert found == NotEstimable(Reason.FEW_RATINGS, len(values))
        return

    assert found.value == values[(len(values) - 1) // 2]
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize("n", [6, 7, 30, 100, 1001])
def test_ranks_are_the_narrowest_that_hold(n):
    """One rank further in would not."""
    found = median(dict.fromkeys(range(1, n + 1), 1))

    assert found.low + found.high == n + 1
    assert binom.cdf(found.low - 1, n, 0.5) <= 0.025 < binom.cdf(found.low, n, 0.5)


def test_nothing_to_take_a_median_of():
    """No answers."""
    assert median({}) == NotEstimable(Reason.NO_RATINGS, 0)


def test_bounds_of_a_median_hold_as_often_as_they_say():
    """Seconds to answer are skewed; at least 95 %, and not much more."""
    rng = np.random.default_rng(5)
    seconds = np.round(rng.lognormal(0.7, 0.8, (1000, 200)), 2)

    found = [median(dict.fromkeys(row, 1)) for row in (seconds + rng.random((1000, 200)) / 1e6)]

    assert 0.94 <= coverage(found, np.exp(0.7)) <= 0.97
