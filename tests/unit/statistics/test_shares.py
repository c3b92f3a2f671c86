"""Shares and their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint

from afterword.domain.counts import Cell
from afterword.statistics.shares import (
    NotEstimable,
    RatingCounts,
    Reason,
    goodman,
    score_interval,
    wilson,
)

# The published tables print six digits.
SIX_DIGITS = 5e-7

counts = st.builds(
    RatingCounts, st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)
)
trials_with_successes = st.integers(0, 10**6).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n))
)


def bounds(interval):
    """Give the pair of bounds."""
    return (interval.low, interval.high)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.255289, 0.366210),
        (15, 148, 0.062386, 0.160487),
        (0, 20, 0.0, 0.161125),
        (1, 29, 0.006113, 0.171755),
        (10, 100, 0.055229, 0.174366),
    ],
)
def test_wilson_gives_the_published_bounds(successes, trials, low, high):
    """Newcombe's four examples and 10 of 100, as R's prop.test prints them."""
    assert bounds(wilson(successes, trials)) == pytest.approx((low, high), abs=SIX_DIGITS)


@given(trials_with_successes, st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_agrees_with_an_independent_package(case, confidence_level):
    """The same bounds as statsmodels to rounding, for any count and level."""
    successes, trials = case
    if trials == 0:
        return
    theirs = proportion_confint(successes, trials, alpha=1 - confidence_level, method="wilson")

    ours = wilson(successes, trials, confidence_level=confidence_level)

    assert bounds(ours) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_goodman_holds_three_levels_at_once():
    """65 helpful, 25 okay and 10 not of 100."""
    found = [bounds(interval) for interval in goodman((65, 25, 10))]

    assert found == [
        pytest.approx((0.530524, 0.753214), abs=SIX_DIGITS),
        pytest.approx((0.161831, 0.365272), abs=SIX_DIGITS),
        pytest.approx((0.048548, 0.194816), abs=SIX_DIGITS),
    ]


def test_goodman_gives_the_published_bounds_of_seven_categories():
    """The seven-category example, against its printed bounds and against statsmodels."""
    seven = (56, 72, 73, 59, 62, 87, 58)

    found = [bounds(interval) for interval in goodman(seven)]

    assert found[0] == pytest.approx((0.085167, 0.166261), abs=SIX_DIGITS)
    assert found[5] == pytest.approx((0.142749, 0.239416), abs=SIX_DIGITS)
    theirs = multinomial_proportions_confint(seven, alpha=0.05, method="goodman")
    assert found == [pytest.approx(tuple(pair), rel=1e-9) for pair in theirs]


def test_no_ratings_is_an_answer_not_a_number():
    """Zero rated sessions give a reason, never 0 %."""
    assert NotEstimable(Reason.NO_RATINGS, n=0) == wilson(0, 0) == goodman((0, 0, 0))


def test_more_successes_than_trials_is_the_callers_mistake():
    """The error names the bounds and the value."""
    with pytest.raises(ValueError, match=r"0\.\.3, got 4"):
        wilson(4, 3)


@given(counts, counts)
def test_counts_of_two_halves_are_the_counts_of_the_whole(a, b):
    """Adding commutes and loses nothing."""
    assert a + b == b + a
    assert (a + b).rated == a.rated + b.rated
    assert (a + b).levels == tuple(x + y for x, y in zip(a.levels, b.levels, strict=True))


def test_counts_come_out_of_a_cell_best_level_first():
    """Sessions that were not rated are not counted."""
    cell = Cell("all", n_sessions=90, n_rated=6, positive=3, neutral=2, negative=1)

    assert RatingCounts.of(cell).levels == (3, 2, 1)


@given(
    st.floats(0, 1), st.floats(0.01, 1e9), st.floats(0.1, 60)
)  # quantiles as wide as t of one degree of freedom
def test_the_share_lies_inside_its_bounds(share, trials, quantile):
    """For every share, number of ratings (whole or not) and level, the bounds are ordered."""
    found = score_interval(share, trials, quantile=quantile)

    assert 0 <= found.low <= found.share <= found.high <= 1


@given(trials_with_successes)
def test_bounds_of_the_rest_mirror_those_of_the_level(case):
    """What is not at the level has the mirrored interval."""
    successes, trials = case
    if trials == 0:
        return
    level, rest = wilson(successes, trials), wilson(trials - successes, trials)

    assert (1 - rest.high, 1 - rest.low) == pytest.approx(bounds(level), abs=1e-12)
