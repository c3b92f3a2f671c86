"""How long until a comparison has its answer."""

from statistics import NormalDist

import numpy as np
import pytest

from afterword.statistics.anytime import anytime_difference, half_width
from afterword.statistics.clusters import Agreement, PeopleSums
from afterword.statistics.differences import difference
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.waiting import Aim, ratings_to_wait_for

AIM = Aim(0.05)


def compared(y, n, z, m):
    """Compare y of n with z of m, each of a stranger."""
    first = PeopleSums(n, n, y, n, y, y)
    return difference(first, PeopleSums(m, m, z, m, z, z), Agreement())


def test_the_error_aimed_at_tells_the_margin_from_nothing():
    """Half the width of the interval and the luck that is allowed for make up the margin."""
    error = AIM.error

    luck = NormalDist().inv_cdf(0.8) * error
    assert half_width(error, 0.05, 0.95) + luck == pytest.approx(0.05, abs=1e-12)
    assert Aim(0.02).error < error < Aim(0.05, 0.9).error


def test_nothing_is_needed_where_there_is_enough():
    """However many there are."""
    assert ratings_to_wait_for(compared(1000, 9000, 1000, 9000), 9000, AIM, do_both_grow=True) == 0


@pytest.mark.parametrize(("do_both_grow", "n_first"), [(True, 900), (False, 5600)])
def test_as_many_more_bring_the_error_aimed_at(do_both_grow, n_first):
    """Where the shares stay: with a first group that grows as before, or one that is closed."""
    found = compared(n_first // 10, n_first, 10, 100)

    more = ratings_to_wait_for(found, 100, AIM, do_both_grow=do_both_grow)

    grown = round(n_first * (1 + more / 100)) if do_both_grow else n_first
    after = compared(grown / 10, grown, (100 + more) / 10, 100 + more)
    assert more > 500
    assert after.standard_error == pytest.approx(AIM.error, rel=0.02)


def test_a_closed_first_group_may_be_too_small():
    """Then no number of the second one's makes up for it."""
    found = ratings_to_wait_for(compared(10, 100, 10, 100), 100, AIM, do_both_grow=False)

    assert found == NotEstimable(Reason.FEW_RATINGS, 100)


def test_four_in_five_know_the_answer_by_then():
    """Simulated where nothing differs: the upper bound is below the margin."""
    rng = np.random.default_rng(5)
    more = ratings_to_wait_for(compared(560, 5600, 10, 100), 100, AIM, do_both_grow=False)
    n_known = 0
    for _ in range(400):
        y, z = rng.binomial((5600, 100 + more), 0.1).tolist()
        n_known += anytime_difference(compared(y, 5600, z, 100 + more)).high < 0.05

    assert 0.74 < n_known / 400 < 0.86  # three standard errors around .8
