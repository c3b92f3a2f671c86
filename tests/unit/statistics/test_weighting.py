"""Ratings weighted to stand for all sessions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.clusters import Agreement, PeopleSums, variance
from afterword.statistics.levels import effective
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.weighting import WeightedSums, poststratified, rake, weighted_share
from unit.statistics.worlds import coverage

sessions = st.tuples(st.sampled_from([0.1, 1 / 7, 1 / 3, 0.9, 1.0]), st.booleans())
people = st.lists(st.lists(sessions, max_size=4), max_size=20)


def test_a_rare_answer_stands_for_more():
    """Ten sessions asked at a chance of 1/7 stand for seventy."""
    rows = [[(1.0, False)]] * 30 + [[(1 / 7, True)]] * 10

    assert weighted_share(WeightedSums.of(rows)).share == pytest.approx(70 / 100)


def test_equal_chances_are_plain_shares():
    """Skipped sessions at 10 % each: share and effective size are those of unweighted people."""
    rng = np.random.default_rng(1)
    rows = [
        [(0.1, bool(seen)) for seen in rng.random(m) < mood]
        for m, mood in zip(rng.integers(1, 5, 80), rng.choice((0.1, 0.8), 80), strict=True)
    ]
    plain = PeopleSums.of((len(row), sum(seen for _, seen in row)) for row in rows)

    found = weighted_share(WeightedSums.of(rows))

    assert found.share == pytest.approx(plain.share)
    assert found.share * (1 - found.share) / found.n == pytest.approx(variance(plain))
    assert found.n == pytest.approx(effective(plain, Agreement.of([plain])).n)


def test_where_nothing_varies_unequal_weights_still_cost():
    """Kish's effective size of weights 1 and 10."""
    found = weighted_share(WeightedSums.of([[(1.0, True)], [(0.1, True)]] * 20))

    assert (found.share, found.n) == (1.0, pytest.approx(220**2 / 2020))


@given(people, people)
def test_two_sets_of_people_are_their_union(a, b):
    """Up to rounding."""
    both, whole = WeightedSums.of(a) + WeightedSums.of(b), WeightedSums.of(a + b)

    assert (both.n_people, both.n) == (whole.n_people, whole.n)
    assert (both.w, both.y, both.w2, both.wy, both.y2) == pytest.approx(
        (whole.w, whole.y, whole.w2, whole.wy, whole.y2)
    )


@given(people)
def test_a_weighted_share_is_a_share(rows):
    """In [0, 1], and never on more than its sessions."""
    found = weighted_share(WeightedSums.of(rows))

    if not isinstance(found, NotEstimable):
        assert 0 <= found.share <= 1
        assert 0 < found.n <= sum(map(len, rows)) + 1e-9


def test_too_few_people_are_no_share():
    """Fewer than fifteen, or none."""
    assert weighted_share(WeightedSums()) == NotEstimable(Reason.NO_RATINGS, 0)
    assert weighted_share(WeightedSums.of([[(1.0, True)]] * 14)) == NotEstimable(
        Reason.FEW_RATERS, 14
    )


def test_back_off_is_undone_by_its_logged_chance():
    """Unhappy people are asked less after ignoring asks: weighted shares hold, raw ones do not."""
    rng = np.random.default_rng(17)
    worlds, n = 2000, 200
    unhappy = rng.random((worlds, n)) < 0.3
    chance = np.where(unhappy, rng.choice((1 / 3, 1.0), (worlds, n)), 1.0)
    bad = rng.random((worlds, n)) < np.where(unhappy, 0.5, 0.1)
    asked = rng.random((worlds, n)) < chance
    w, y = asked / chance, asked * bad / chance
    rows = zip(
        *(one.sum(1).tolist() for one in (asked, asked, w, y, w * w, w * y, y * y)), strict=True
    )

    found = [weighted_share(WeightedSums(*row)).bounds() for row in rows]

    assert 0.93 <= coverage(found, 0.22) <= 0.97
    raw = (asked & bad).sum(1) / asked.sum(1)
    assert raw.mean() < 0.195


def test_poststratified_share_of_the_worked_example():
    """Estimate as R's survey prints it; its error is that of three independent cells."""
    found = poststratified((600, 300, 100), (60, 60, 30), (6, 12, 9))

    assert found.value == pytest.approx(0.15)
    assert found.standard_error == pytest.approx(0.0291548, abs=5e-8)
    rng = np.random.default_rng(3)
    draws = rng.binomial((60, 60, 30), (0.1, 0.2, 0.3), (40_000, 3)) / (60, 60, 30)
    assert (draws @ (0.6, 0.3, 0.1)).std() == pytest.approx(found.standard_error, rel=0.015)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=5))
def test_cells_that_are_rated_alike_need_no_weights(cells):
    """Where everything is rated, the share is the plain one."""
    sizes = [n for n, _ in cells]
    counts = [min(y, n) for n, y in cells]

    assert poststratified(sizes, sizes, counts).value == pytest.approx(sum(counts) / sum(sizes))


def test_a_cell_that_nobody_rated_cannot_be_spoken_for():
    """Its sessions are counted; an empty cell does not matter."""
    assert poststratified((600, 300), (60, 0), (6, 0)) == NotEstimable(Reason.NO_RATINGS, 300)
    assert poststratified((600, 0), (60, 0), (6, 0)).value == pytest.approx(0.1)
    assert poststratified((), (), ()) == NotEstimable(Reason.NO_RATINGS, 0)


def test_raking_of_the_worked_example():
    """As R's survey rakes it; odds ratios of the table stay."""
    table = np.array([[40.0, 20.0], [30.0, 60.0]])

    found = rake(table, (70, 80), (90, 60))

    assert found == pytest.approx(
        np.array([[53.765246, 16.234754], [36.234754, 43.765246]]), abs=5e-7
    )
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == pytest.approx(4.0)
    assert found.sum(1) == pytest.approx((70, 80))
    assert found.sum(0) == pytest.approx((90, 60))


def test_margins_that_no_weights_give_are_said():
    """A row that nobody rated cannot be weighted up."""
    assert rake(np.array([[40, 20], [0, 0]]), (70, 80), (90, 60)) == NotEstimable(
        Reason.NO_OVERLAP, 60
    )
