"""Numbers that may be looked at any time."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from afterword.statistics.anytime import (
    anytime_difference,
    anytime_share,
    half_width,
    log_e_value,
)
from afterword.statistics.clusters import Agreement, PeopleSums
from afterword.statistics.differences import difference
from afterword.statistics.shares import NotEstimable, Reason
from unit.statistics.worlds import level_sums, ratings


def strangers(y, n):
    """Sum people who rated once."""
    return PeopleSums(n, n, y, n, y, y)


def test_evidence_of_the_worked_examples():
    """A difference of .07 with error .02; and R's confseq at intrinsic time 100."""
    assert log_e_value(0.07, 0.02, 0.05) == pytest.approx(4.289672, abs=5e-7)
    assert log_e_value(0.07, 0.02, 0.05, one_sided=True) == pytest.approx(4.982241, abs=5e-7)
    assert log_e_value(0.3, 0.1, 0.398401) == pytest.approx(2.820454, abs=5e-7)
    assert log_e_value(0.3, 0.1, 0.355777, one_sided=True) == pytest.approx(3.554571, abs=5e-7)


def test_bounds_of_the_worked_examples():
    """A difference of .07 with error .02; and 100 against 170 of 1,000."""
    half = half_width(0.02, 0.05, 0.95)
    assert (0.07 - half, 0.07 + half) == pytest.approx((0.009179, 0.130821), abs=5e-7)

    error = (0.1 * 0.9 / 1000 + 0.17 * 0.83 / 1000) ** 0.5
    assert error == pytest.approx(0.0152020, abs=5e-8)
    assert log_e_value(0.07, error, 0.05, one_sided=True) == pytest.approx(9.162734, abs=5e-7)
    half = half_width(error, 0.05, 0.95)
    assert (0.07 - half, 0.07 + half) == pytest.approx((0.023782, 0.116218), abs=5e-7)


@given(st.floats(-0.3, 0.3), st.floats(0.01, 0.2), st.floats(0.02, 0.2))
def test_evidence_is_a_mean_of_likelihood_ratios(value, error, expected):
    """The closed form is the integral over differences that it stands for."""
    middle = value * expected**2 / (error**2 + expected**2)
    wide = 12 * error * expected / (error**2 + expected**2) ** 0.5

    def mixed(low, high):
        d = np.linspace(low, high, 4001)
        density = np.exp(-0.5 * (d / expected) ** 2) / (expected * (2 * np.pi) ** 0.5)
        return np.log(np.trapezoid(np.exp((value * d - d * d / 2) / error**2) * density, d))

    two = mixed(middle - wide, middle + wide)
    one = log(2) + mixed(max(middle - wide, 0), max(middle, 0) + wide)

    assert log_e_value(value, error, expected) == pytest.approx(two, abs=1e-3)
    assert log_e_value(value, error, expected, one_sided=True) == pytest.approx(one, abs=1e-3)


@given(st.floats(0.001, 0.2), st.floats(0.01, 0.2), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_bound_is_where_evidence_reaches_the_alarm(error, expected, confidence_level):
    """Interval and evidence are two sides of one thing."""
    half = half_width(error, expected, confidence_level)

    assert log_e_value(half, error, expected) == pytest.approx(-log(1 - confidence_level))


def test_a_difference_is_bounded_with_its_own_error():
    """The smoothed, clustered error of the difference goes in; p is 1/e, at most 1."""
    found = difference(strangers(100, 1000), strangers(170, 1000), Agreement())
    same = difference(strangers(100, 1000), strangers(101, 1000), Agreement())

    watched = anytime_difference(found)

    half = half_width(found.standard_error, 0.05, 0.95)
    assert (watched.low, watched.high) == pytest.approx((0.07 - half, 0.07 + half))
    assert watched.p_value == pytest.approx(np.exp(-watched.log_e))
    assert watched.low < found.low
    assert anytime_difference(same).p_value == 1.0


def test_too_few_ratings_are_not_looked_at():
    """Below twenty in a group the normal distribution does not hold."""
    found = difference(strangers(4, 19), strangers(170, 1000), Agreement())

    assert anytime_difference(found) == NotEstimable(Reason.FEW_RATINGS, 19)
    assert anytime_share(0, 0) == NotEstimable(Reason.NO_RATINGS, 0)


@pytest.mark.parametrize(
    ("y", "n", "low", "high"),
    [
        (20, 97, 0.096042, 0.357468),
        (20, 100, 0.092769, 0.348208),
        (17, 100, 0.071854, 0.313686),
        (170, 1000, 0.130081, 0.215623),
    ],
)
def test_shares_that_may_be_looked_at_any_time(y, n, low, high):
    """Robbins' beta-binomial mixture, as the package ville prints it."""
    found = anytime_share(y, n)

    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-7)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_bounds_of_a_share_are_where_its_mixture_weighs_twenty_to_one(case):
    """The mean of the likelihood over all shares is 1/(n + 1); bounds hold the share."""
    y, n = case
    found = anytime_share(y, n)

    assert 0 <= found.low <= y / n <= found.high <= 1
    for bound in {found.low, found.high} - {0.0, 1.0}:
        assert 1 / (n + 1) / binom.pmf(y, n, bound) == pytest.approx(20, rel=1e-6)
        assert beta.pdf(bound, y + 1, n - y + 1) == pytest.approx(1 / 20, rel=1e-6)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_the_truth_is_never_left_in_all_looks_together(rho):
    """Fifteen looks at people who rate again and again: at most 5 % of worlds ever miss."""
    looks, worlds = 15, 200
    table = ratings(41, worlds=2 * worlds, people=60, ratings_each=6, rho=rho)
    days = np.random.default_rng(42).multinomial(table, [1 / looks] * looks)
    so_far = np.cumsum(days, axis=-1)
    missed, unsure = np.zeros(worlds, bool), 0
    for look in range(3, looks):
        sums = level_sums(so_far[..., look])
        for world, (a, b) in enumerate(zip(sums[:worlds], sums[worlds:], strict=True)):
            found = anytime_difference(difference(a, b, Agreement.of([a]) + Agreement.of([b])))
            if isinstance(found, NotEstimable):
                unsure += 1  # too few people so far
            else:
                missed[world] |= not found.low <= 0 <= found.high

    assert missed.mean() <= 0.05
    assert unsure < 0.05 * worlds * (looks - 3)
