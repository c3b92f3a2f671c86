"""The rank test within strata."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from afterword.statistics.rank_strata import van_elteren
from afterword.statistics.shares import NotEstimable, Reason

levels = st.tuples(*[st.integers(1, 60)] * 3)


def test_van_elterens_test_of_the_worked_example():
    """Two strata, as R's coin prints them."""
    found = van_elteren([((20, 50, 130), (18, 30, 52)), ((10, 25, 45), (40, 60, 80))])

    assert found.z**2 == pytest.approx(9.674385, abs=5e-7)
    assert found.p_value == pytest.approx(0.001868548, abs=5e-10)
    assert found.z < 0


@pytest.mark.parametrize(
    ("first", "second", "z"),
    [
        ((11, 2, 0, 1, 0), (3, 1, 4, 2, 1), 2.693435),
        ((100, 250, 650), (170, 250, 580), -3.913951),
    ],
)
def test_one_stratum_is_the_test_of_mann_and_whitney(first, second, z):
    """Corrected for ties, without continuity correction."""
    assert van_elteren([(first, second)]).z == pytest.approx(z, abs=5e-7)


@given(levels, levels)
def test_one_stratum_agrees_with_an_independent_package(first, second):
    """The p-value is scipy's, from ratings one by one."""
    rows = [np.repeat((1, 2, 3), one) for one in (second, first)]
    theirs = mannwhitneyu(*rows, use_continuity=False, method="asymptotic")

    assert van_elteren([(first, second)]).p_value == pytest.approx(
        theirs.pvalue, rel=1e-9, abs=1e-12
    )


@given(st.lists(st.tuples(levels, levels), min_size=1, max_size=4))
def test_groups_change_sides(strata):
    """Swapped groups turn the sign; the order of strata does not matter."""
    found = van_elteren(strata)
    swapped = van_elteren([(b, a) for a, b in reversed(strata)])

    assert found.z == pytest.approx(-swapped.z, abs=1e-9)
    assert van_elteren(strata, design_effect=4.0).z == pytest.approx(found.z / 2, abs=1e-9)


def test_strata_of_one_group_tell_nothing():
    """They are left out; alone they are no test."""
    both = ((20, 50, 130), (18, 30, 52))
    alone = ((0, 0, 0), (5, 5, 5))

    assert van_elteren([both, alone]) == van_elteren([both])
    assert van_elteren([alone]) == NotEstimable(Reason.NO_OVERLAP, 15)
    assert van_elteren([((9, 0, 0), (4, 0, 0))]) == NotEstimable(Reason.NO_OVERLAP, 13)
