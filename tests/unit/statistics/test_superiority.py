"""Which of two groups rates higher."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2ordinal

from afterword.statistics.clusters import PeopleSums
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.superiority import OrdinalSums, win_probability
from unit.statistics.people import cell_of
from unit.statistics.worlds import coverage, ratings

once = OrdinalSums.of_strangers
people = st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=8)


def sums_of(rows):
    """Sum people given as (worst, middle, best) ratings."""
    table = np.array(rows)
    products = np.einsum("uk,uj->kj", table, table)
    return OrdinalSums(
        int((table.sum(1) > 0).sum()),
        tuple(table.sum(0).tolist()),
        tuple(map(tuple, products.tolist())),
    )


def plain_bounds(found):
    """Give the bounds as papers print them: θ ± t·se, not on the logit scale."""
    half = stats.t.ppf(0.975, found.degrees) * found.standard_error
    return (found.value - half, found.value + half)


def test_brunner_and_munzels_example():
    """The pain scores of the paper: estimate, t, degrees of freedom, p-value and bounds."""
    found = win_probability(once((11, 2, 0, 1, 0)), once((3, 1, 4, 2, 1)))

    assert found.value == pytest.approx(0.788961, abs=5e-7)
    assert (found.value - 0.5) / found.standard_error == pytest.approx(3.137467, abs=5e-7)
    assert found.degrees == pytest.approx(17.682842, abs=5e-7)
    assert found.p_value == pytest.approx(0.005786209, abs=5e-10)
    assert plain_bounds(found) == pytest.approx((0.595217, 0.982705), abs=5e-7)


def test_ratings_by_level():
    """A thousand ratings each."""
    found = win_probability(once((100, 250, 650)), once((170, 250, 580)))

    assert found.value == pytest.approx(0.456250, abs=5e-7)
    assert plain_bounds(found) == pytest.approx((0.434430, 0.478070), abs=5e-7)


def test_net_benefit_is_what_wins_exceed_losses_by():
    """Standard error and net benefit of a thousand ratings each."""
    found = win_probability(once((100, 250, 650)), once((170, 250, 580)))

    assert found.standard_error == pytest.approx(0.01112579, abs=5e-9)
    assert found.net_benefit == pytest.approx(-0.0875, abs=1e-12)
    wins = 170 * 0 + 250 * 100 + 580 * 350
    losses = 170 * 900 + 250 * 650 + 580 * 0
    assert found.net_benefit == pytest.approx((wins - losses) / 1e6)


def test_two_groups_of_scores_give_the_area_under_the_curve():
    """DeLong's standard error, as R's pROC prints it."""
    found = win_probability(once((50, 40, 30, 20, 10)), once((8, 10, 12, 14, 16)))

    assert found.value == pytest.approx(0.7, abs=5e-7)
    assert found.standard_error == pytest.approx(0.0401115, abs=5e-8)


@given(*[st.tuples(*[st.integers(1, 300)] * 3)] * 2)
def test_it_agrees_with_an_independent_package(first, second):
    """Estimate, error, degrees and p-value are those of statsmodels."""
    found, theirs = (
        win_probability(once(first), once(second)),
        rank_compare_2ordinal(second, first, ddof=1),
    )

    assert found.value == pytest.approx(theirs.prob1, rel=1e-9)
    assert found.standard_error == pytest.approx(
        theirs.var**0.5 / sum(first + second) ** 0.5, rel=1e-9
    )
    assert found.degrees == pytest.approx(theirs.df, rel=1e-9)
    p_value = theirs.test_prob_superior().pvalue
    assert found.p_value == pytest.approx(p_value, rel=1e-6, abs=1e-12)


@given(people)
def test_a_cell_holds_every_product_of_levels(rows):
    """Person sums of a cell leave one solution for the products of different levels."""
    assert OrdinalSums.of(cell_of([tuple(reversed(row)) for row in rows])) == sums_of(rows)


@given(people, people)
def test_two_sets_of_people_are_their_union(a, b):
    """Addition loses nothing."""
    assert sums_of(a) + sums_of(b) == sums_of(a + b)


def test_people_who_rate_often_are_the_sampled_units():
    """The variance of placements is the one that a loop over people finds."""
    first, second = ratings(4, worlds=2, people=40, ratings_each=5, rho=0.5)

    found = win_probability(sums_of(first), sums_of(second))

    def brute(rows, others):
        middle = (np.cumsum(others.sum(0)) - others.sum(0) / 2) / others.sum()
        off = rows @ middle - rows.sum(1) * (rows @ middle).sum() / rows.sum()
        return 40 / 39 * (off**2).sum() / rows.sum() ** 2

    independent = win_probability(once(first.sum(0).tolist()), once(second.sum(0).tolist()))
    assert found.standard_error**2 == pytest.approx(brute(first, second) + brute(second, first))
    assert found.value == pytest.approx(independent.value)
    assert found.standard_error > independent.standard_error


def test_people_who_disagree_with_themselves_are_no_bonus():
    """One of each level a person: placements do not vary over people, but count as strangers'."""
    split, others = sums_of([(1, 1, 1)] * 40), once((30, 50, 90))

    assert win_probability(split, others).standard_error == pytest.approx(
        win_probability(once((40, 40, 40)), others).standard_error
    )


def test_few_people_count_as_one_voice_each():
    """Below fifteen nothing shows how much people agree with themselves: it counts as fully."""
    people, others = [(4, 0, 0), (0, 4, 0), (0, 0, 4)] * 4, once((400, 400, 400))

    found = win_probability(sums_of(people), others)

    # Twelve voices: placements of 1/6, 3/6 and 5/6 vary by 2/27 around the middle.
    theirs = 2 / 27 / 1199
    assert found.standard_error**2 == pytest.approx(2 / 27 / 12 + theirs)


@given(*[st.tuples(*[st.integers(1, 60)] * 3)] * 2)
def test_groups_change_sides(a, b):
    """Swapped groups mirror everything; bounds hold the value inside (0, 1)."""
    one, two = win_probability(once(a), once(b)), win_probability(once(b), once(a))

    assert (one.value, one.low, one.high) == pytest.approx(
        (1 - two.value, 1 - two.high, 1 - two.low)
    )
    assert one.p_value == pytest.approx(two.p_value)
    assert 0 < one.low < one.value < one.high < 1


@pytest.mark.parametrize(
    ("first", "reason", "n"),
    [
        (once((0, 0, 0)), Reason.NO_RATINGS, 0),
        (once((0, 1, 0)), Reason.ONE_RATER, 1),
        (once((0, 0, 20)), Reason.NO_VARIATION, 60),
    ],
)
def test_what_cannot_be_told_is_said(first, reason, n):
    """Nobody, one person, and groups that do not overlap."""
    assert win_probability(first, once((40, 0, 0))) == NotEstimable(reason, n)


@pytest.mark.parametrize(
    ("how", "bounds"),
    [
        ({"people": 30}, (0.93, 0.97)),
        ({"people": 200}, (0.93, 0.97)),
        ({"people": 30, "ratings_each": 3, "rho": 0.3}, (0.92, 0.98)),
        ({"people": 200, "ratings_each": 3, "rho": 0.3}, (0.92, 0.98)),
    ],
)
def test_intervals_hold_as_often_as_they_say(how, bounds):
    """Worse ratings in the second group, whoever rated how often."""
    shares, worse = (0.10, 0.25, 0.65), (0.20, 0.30, 0.50)
    truth = 0.2 * 0.05 + 0.3 * (0.10 + 0.125) + 0.5 * (0.35 + 0.325)
    tables = ratings(21, shares, **how), ratings(22, worse, **how)
    counts = [table.sum(1).tolist() for table in tables]
    products = [np.einsum("wuk,wuj->wkj", table, table).tolist() for table in tables]

    found = [
        win_probability(
            OrdinalSums(how["people"], tuple(a), p), OrdinalSums(how["people"], tuple(b), q)
        )
        for a, b, p, q in zip(*counts, *products, strict=True)
    ]

    assert bounds[0] <= coverage(found, truth) <= bounds[1]


def test_two_levels_are_taken_from_sums_over_people():
    """(m, y) of each person: m - y are not at the level."""
    asked = [(3, 1), (2, 2), (4, 0), (1, 1)]

    found = OrdinalSums.of_two(PeopleSums.of(asked))

    assert found == sums_of([(m - y, y) for m, y in asked])
