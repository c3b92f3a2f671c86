"""One model against another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.rankings import ranking_gain
from afterword.statistics.shares import NotEstimable, Reason
from unit.statistics.worlds import coverage

person = st.tuples(st.integers(0, 4), st.integers(0, 4))


def by_pairs(scores, stayed, left):
    """Give DeLong's kernel of every pair of people: 1, or ½ for a tie."""
    high, low = scores[left][:, None], scores[stayed][None, :]
    return (high > low) + (high == low) / 2


def test_area_of_the_worked_example():
    """Against a model that knows nothing: DeLong's error as R's pROC prints it."""
    found = ranking_gain(np.zeros(5), np.arange(5), (50, 40, 30, 20, 10), (8, 10, 12, 14, 16))

    assert (found.before, found.after) == (0.5, pytest.approx(0.7, abs=5e-7))
    assert found.standard_error == pytest.approx(0.0401115, abs=5e-8)


@given(st.lists(person, min_size=2, max_size=9), st.lists(person, min_size=2, max_size=9))
def test_it_is_what_every_pair_of_people_says(stayed, left):
    """Areas and error of the gain from a table of all pairs, as in the paper."""
    scores = np.array(stayed + left, float).T
    is_left = np.arange(len(stayed) + len(left)) >= len(stayed)
    before, after = (by_pairs(one, ~is_left, is_left) for one in scores)
    gain = after - before
    variance = gain.mean(1).var(ddof=1) / len(left) + gain.mean(0).var(ddof=1) / len(stayed)

    found = ranking_gain(*scores, ~is_left, is_left)

    assert (found.before, found.after) == pytest.approx((before.mean(), after.mean()))
    assert found.standard_error == pytest.approx(variance**0.5, abs=1e-9)


def test_cells_may_be_counted_together():
    """People of the same scores are one cell; a design effect of four doubles the error."""
    apart = ranking_gain([1, 1, 2, 3], [1, 1, 3, 2], [4, 6, 9, 9], [1, 2, 5, 7])
    together = ranking_gain([1, 2, 3], [1, 3, 2], [10, 9, 9], [3, 5, 7], design_effect=4.0)

    assert together.value == pytest.approx(apart.value)
    assert together.standard_error == pytest.approx(2 * apart.standard_error)


def test_one_who_left_shows_nothing():
    """Nor does one who stayed."""
    assert ranking_gain([1, 2], [2, 1], [30, 40], [1, 0]) == NotEstimable(Reason.FEW_PEOPLE, 1)
    assert ranking_gain([1, 2], [2, 1], [0, 0], [9, 9]) == NotEstimable(Reason.FEW_PEOPLE, 0)


def test_intervals_hold_as_often_as_they_say():
    """400 people, 20 % leave; a second sign as good as the first, one standard deviation."""
    rng = np.random.default_rng(41)
    found, large = [], 200_000
    for n in [large, *[400] * 500]:
        is_left = rng.random(n) < 0.2
        signs = rng.normal(is_left, 1.0, (2, n))
        found.append(ranking_gain(signs[0], signs.sum(0), ~is_left, is_left))
    truth = found[0].value

    assert truth == pytest.approx(0.081, abs=0.004)  # Φ(1) - Φ(1/√2)
    assert 0.93 <= coverage(found[1:], truth) <= 0.97
