"""How many ratings it takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.levels import EffectiveShare
from afterword.statistics.sample_sizes import ratings_needed, ratings_still_needed
from afterword.statistics.shares import NotEstimable, Reason


@pytest.mark.parametrize(
    ("share", "other", "power", "n"),
    [
        (0.5, 0.75, 0.9, 76.706930),
        (0.20, 0.17, 0.8, 2628.631515),
        (0.10, 0.17, 0.8, 372.922126),
        (0.10, 0.13, 0.8, 1773.975572),
    ],
)
def test_ratings_needed_by_each_group(share, other, power, n):
    """R's power.prop.test finds the same by its root finder, to the digits it prints."""
    assert ratings_needed(share, other, power=power) == pytest.approx(n, rel=1e-7)


def test_so_many_ratings_find_the_difference_as_often_as_promised():
    """Simulated: 373 ratings of .10 and .17 are told apart in 80 % of worlds."""
    rng = np.random.default_rng(9)
    a, b = rng.binomial(373, 0.10, 20_000) / 373, rng.binomial(373, 0.17, 20_000) / 373
    middle = (a + b) / 2
    z = (b - a) / np.sqrt(middle * (1 - middle) * 2 / 373)

    assert np.mean(z > 1.959964) == pytest.approx(0.80, abs=0.015)


@given(st.floats(0.02, 0.45))
def test_equal_groups_need_what_each_would_need(share):
    """A first group of just that size leaves just that size to the second."""
    n = ratings_needed(share, share + 0.05)

    more = ratings_still_needed(EffectiveShare(share, n, None), EffectiveShare(0.1, 10, None), 10)

    assert more == pytest.approx(n - 10, abs=1.01)


def test_people_who_rate_often_need_more():
    """A design effect of two doubles the ratings."""
    first = EffectiveShare(0.10, 4000, None)

    strangers = ratings_still_needed(first, EffectiveShare(0.12, 100, None), 100)
    regulars = ratings_still_needed(first, EffectiveShare(0.12, 50, 30), 100)

    assert regulars == pytest.approx(2 * (strangers + 100) - 100, abs=2)


def test_enough_is_enough():
    """No more ratings are needed then."""
    first, second = EffectiveShare(0.10, 4000, None), EffectiveShare(0.12, 4000, None)

    assert ratings_still_needed(first, second, 4000) == 0


def test_a_first_group_that_is_too_small_is_never_enough():
    """Endless ratings of the second do not help."""
    first, second = EffectiveShare(0.10, 100, None), EffectiveShare(0.12, 10, None)

    assert ratings_still_needed(first, second, 10) == NotEstimable(Reason.FEW_RATINGS, 100)


def test_a_high_share_is_told_from_a_lower_one():
    """From 98 % there is no room upwards."""
    second = EffectiveShare(0.9, 10, None)

    high = ratings_still_needed(EffectiveShare(0.98, 5000, None), second, 10)
    low = ratings_still_needed(EffectiveShare(0.02, 5000, None), second, 10)

    assert high == low
