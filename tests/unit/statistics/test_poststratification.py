"""Ratings weighted by known cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.poststratification import poststratified, rake
from afterword.statistics.shares import NotEstimable, Reason


def test_poststratified_share_of_the_worked_example():
    """Estimate as R's survey prints it; its error is that of three independent cells."""
    found = poststratified((600, 300, 100), (60, 60, 30), (6, 12, 9))

    assert found.value == pytest.approx(0.15)
    assert found.standard_error == pytest.approx(0.0291548, abs=5e-8)
    rng = np.random.default_rng(3)
    draws = rng.binomial((60, 60, 30), (0.1, 0.2, 0.3), (40_000, 3)) / (60, 60, 30)
    assert (draws @ (0.6, 0.3, 0.1)).std() == pytest.approx(found.standard_error, rel=0.015)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=5))
def test_cells_that_are_rated_alike_need_no_weights(cells):
    """Where everything is rated, the share is the plain one."""
    sizes = [n for n, _ in cells]
    counts = [min(y, n) for n, y in cells]

    assert poststratified(sizes, sizes, counts).value == pytest.approx(sum(counts) / sum(sizes))


def test_a_cell_that_nobody_rated_cannot_be_spoken_for():
    """Its sessions are counted; an empty cell does not matter."""
    assert poststratified((600, 300), (60, 0), (6, 0)) == NotEstimable(Reason.NO_RATINGS, 300)
    assert poststratified((600, 0), (60, 0), (6, 0)).value == pytest.approx(0.1)
    assert poststratified((), (), ()) == NotEstimable(Reason.NO_RATINGS, 0)


def test_raking_of_the_worked_example():
    """As R's survey rakes it; odds ratios of the table stay."""
    table = np.array([[40.0, 20.0], [30.0, 60.0]])

    found = rake(table, (70, 80), (90, 60))

    assert found == pytest.approx(
        np.array([[53.765246, 16.234754], [36.234754, 43.765246]]), abs=5e-7
    )
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == pytest.approx(4.0)
    assert found.sum(1) == pytest.approx((70, 80))
    assert found.sum(0) == pytest.approx((90, 60))


def test_margins_that_no_weights_give_are_said():
    """A row that nobody rated cannot be weighted up."""
    assert rake(np.array([[40, 20], [0, 0]]), (70, 80), (90, 60)) == NotEstimable(
        Reason.NO_OVERLAP, 60
    )
