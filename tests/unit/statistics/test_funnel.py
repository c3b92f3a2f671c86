"""What becomes of asks."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.clusters import t_quantile
from afterword.statistics.funnel import AskCounts, funnel
from afterword.statistics.shares import NotEstimable, Reason, score_interval, wilson

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


def test_few_people_are_less_sure_of_their_design_effect():
    """Student's t in place of the normal distribution."""
    plain, few = funnel(MONTH, design_effect=2.0), funnel(MONTH, design_effect=2.0, degrees=5)

    assert few.answered.low < plain.answered.low
    assert few.answered == score_interval(0.4, 350, quantile=t_quantile(0.95, 5))


def test_nobody_asked_is_no_rate():
    """Every step says so."""
    assert set(astuple(funnel(AskCounts()))) == {tuple(astuple(NotEstimable(Reason.NO_ASKS, 0)))}


@given(*[st.builds(AskCounts, *[st.integers(0, 99)] * 8)] * 2)
def test_counts_add_up(a, b):
    """Field by field."""
    assert astuple(a + b) == tuple(x + y for x, y in zip(astuple(a), astuple(b), strict=True))
