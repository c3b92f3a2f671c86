"""Do groups rate alike?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, kruskal

from afterword.statistics.homogeneity import homogeneity
from afterword.statistics.rank_strata import van_elteren
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.superiority import OrdinalSums
from unit.statistics.people import cell_of
from unit.statistics.worlds import ratings

levels = st.tuples(*[st.integers(1, 60)] * 3)


def of_people(people):
    """Sum (positive, neutral, negative) ratings of people."""
    return OrdinalSums.of(cell_of(people))


@given(st.lists(levels, min_size=2, max_size=6))
def test_strangers_give_the_test_of_kruskal_and_wallis(groups):
    """As scipy computes it, corrected for ties."""
    found = homogeneity([OrdinalSums.of_strangers(one) for one in groups])
    theirs = kruskal(*(np.repeat([0, 1, 2], one) for one in groups))

    assert found.statistic == pytest.approx(theirs.statistic, abs=1e-9)
    # Theirs is no number where groups are equal: rounding makes a statistic below 0; or it is off
    # by the root of what rounding leaves.
    assert np.isnan(theirs.pvalue) or found.p_value == pytest.approx(theirs.pvalue, abs=1e-6)
    assert (found.degrees, found.design_effect) == (len(groups) - 1, pytest.approx(1))


def test_two_groups_are_the_test_of_mann_and_whitney():
    """The square of its z, as printed: -3.913951."""
    groups = ((100, 250, 650), (170, 250, 580))
    found = homogeneity([OrdinalSums.of_strangers(one) for one in groups])

    assert found.statistic == pytest.approx(3.913951**2, abs=1e-5)
    assert found.p_value == pytest.approx(van_elteren([groups]).p_value)


def test_people_of_one_mind_count_as_one_voice():
    """Each rates five times the same: the evidence is that of one rating each."""
    once = [[(1, 0, 0)] * 40 + [(0, 0, 1)] * 20, [(1, 0, 0)] * 20 + [(0, 0, 1)] * 40]
    often = [[tuple(5 * n for n in person) for person in group] for group in once]
    one, five = (homogeneity([of_people(group) for group in each]) for each in (once, often))

    assert five.design_effect == pytest.approx(5, rel=0.02)
    assert five.statistic == pytest.approx(one.statistic, rel=0.03)
    assert five.p_value > one.p_value == pytest.approx(chi2.sf(one.statistic, 1))


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([], Reason.FEW_GROUPS),
        ([(5, 3, 2), (0, 0, 0)], Reason.FEW_GROUPS),
        ([(10_000, 0, 0), (20, 0, 0)], Reason.NO_VARIATION),
    ],
)
def test_what_cannot_be_tested_is_said(groups, reason):
    """One group, or one level, is no number."""
    found = homogeneity([OrdinalSums.of_strangers(one) for one in groups])

    assert isinstance(found, NotEstimable)
    assert found.reason is reason


@pytest.mark.parametrize(("people", "each", "rho"), [(120, 1, 0), (60, 3, 0.3), (12, 6, 0.3)])
def test_groups_that_are_alike_are_seldom_told_apart(people, each, rho):
    """Four groups of moody people: at most 5 % of worlds."""
    worlds = ratings(91, worlds=800, people=4 * people, ratings_each=each, rho=rho)
    found = sum(
        homogeneity([of_people(group.tolist()) for group in np.split(world, 4)]).p_value <= 0.05
        for world in worlds
    )

    # Two standard errors of 800 worlds are .0155.
    assert found / 800 <= 0.05 + 0.0155


def test_people_in_every_group_hide_differences_rather_than_make_them():
    """The same people's first, middle and last ratings: below 5 %."""
    worlds = ratings(92, worlds=400, people=90, ratings_each=6, rho=0.3)
    rng = np.random.default_rng(93)
    found = 0
    for world in worlds:
        parts = rng.multinomial(world, [1 / 3] * 3)
        found += homogeneity([of_people(parts[..., k].tolist()) for k in range(3)]).p_value <= 0.05

    assert found / 400 <= 0.05
