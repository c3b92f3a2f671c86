"""The exact test of two releases side by side."""

from itertools import product
from math import comb, exp, log

import numpy as np
import pytest

from afterword.statistics.blocks import WORSE, BlockTest

PAST = (66, 26, 11)
BLOCKS = (
    ((117, 45, 18), (12, 5, 3)),
    ((116, 46, 18), (11, 5, 4)),
    ((118, 44, 18), (12, 4, 4)),
)


def after(test, blocks):
    """Add blocks one by one."""
    for old, new in blocks:
        test = test.after(old, new)
    return test


def test_evidence_of_the_worked_example():
    """Three blocks, two tilts and their mean."""
    tilts = ((0.0, 0.0, log(2)), (0.0, log(1.5), 2 * log(1.5)))

    found = after(BlockTest(PAST, tilts), BLOCKS)

    assert found.log_es == pytest.approx((1.679485, 1.051886), abs=5e-7)
    assert found.log_e == pytest.approx(1.414133, abs=5e-7)


def test_twelve_ways_to_be_worse():
    """Four sizes of three kinds; each makes lower levels likelier."""
    assert len(set(WORSE)) == 12
    assert all(0 == first <= second <= third > 0 for first, second, third in WORSE)
    assert max(third for _, _, third in WORSE) == pytest.approx(1.2 * log(3))


def outcomes(n):
    """Give every way that n ratings can fall on three levels, and how often it can."""
    for a, b in product(range(n + 1), repeat=2):
        if a + b <= n:
            yield (a, b, n - a - b), comb(n, a) * comb(n - a, b)


@pytest.mark.parametrize("seed", range(4))
def test_evidence_is_expected_to_be_no_more_than_one(seed):
    """Over all outcomes of a block of 4 and 3, whatever both releases have in common."""
    p = np.random.default_rng(seed).dirichlet((1, 1, 1))
    start = BlockTest(PAST)
    expected = sum(
        ways_old
        * ways_new
        * float(np.prod(p ** (np.array(old) + new)))
        * exp(start.after(old, new).log_e)
        for old, ways_old in outcomes(4)
        for new, ways_new in outcomes(3)
    )

    assert 0.5 < expected <= 1 + 1e-9


def test_worse_is_seen_and_better_is_not():
    """Days of 90 and 30 ratings, negatives from 10 to 25 %, and from 10 to 2 %."""
    days = [((58, 23, 9), (14, 8, 8))] * 15
    fewer = [((58, 23, 9), (22, 8, 0))] * 15

    assert after(BlockTest(PAST), days).log_e > log(20)
    assert after(BlockTest(PAST), fewer).log_e < 0


def test_a_block_with_one_release_alone_tells_nothing_but_the_past():
    """Its old ratings still tell what to expect of later blocks."""
    alone = BlockTest(PAST).after((50, 20, 10), (0, 0, 0))

    assert alone.log_e == BlockTest(PAST).log_e == 0.0
    assert alone.past == (116, 46, 21)


def test_a_level_that_nobody_chose_yet_is_not_impossible():
    """No past negatives, and then some."""
    found = BlockTest((50, 10, 0)).after((40, 5, 2), (10, 2, 3))

    assert np.isfinite(found.log_e)
