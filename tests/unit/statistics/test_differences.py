"""Two groups at one level."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from afterword.statistics.clusters import Agreement, PeopleSums, variance
from afterword.statistics.differences import Difference, SharedSums, difference
from afterword.statistics.levels import effective
from afterword.statistics.shares import NotEstimable, Reason, wilson
from unit.statistics.worlds import coverage, level_sums, ratings

NONE = Agreement()
once = st.integers(10, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def strangers(y, n):
    """Sum people who rated once."""
    return PeopleSums.of([(1, 1)] * y + [(1, 0)] * (n - y))


def shared_of(pairs):
    """Sum people given as (m, y) in both groups."""
    total = SharedSums()
    for (m, y), (k, z) in pairs:
        if m and k:
            total += SharedSums(1, m * k, y * k, m * z, y * z)
    return total


def test_difference_gives_newcombes_bounds():
    """56 of 70 against 48 of 80, as Newcombe's square-and-add interval is printed."""
    found = difference(strangers(48, 80), strangers(56, 70), NONE)

    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.052431, 0.333873), abs=5e-7)


@given(once, once)
def test_difference_agrees_with_an_independent_package(a, b):
    """Bounds and score test of people who rate once are those of statsmodels."""
    found = difference(strangers(*a), strangers(*b), NONE)
    theirs = confint_proportions_2indep(*b, *a, method="newcomb", compare="diff")

    assert (found.low, found.high) == pytest.approx(theirs, abs=1e-9)
    if 0 < a[0] + b[0] < a[1] + b[1]:
        _, p_value = proportions_ztest([a[0], b[0]], [a[1], b[1]])
        assert found.p_value == pytest.approx(p_value, rel=1e-9)
    else:
        assert found.p_value == 1.0


def test_standard_error_is_that_of_two_shares():
    """100 and 170 of 1,000: .0152020 up to half a rating, and above 0 where nobody is at it."""
    found = difference(strangers(100, 1000), strangers(170, 1000), NONE)

    assert found.standard_error == pytest.approx(0.0152020, rel=2e-3)
    assert difference(strangers(0, 50), strangers(0, 50), NONE).standard_error > 0


@given(once, once)
def test_groups_change_sides_and_the_difference_its_sign(a, b):
    """Swapped groups mirror the interval and keep the evidence."""
    one, two = (
        difference(strangers(*a), strangers(*b), NONE),
        difference(strangers(*b), strangers(*a), NONE),
    )

    assert (one.low, one.high, one.p_value) == pytest.approx((-two.high, -two.low, two.p_value))
    assert -1 <= one.low <= one.value <= one.high <= 1


def test_people_who_rate_often_widen_it():
    """Each group counts as its effective number of strangers, with t of its people."""
    regulars = PeopleSums.of([(4, 4), (4, 0), (4, 1), (4, 0)] * 8)
    pool = Agreement.of([regulars])

    found = difference(regulars, strangers(30, 100), pool)

    share, plain = effective(regulars, pool), wilson(regulars.y, regulars.n)
    assert share.n < regulars.n
    assert share.degrees == 31
    low = (
        found.value
        - ((wilson(30, 100).low - 0.3) ** 2 + (share.bounds().high - 0.3125) ** 2) ** 0.5
    )
    assert found.low == pytest.approx(low)
    assert share.bounds().high > plain.high


def test_people_in_both_groups_are_compared_with_themselves():
    """Their covariance is the one that a loop over people finds, and narrows the interval."""
    rng = np.random.default_rng(3)
    moods = rng.random(60) < 0.4
    pairs = [
        tuple((m, int(rng.binomial(m, 0.9 if mood else 0.1))) for m in rng.integers(1, 5, 2))
        for mood in moods
    ]
    first, second = (PeopleSums.of(pair[k] for pair in pairs) for k in (0, 1))
    p, q = first.share, second.share
    products = sum((y - p * m) * (z - q * k) for (m, y), (k, z) in pairs) / (first.n * second.n)
    brute = products / (variance(first) * variance(second)) ** 0.5

    pool = Agreement.of([first, second])
    found = difference(first, second, pool, shared=shared_of(pairs))
    alone = difference(first, second, pool)

    assert found.correlation == pytest.approx(brute)
    assert brute > 0.3
    assert found.high - found.low < 0.9 * (alone.high - alone.low)
    assert found.standard_error < alone.standard_error


def test_the_group_with_fewer_people_decides_how_sure_one_may_be():
    """Twenty people who rate often against two hundred: t of nineteen degrees."""
    few, many = (PeopleSums.of([(4, 4), (4, 0), (4, 1), (4, 0)] * k) for k in (5, 50))
    pool = Agreement.of([few]) + Agreement.of([many])
    some = few - PeopleSums(0, 0, 10)  # the same people, ten ratings better
    a, b = effective(some, pool), effective(many, pool)
    middle = (a.share * a.n + b.share * b.n) / (a.n + b.n)
    z = (b.share - a.share) / (middle * (1 - middle) * (1 / a.n + 1 / b.n)) ** 0.5

    assert difference(some, many, pool).p_value == pytest.approx(2 * student.sf(z, 19))
    assert difference(many, some, pool).p_value == pytest.approx(2 * student.sf(z, 19))


def test_the_design_effect_is_what_widens_the_error():
    """Four ratings of one mind each count as one; people who rate once have none."""
    stubborn = PeopleSums.of([(4, 4), (4, 0), (4, 0)] * 40)
    pool = Agreement.of([stubborn])

    repeated = difference(stubborn, stubborn, pool)
    once = difference(strangers(30, 100), strangers(40, 100), NONE)

    # U/(U - 1) and half a rating on each side of 120 and of 480 keep it from being 4.
    assert repeated.design_effect == pytest.approx(4.0, rel=0.02)
    assert once.design_effect == 1.0


def test_a_few_people_in_both_groups_are_not_believed():
    """Fourteen show too little of how much people agree over the groups."""
    pairs = [((3, 3), (3, 3)), ((3, 0), (3, 0))] * 7
    sums = PeopleSums.of(pair[0] for pair in pairs) + strangers(20, 40)
    pool = Agreement.of([sums])

    assert difference(sums, sums, pool, shared=shared_of(pairs)).correlation == 0.0
    assert difference(sums, sums, pool, shared=shared_of([*pairs, pairs[0]])).correlation > 0


@given(
    st.lists(
        st.tuples(
            st.tuples(st.just(2), st.integers(0, 2)), st.tuples(st.just(3), st.integers(0, 3))
        ),
        max_size=9,
    )
)
def test_shared_sums_add_up(pairs):
    """Two sets of people are their union."""
    assert shared_of(pairs[:4]) + shared_of(pairs[4:]) == shared_of(pairs)


def test_the_rest_is_the_whole_without_the_part():
    """Exact where nobody rates on both sides; wider, not narrower, where somebody does."""
    part, rest = PeopleSums.of([(3, 2), (1, 0)]), PeopleSums.of([(4, 1), (2, 2), (5, 0)])
    assert (part + rest) - part == rest

    both = [((2, 2), (3, 3)), ((2, 0), (3, 0))] * 20
    whole = PeopleSums.of((m + k, y + z) for (m, y), (k, z) in both)
    part = PeopleSums.of(pair[0] for pair in both)
    left = whole - PeopleSums(part.n_raters // 2, part.n, part.y, part.m2, part.my, part.y2)
    true = PeopleSums.of(pair[1] for pair in both)

    assert (left.n, left.y) == (true.n, true.y)
    assert variance(left) >= variance(true)


@pytest.mark.parametrize(
    ("sums", "reason", "n"),
    [
        (PeopleSums(), Reason.NO_RATINGS, 0),
        (strangers(3, 9), Reason.FEW_RATINGS, 9),
        (PeopleSums.of([(40, 3)]), Reason.ONE_RATER, 1),
        (PeopleSums(0, 40, 3), Reason.UNKNOWN_RATERS, 0),
    ],
)
def test_what_cannot_be_compared_is_said(sums, reason, n):
    """Whichever group it is that tells too little."""
    enough = strangers(30, 100)

    assert difference(sums, enough, NONE) == NotEstimable(reason, n)
    assert difference(enough, sums, NONE) == NotEstimable(reason, n)


@pytest.mark.parametrize(
    ("people", "ratings_each", "rho", "bounds"),
    [
        (30, 1, 0.0, (0.93, 0.97)),
        (200, 1, 0.0, (0.93, 0.97)),
        (30, 3, 0.3, (0.92, 0.98)),
        (200, 3, 0.3, (0.92, 0.98)),
    ],
)
@pytest.mark.parametrize("shares", [(0.65, 0.25, 0.10), (0.3, 0.3, 0.4)])
def test_intervals_hold_as_often_as_they_say(people, ratings_each, rho, bounds, shares):
    """Two groups of the same size, 20 % of ratings moved to the level in the second."""
    moved = (shares[0] - 0.2, shares[1], shares[2] + 0.2)
    how = {"people": people, "ratings_each": ratings_each, "rho": rho}
    first = level_sums(ratings(11, shares, **how))
    second = level_sums(ratings(12, moved, **how))

    found = [
        difference(a, b, Agreement.of([a]) + Agreement.of([b]))
        for a, b in zip(first, second, strict=True)
    ]

    assert bounds[0] <= coverage(found, 0.2) <= bounds[1]


def test_no_difference_is_found_as_often_as_allowed():
    """5 % of null worlds with repeating raters, within three standard errors."""
    how = {"people": 60, "ratings_each": 3, "rho": 0.3}
    found = [
        difference(a, b, Agreement.of([a]) + Agreement.of([b])).p_value
        for a, b in zip(level_sums(ratings(1, **how)), level_sums(ratings(2, **how)), strict=True)
    ]

    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.015)


def test_the_same_people_on_both_sides_are_held_as_often():
    """Everybody rates in both groups: 92-98 % with their covariance, more without."""
    table = ratings(5, people=80, ratings_each=6, rho=0.3)
    rng = np.random.default_rng(6)
    first = rng.binomial(table, 0.5)
    second = table - first
    a, b = level_sums(first), level_sums(second)
    m, y, k, z = first.sum(2), first[..., 2], second.sum(2), second[..., 2]
    both = (m > 0) & (k > 0)
    rows = np.stack(
        [both.sum(1), *((u * v).sum(1) for u, v in ((m, k), (y, k), (m, z), (y, z)))], 1
    )
    pools = [Agreement.of([one]) + Agreement.of([other]) for one, other in zip(a, b, strict=True)]
    cases = list(zip(a, b, pools, rows.tolist(), strict=True))

    paired = [difference(one, two, pool, shared=SharedSums(*row)) for one, two, pool, row in cases]
    alone = [difference(one, two, pool) for one, two, pool, _ in cases]

    assert 0.92 <= coverage(paired, 0.0) <= 0.98
    assert coverage(alone, 0.0) > 0.98


def test_a_difference_is_a_plain_value():
    """Equal inputs give equal results; nothing of numpy leaks out."""
    found = difference(strangers(3, 30), strangers(9, 40), NONE)

    assert isinstance(found, Difference)
    assert all(type(one) is float for one in astuple(found)[:5])
