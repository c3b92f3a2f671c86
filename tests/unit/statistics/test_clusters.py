"""People who rate often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.clusters import (
    Agreement,
    PeopleSums,
    clustered_wilson,
    design_effect,
    variance,
)
from afterword.statistics.shares import Interval, NotEstimable, Reason, wilson

# Twelve people: how many sessions each rated, and how many of them badly.
TWELVE = PeopleSums.of(
    zip(
        (1, 3, 2, 5, 1, 4, 2, 8, 1, 3, 2, 6),
        (0, 1, 0, 3, 0, 0, 1, 5, 0, 0, 1, 2),
        strict=True,
    )
)
people = st.lists(
    st.integers(0, 12).flatmap(lambda m: st.tuples(st.just(m), st.integers(0, m))), max_size=40
)


def test_design_effect_of_the_worked_example():
    """The standard error is that of R's survey and sandwich packages."""
    assert TWELVE.share == pytest.approx(0.342105, abs=5e-7)
    assert variance(TWELVE) ** 0.5 == pytest.approx(0.0900461, abs=5e-8)
    assert design_effect(TWELVE) == pytest.approx(1.368980, abs=5e-7)
    assert TWELVE.n / design_effect(TWELVE) == pytest.approx(27.757883, abs=5e-7)


def test_clustered_wilson_of_the_worked_example():
    """Wilson at the effective size with t of eleven degrees of freedom."""
    found = clustered_wilson(TWELVE)

    assert (found.low, found.high) == pytest.approx((0.181194, 0.549939), abs=5e-7)


@given(people.filter(lambda rows: sum(m > 0 for m, _ in rows) > 1))
def test_variance_from_sums_is_the_variance_over_people(rows):
    """Sums give what a loop over the people gives."""
    rows = [(m, y) for m, y in rows if m]
    n, share = sum(m for m, _ in rows), sum(y for _, y in rows) / sum(m for m, _ in rows)
    u = len(rows)
    brute = u / (u - 1) * sum((y - share * m) ** 2 for m, y in rows) / n**2

    assert variance(PeopleSums.of(rows)) == pytest.approx(brute, rel=1e-9, abs=1e-12)


@given(people, people)
def test_sums_of_two_groups_are_the_sums_of_all(a, b):
    """Adding commutes and loses nobody."""
    assert PeopleSums.of(a) + PeopleSums.of(b) == PeopleSums.of(b + a)


@given(people)
def test_a_clustered_interval_holds_its_share_and_is_no_narrower(rows):
    """Bounds lie in [0, 1], and repeated raters never make a share look better known."""
    sums = PeopleSums.of(rows)
    found = clustered_wilson(sums)
    if isinstance(found, NotEstimable):
        return
    plain = wilson(sums.y, sums.n)

    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.high - found.low >= plain.high - plain.low - 1e-12


@pytest.mark.parametrize(
    ("rows", "reason", "n"),
    [
        ([], Reason.NO_RATINGS, 0),
        ([(0, 0)], Reason.NO_RATINGS, 0),
        ([(7, 3)], Reason.ONE_RATER, 1),
        ([(7, 0), (2, 0)], Reason.NO_VARIATION, 9),
        ([(7, 7), (2, 2)], Reason.NO_VARIATION, 9),
    ],
)
def test_what_cannot_be_seen_is_said(rows, reason, n):
    """Nobody, one person, and a level that all or none chose have no design effect."""
    sums = PeopleSums.of(rows)

    assert design_effect(sums) == clustered_wilson(sums) == NotEstimable(reason, n)


def test_people_who_disagree_with_themselves_are_no_bonus():
    """The design effect is at least 1."""
    assert design_effect(PeopleSums.of([(2, 1)] * 20)) == 1.0


def test_people_who_rate_once_have_no_design_effect():
    """Exactly 1, though the variance over people divides by one less."""
    assert design_effect(PeopleSums.of([(1, 1)] * 10 + [(1, 0)] * 20)) == 1.0


@pytest.mark.parametrize(
    ("person", "rho"),
    [([(4, 4), (4, 0)], 1.0), ([(4, 2), (4, 2)], 0.0)],
)
def test_agreement_runs_from_none_to_complete(person, rho):
    """People of one mind give 1, people who always split give 0."""
    pool = Agreement.of([PeopleSums.of(person * 20)])

    assert pool.rho == pytest.approx(rho, abs=0.02)  # U/(U-1) and n/(n-1) differ a little


def test_agreement_is_lent_by_how_often_people_rate():
    """The same agreement costs a cell of heavy raters more, and one of single ratings nothing."""
    pool = Agreement.of([TWELVE])
    once = PeopleSums.of([(1, 1), (1, 0)])
    heavy = PeopleSums.of([(20, 20), (20, 0)])

    assert 0 < pool.rho < 1
    assert pool.design_effect(once) == 1.0
    assert pool.design_effect(heavy) == pytest.approx(1 + 19 * pool.rho)


def test_agreement_that_nobody_shows_is_taken_as_complete():
    """Where nobody rated twice there is no ground to be lenient elsewhere."""
    assert Agreement.of([PeopleSums.of([(1, 1), (1, 0)] * 30)]).rho == 1.0


def test_agreement_of_levels_counts_their_people_once():
    """Three levels of one cell have the same raters; two cells add up."""
    one_cell = Agreement.of([TWELVE, TWELVE, TWELVE])

    assert one_cell.n_raters == 12
    assert (one_cell + one_cell).n_raters == 24
    assert (one_cell + one_cell).rho == pytest.approx(one_cell.rho)


def test_no_design_effect_leaves_only_the_quantile():
    """With deff 1 the interval differs from Wilson's by Student's t alone."""
    sums = PeopleSums.of([(1, 1), (1, 0)] * 5000)
    found = clustered_wilson(sums)

    assert isinstance(found, Interval)
    # t of 9,999 degrees is 1.96020, z is 1.95996.
    assert found.low == pytest.approx(wilson(5000, 10_000).low, abs=2e-5)
