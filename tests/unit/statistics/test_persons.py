"""Shares per person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.persons import PersonShares, person_share
from afterword.statistics.shares import NotEstimable, Reason, score_interval, wilson
from unit.statistics.worlds import coverage, ratings

people = st.lists(
    st.integers(0, 12).flatmap(lambda m: st.tuples(st.just(m), st.integers(0, m))), max_size=40
)


def test_everybody_counts_once():
    """One person with forty bad sessions is one of twenty, not forty of fifty-nine."""
    rows = [(40, 40)] + [(1, 0)] * 19

    found = person_share(PersonShares.of(rows))

    assert found.share == pytest.approx(1 / 20)
    assert found.low > 0
    assert found.high < 0.3


def test_people_who_rate_once_give_wilsons_interval():
    """Per person is per session then."""
    assert person_share(PersonShares.of([(1, 1)] * 15 + [(1, 0)] * 133)) == wilson(15, 148)


@pytest.mark.parametrize(
    ("rows", "share", "n"),
    [
        ([(2, 2), (2, 0)] * 10, 0.5, 20),
        ([(10, 5)] * 19 + [(10, 6)], 0.505, 200),
        ([(10, 5)] * 20, 0.5, 200),
        ([(2, 0)] * 20, 0.0, 20),
    ],
)
def test_no_fewer_than_people_and_no_more_than_ratings(rows, share, n):
    """People of one mind each count as people; people who are all alike, as their ratings."""
    found = person_share(PersonShares.of(rows))

    t = 2.093024  # of nineteen degrees of freedom
    expected = score_interval(share, n, quantile=t)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_the_error_is_that_of_a_mean_of_shares():
    """Wilson's bounds at so many people approach mean ± t·s/√U, the textbook's."""
    rng = np.random.default_rng(2)
    m = rng.integers(1, 9, 4000)
    y = rng.binomial(m, rng.beta(2, 5, 4000))
    own = y / m

    found = person_share(PersonShares.of(zip(m.tolist(), y.tolist(), strict=True)))

    half = 1.9605 * own.std(ddof=1) / 4000**0.5
    assert found.share == pytest.approx(own.mean())
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=2e-3)


@given(people, people)
def test_two_sets_of_people_are_their_union(a, b):
    """Whole numbers exactly, sums of shares up to rounding."""
    both, whole = PersonShares.of(a) + PersonShares.of(b), PersonShares.of(a + b)

    assert (both.n_raters, both.n) == (whole.n_raters, whole.n)
    assert (both.shares, both.squares) == pytest.approx((whole.shares, whole.squares))


@given(people)
def test_the_share_lies_inside_its_bounds(rows):
    """For any people, in [0, 1]."""
    found = person_share(PersonShares.of(rows))

    assert isinstance(found, NotEstimable) or 0 <= found.low <= found.share <= found.high <= 1


@pytest.mark.parametrize(
    ("rows", "reason", "n"),
    [
        ([(0, 0)], Reason.NO_RATINGS, 0),
        ([(50, 3)], Reason.ONE_RATER, 1),
        ([(4, 1), (5, 0)], Reason.FEW_RATINGS, 9),
    ],
)
def test_what_cannot_be_told_is_said(rows, reason, n):
    """Nobody, one person, and fewer than ten ratings."""
    assert person_share(PersonShares.of(rows)) == NotEstimable(reason, n)


@pytest.mark.parametrize(
    ("how", "level", "bounds"),
    [
        # Wilson's own coverage at 30 and 10 % is .974 (exact): so few steps cannot do better.
        ({"people": 30}, 1, (0.93, 0.97)),
        ({"people": 100}, 2, (0.93, 0.97)),
        ({"people": 30, "ratings_each": 3, "rho": 0.3}, 1, (0.92, 0.98)),
        ({"people": 30, "ratings_each": 3, "rho": 0.3}, 2, (0.92, 0.98)),
        ({"people": 200, "ratings_each": 3, "rho": 0.3}, 2, (0.92, 0.98)),
    ],
)
def test_intervals_hold_as_often_as_they_say(how, level, bounds):
    """Few and many people, once and often, a common and a rare level."""
    table = ratings(31, **how)
    m, y = table.sum(2), table[..., level]
    own = y / m
    rows = zip(m.sum(1).tolist(), own.sum(1).tolist(), (own**2).sum(1).tolist(), strict=True)

    found = [person_share(PersonShares(how["people"], *row)) for row in rows]

    assert bounds[0] <= coverage(found, (0.25, 0.10)[level - 1]) <= bounds[1]
