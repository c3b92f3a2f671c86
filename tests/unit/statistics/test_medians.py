"""The middle of counted values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from afterword.statistics.clusters import PeopleSums, design_effect
from afterword.statistics.medians import median
from afterword.statistics.shares import NotEstimable, Reason
from unit.statistics.worlds import coverage


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
        assert found == NotEstimable(Reason.FEW_VALUES, len(values))
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
    assert median({}) == NotEstimable(Reason.FEW_VALUES, 0)


def test_bounds_hold_where_people_are_seen_often():
    """Three answers each of people with a pace of their own: 92-98 %, and less without."""
    rng = np.random.default_rng(8)
    widened, plain = [], []
    for _ in range(400):
        m = rng.geometric(1 / 3, 100)
        owner = np.repeat(np.arange(100), m)
        pace = rng.normal(0.7, 0.6, 100)[owner] + rng.normal(0, 0.6, owner.size)
        values = dict.fromkeys(np.exp(pace).tolist(), 1)
        below = np.bincount(owner[np.exp(pace) <= median(values).value], minlength=100)
        effect = design_effect(PeopleSums.of(zip(m.tolist(), below.tolist(), strict=True)))
        widened.append(median(values, design_effect=effect))
        plain.append(median(values))

    assert 0.92 <= coverage(widened, np.exp(0.7)) <= 0.98
    assert coverage(plain, np.exp(0.7)) < 0.92


def test_voices_are_what_bounds_rest_on():
    """Ranks 8 and 18 of 25 voices are as deep as 32 and 73 of 104 values; five are too few."""
    values = dict.fromkeys(range(1, 105), 1)
    found = median(values, design_effect=4.1)

    assert (found.low, found.high) == (32, 73)
    assert median(values, design_effect=20.0) == NotEstimable(Reason.FEW_VALUES, 104)


def test_bounds_of_a_median_hold_as_often_as_they_say():
    """Seconds to answer are skewed; at least 95 %, and not much more."""
    rng = np.random.default_rng(5)
    seconds = np.round(rng.lognormal(0.7, 0.8, (1000, 200)), 2)

    found = [median(dict.fromkeys(row, 1)) for row in (seconds + rng.random((1000, 200)) / 1e6)]

    assert 0.94 <= coverage(found, np.exp(0.7)) <= 0.97
