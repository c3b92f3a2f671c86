"""How much more days differ than chance makes them."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from afterword.statistics.dispersion import DaySums, overdispersion
from afterword.statistics.shares import NotEstimable, Reason
from unit.statistics.worlds import TRUTH


def sums(days):
    """Sum days."""
    return sum(map(DaySums.of, days), DaySums())


def test_it_is_pearsons_test_of_the_table_of_days_and_levels():
    """Scipy's statistic of each kind of day, over all degrees of freedom."""
    rng = np.random.default_rng(1)
    weekdays, weekends = rng.integers(1, 60, (9, 3)), rng.integers(1, 20, (4, 3))

    theirs = [chi2_contingency(one, correction=False) for one in (weekdays, weekends)]

    found = overdispersion((sums(weekdays.tolist()), sums(weekends.tolist())))
    assert found == pytest.approx(sum(x.statistic for x in theirs) / (8 * 2 + 3 * 2))


def test_a_level_that_nobody_chose_is_in_neither():
    """Two levels of three: half the degrees of freedom."""
    days = [(9, 1, 0), (3, 7, 0), (5, 5, 0)]

    theirs = chi2_contingency([one[:2] for one in days], correction=False)

    assert overdispersion([sums(days)]) == pytest.approx(theirs.statistic / 2)


def test_kinds_are_not_held_against_each_other():
    """Weekends that differ from weekdays are no overdispersion, and days without ratings none."""
    weekdays, weekends = sums([(8, 1, 1), (0, 0, 0), (8, 1, 1)]), sums([(1, 1, 8), (1, 1, 8)])

    assert overdispersion([weekdays, weekends]) == 1.0
    assert overdispersion([weekdays + weekends]) > 3
    assert (weekdays + weekends).n_days == 4


@pytest.mark.parametrize(("n", "effect"), [(2, 1.0), (40, 1.0), (20, 3.0)])
def test_ratings_that_come_in_threes_vary_three_times_as_much(n, effect):
    """In the mean over 400 streams of eight weeks; also where a day has two ratings."""
    rng = np.random.default_rng(2)
    days = (effect * rng.multinomial(n, TRUTH, (400, 56))).astype(int)

    found = [sums(stream.tolist()) for stream in days]

    raw = [
        (sum(s * one.n / c for s, c in zip(one.squares, one.counts, strict=True)) - one.n) / 110
        for one in found
    ]
    # Three standard errors: a stream's own is √(2/110) of it.
    assert np.mean(raw) == pytest.approx(effect, rel=3 * (2 / 110 / 400) ** 0.5 + 0.01)
    assert [overdispersion([one]) for one in found] == pytest.approx(np.maximum(raw, 1.0))


@pytest.mark.parametrize(
    ("days", "n"), [([], 0), ([(5, 3, 2)], 1), ([(5, 0, 0)] * 7, 7), ([(0, 0, 0)], 0)]
)
def test_what_shows_no_variation_is_said(days, n):
    """No day, one, or one level alone."""
    assert overdispersion([sums(days)]) == NotEstimable(Reason.NO_VARIATION, n)
