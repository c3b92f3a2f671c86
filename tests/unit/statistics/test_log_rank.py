"""Groups that leave at different rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import survdiff

from afterword.statistics.log_rank import log_rank
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.survival import Followed
from unit.statistics.remission import PLACEBO, TREATED

counts = st.dictionaries(st.integers(1, 8), st.integers(1, 6), min_size=1, max_size=5)
groups = st.lists(st.builds(Followed, counts, counts), min_size=2, max_size=4)


def test_remission_of_the_worked_example():
    """Treated against placebo, as R's survival prints it."""
    found = log_rank([TREATED, PLACEBO])

    assert found.statistic == pytest.approx(16.792941, abs=5e-7)
    assert found.degrees == 1
    assert sum(found.expected) == pytest.approx(30)


@given(groups)
def test_it_agrees_with_an_independent_package(people):
    """statsmodels', for two groups and more, from people one by one."""
    rows = [
        (at, is_left, group)
        for group, one in enumerate(people)
        for is_left, each in ((1, one.left), (0, one.staying))
        for at, n in each.items()
        for _ in range(n)
    ]
    found = log_rank(people)
    if isinstance(found, NotEstimable) or found.degrees < len(people) - 1:
        return
    statistic, p_value = survdiff(*np.array(rows).T)

    assert found.statistic == pytest.approx(statistic, rel=1e-6, abs=1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-6, abs=1e-12)


def test_rounding_adds_no_degree_of_freedom():
    """A search found two degrees for two groups here."""
    people = [Followed({1: 1}, {1: 1}), Followed({1: 1, 2: 4}, {1: 1, 2: 6})]

    assert log_rank(people).degrees == 1


def test_a_group_of_nobody_takes_no_part():
    """The test of the others, with their degrees of freedom."""
    two, three = log_rank([TREATED, PLACEBO]), log_rank([TREATED, Followed(), PLACEBO])

    assert (three.statistic, three.degrees) == (pytest.approx(two.statistic), 1)


@pytest.mark.parametrize(
    ("people", "n"),
    [([Followed(), Followed()], 0), ([Followed({}, {3: 9}), Followed({5: 4})], 13)],
)
def test_nobody_who_left_beside_another_group_is_no_test(people, n):
    """Nobody at all, and leaving after the other group is no longer followed."""
    assert log_rank(people) == NotEstimable(Reason.NO_VARIATION, n)
