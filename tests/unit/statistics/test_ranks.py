"""Rankings that know their doubt."""

import numpy as np
import pytest

from afterword.statistics.ranks import rank
from afterword.statistics.shares import NotEstimable, Reason


def test_groups_that_differ_have_their_places():
    """Ten thousand ratings each leave no doubt."""
    found = rank(np.array([3_000.0, 1_000.0, 2_000.0]), np.full(3, 10_000.0))

    assert found.place.tolist() == found.first.tolist() == found.last.tolist() == [3, 1, 2]
    assert not found.is_pooled
    assert found.share == pytest.approx([0.3, 0.1, 0.2], abs=0.002)


def test_groups_that_do_not_may_have_any_place():
    """Alike in everything, in the order given."""
    found = rank(np.full(6, 10.0), np.full(6, 100.0))

    assert found.is_pooled
    assert found.place.tolist() == [1, 2, 3, 4, 5, 6]
    assert (found.first.tolist(), found.last.tolist()) == ([1] * 6, [6] * 6)


def test_one_that_stands_apart_is_last_though_chance_may_explain_it():
    """A prior for the likeliest would make all alike."""
    y = np.array([14.0, 3, 3, 7, 6, 2, 2, 1, 1, 1, 2])
    found = rank(y, np.array([116.0, 43, 43, 49, 16, 20, 20, 20, 6, 5, 6]))

    assert found.is_pooled
    assert found.place[4] == y.size
    assert found.share[4] > 1.5 * found.share[0]


def test_places_and_shares_hold_the_truth():
    """In 95 of 100 groups, over worlds whose groups differ as they may; the seed is fixed."""
    rng = np.random.default_rng(11)
    places, shares, widths = [], [], []
    for _ in range(150):
        truth = rng.beta(4, 30, 12)
        n = rng.integers(15, 300, 12).astype(float)
        found = rank(rng.binomial(n.astype(int), truth).astype(float), n)
        place = truth.argsort().argsort() + 1
        places.append((found.first <= place) & (place <= found.last))
        shares.append((found.low <= truth) & (truth <= found.high))
        widths.append(found.last - found.first + 1)

    # 1,800 groups: two standard errors are a point. Places are whole, so that bounds hold more.
    assert 0.93 <= np.mean(shares) <= 0.975
    assert np.mean(places) >= 0.94
    assert np.mean(widths) < 9


@pytest.mark.parametrize(
    ("y", "reason"), [([1.0, 2.0], Reason.FEW_GROUPS), ([0.0, 0.0, 0.0], Reason.NO_VARIATION)]
)
def test_what_cannot_be_ranked_says_why(y, reason):
    """No numbers."""
    found = rank(np.array(y), np.full(len(y), 20.0))

    assert isinstance(found, NotEstimable)
    assert found.reason == reason
