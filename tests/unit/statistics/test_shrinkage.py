"""Many groups at one level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.shrinkage import shrink
from afterword.statistics.spreads import posterior

N = np.array((12, 30, 55, 80, 150, 240, 400, 900.0))
Y = np.array((4, 2, 9, 7, 21, 19, 52, 81.0))
groups = st.lists(
    st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=3,
    max_size=25,
)


def test_shrunk_shares_of_the_worked_example():
    """Prior and shares as R's optim finds them."""
    found = shrink(Y, N)

    assert found.prior.a == pytest.approx(34.415, abs=5e-4)
    assert found.prior.b == pytest.approx(277.73, abs=5e-3)
    assert found.share == pytest.approx(
        (0.118511, 0.106431, 0.118249, 0.105611, 0.119908, 0.096740, 0.121344, 0.095215), abs=5e-7
    )
    assert not found.prior.is_pooled
    assert found.ranking == [6, 4, 0, 2, 1, 3, 5, 7]


def test_bounds_and_tail_are_those_of_the_beta_distribution():
    """scipy.stats reaches them another way."""
    found = shrink(Y, N, level=0.9)
    known = stats.beta(*posterior(Y, N))

    assert found.low == pytest.approx(known.ppf(0.05))
    assert found.high == pytest.approx(known.ppf(0.95))
    assert found.above == pytest.approx(known.sf(found.prior.mean))


@given(groups)
def test_every_share_moves_towards_the_common_one(cells):
    """Between its own and the common share, in order low, share, high."""
    y, n = np.array(cells, float).T
    found = shrink(y, n)
    if isinstance(found, NotEstimable):
        return
    own = np.divide(y, n, out=np.full(n.size, found.prior.mean), where=n > 0)

    assert (np.minimum(own, found.prior.mean) - 1e-9 <= found.share).all()
    assert (found.share <= np.maximum(own, found.prior.mean) + 1e-9).all()
    assert (found.low <= found.high).all()
    assert ((found.above >= 0) & (found.above <= 1)).all()


def test_groups_that_differ_by_chance_alone_are_pooled():
    """As many ratings of each share as strangers would give: one share for all."""
    n = np.full(40, 100.0)
    y = np.tile([8.0, 10.0, 12.0, 10.0], 10)

    found = shrink(y, n)

    assert found.prior.is_pooled
    assert found.share == pytest.approx(0.10, abs=5e-3)


@pytest.mark.parametrize(
    ("y", "n", "reason", "count"),
    [
        ([3, 4], [10, 20], Reason.FEW_GROUPS, 2),
        ([3, 4, 0], [10, 20, 0], Reason.FEW_GROUPS, 2),
        ([0, 0, 0], [10, 20, 30], Reason.NO_VARIATION, 60),
        ([10, 20, 30], [10, 20, 30], Reason.NO_VARIATION, 60),
    ],
)
def test_what_cannot_be_seen_is_said(y, n, reason, count):
    """Two groups, and a level that all or none chose."""
    assert shrink(y, n) == NotEstimable(reason, count)


def test_the_worst_use_cases_are_named_more_often_than_by_raw_shares():
    """60 use cases, three of them at 22 %: the worst one named is truly bad, and errors halve."""
    rng = np.random.default_rng(5)
    named, raw_named, error, raw_error = 0, 0, [], []
    for _ in range(150):
        truth = np.full(60, 0.11)
        truth[:3] = 0.22
        n = np.maximum(rng.lognormal(4, 1.2, 60).astype(int), 5)
        y = rng.binomial(n, truth)
        found = shrink(y, n)
        named += found.ranking[0] < 3
        raw_named += np.argmax(y / n) < 3
        error.append(found.share - truth)
        raw_error.append(y / n - truth)

    assert named > 1.4 * raw_named
    assert named / 150 > 0.6
    assert np.std(error) < 0.65 * np.std(raw_error)


@pytest.mark.parametrize("sizes", [(10, 300), (30, 31)])
def test_credible_intervals_hold_as_often_as_they_say(sizes):
    """Over groups whose shares vary, also where groups are so small that chance might be all."""
    rng = np.random.default_rng(6)
    held = []
    for _ in range(60):
        truth = rng.beta(8, 60, 100)
        n = rng.integers(*sizes, 100)
        found = shrink(rng.binomial(n, truth), n)
        held.append((found.low <= truth) & (truth <= found.high))

    # Wholes of 100 groups stand or fall together with their prior: 1 point more on each side.
    assert 0.92 <= np.mean(held) <= 0.98
