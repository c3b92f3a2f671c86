"""Ratings weighted by the chance of being seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.clusters import Agreement, PeopleSums, variance
from afterword.statistics.levels import effective
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.weighting import WeightedSums, weighted_share
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
