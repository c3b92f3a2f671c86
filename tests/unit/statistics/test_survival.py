"""The share that has not left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.survival import Followed, survival
from unit.statistics.remission import TREATED
from unit.statistics.worlds import coverage

counts = st.dictionaries(st.integers(1, 12), st.integers(1, 6), max_size=8)


def test_remission_of_the_worked_example():
    """Shares, error and bounds as R's survival prints them."""
    found = {one.time: one for one in survival(TREATED)}

    assert [one.share for one in found.values()] == pytest.approx(
        (0.857143, 0.806723, 0.752941, 0.690196, 0.627451, 0.537815, 0.448179), abs=5e-7
    )
    assert found[10].standard_error == pytest.approx(0.0963497, abs=5e-8)
    assert (found[10].low, found[10].high) == pytest.approx((0.503200, 0.889362), abs=5e-7)


@given(counts, counts)
def test_it_agrees_with_an_independent_package(left, staying):
    """Shares and errors are statsmodels', from people one by one."""
    found = survival(Followed(left, staying))
    if isinstance(found, NotEstimable):
        return
    times = [at for each in (left, staying) for at, n in each.items() for _ in range(n)]
    theirs = SurvfuncRight(times, [1] * sum(left.values()) + [0] * sum(staying.values()))

    for one, share, error in zip(found, theirs.surv_prob, theirs.surv_prob_se, strict=False):
        assert (one.share, one.standard_error) == pytest.approx((share, error))
        assert 0 <= one.low < one.share < one.high <= 1


@given(counts, counts, counts, counts)
def test_two_groups_are_their_union(left, staying, more, others):
    """Whoever is at risk in one is at risk in both together."""
    a, b = Followed(left, staying), Followed(more, others)

    assert (a + b).n == a.n + b.n
    assert all((a + b).at_risk(k) == a.at_risk(k) + b.at_risk(k) for k in range(14))


def test_the_curve_ends_where_few_are_left_to_follow():
    """Four people at risk, or all who were at risk gone, tell no share."""
    assert [one.time for one in survival(Followed({1: 3, 2: 1, 3: 1}, {9: 3}))] == [1, 2]
    assert [one.time for one in survival(Followed({1: 3, 2: 7}, {1: 2}))] == [1]


@pytest.mark.parametrize(
    ("people", "reason", "n"),
    [
        (Followed(), Reason.FEW_PEOPLE, 0),
        (Followed({1: 2}, {3: 2}), Reason.FEW_PEOPLE, 4),
        (Followed({}, {3: 40}), Reason.NO_VARIATION, 40),
        (Followed({2: 40}, {}), Reason.NO_VARIATION, 40),
    ],
)
def test_what_cannot_be_followed_is_said(people, reason, n):
    """Too few, nobody who left, and everybody at once."""
    assert survival(people) == NotEstimable(reason, n)


@pytest.mark.parametrize("people", [30, 200])
def test_intervals_hold_as_often_as_they_say(people):
    """Leaving at 5 % a week, following that ends anywhere in 20 weeks: the share after 6."""
    rng = np.random.default_rng(21)
    found = []
    for leaves, ends in zip(
        rng.geometric(0.05, (1000, people)), rng.integers(1, 21, (1000, people)), strict=True
    ):
        gone = leaves <= ends
        rows = [
            dict(zip(*map(np.ndarray.tolist, np.unique(at, return_counts=True)), strict=True))
            for at in (leaves[gone], ends[~gone])
        ]
        found.append([one for one in survival(Followed(*rows)) if one.time <= 6][-1:])
    told = [one[0] for one in found if one]

    assert len(told) >= 995
    assert 0.93 <= coverage(told, 0.95**6) <= 0.97
