"""The textbook's numbers, and ours beside them."""

from __future__ import annotations

from math import log

import pytest

from afterword.statistics.clusters import Agreement, PeopleSums
from afterword.statistics.differences import difference
from afterword.statistics.watches import Watch
from reference_monitors import cusum, gaussian_run_length, run_length, score_difference

BITS = "0010110011101101"
STEPS = [log(0.17 / 0.10) if bit == "1" else log(0.83 / 0.90) for bit in BITS]
DAYS = [(131, 50, 19), (128, 52, 20), (118, 49, 33), (115, 51, 34)]


def test_a_cumulative_sum_of_the_worked_examples():
    """R's stcpR6: sixteen steps; and four days of three levels."""
    ratios = [
        sum(
            n * log(new / old)
            for n, old, new in zip(day, (0.65, 0.25, 0.10), (0.58, 0.25, 0.17), strict=True)
        )
        for day in DAYS
    ]

    assert cusum(STEPS)[-1] == pytest.approx(4.370809, abs=5e-7)
    assert sum(STEPS) == pytest.approx(4.208871, abs=5e-7)
    assert ratios == pytest.approx([-4.844761, -3.972300, 4.065310, 4.937771], abs=5e-7)
    assert cusum(ratios)[-1] == pytest.approx(9.003080, abs=5e-7)


def test_our_evidence_is_never_below_a_cumulative_sum_of_the_same_steps():
    """Shiryaev's and Roberts' sum over all dates holds the largest of them."""
    watch = Watch(tilts=((0.0, 0.0, log(0.17 / 0.10 * 0.90 / 0.83)),))
    for step, bit in zip(cusum(STEPS), BITS, strict=True):
        watch = watch.after((int(bit == "0"), 0, int(bit == "1")), (0.90, 0.0, 0.10))
        assert step == 0 or watch.log_evidence >= step - 1e-9


@pytest.mark.parametrize(
    ("p", "level", "expected"),
    [
        (0.10, 30, 350.489067),
        (0.10, 40, 800.118213),
        (0.10, 60, 3309.974756),
        (0.17, 30, 62.590648),
        (0.17, 40, 89.551733),
        (0.17, 60, 144.655606),
    ],
)
def test_mean_run_lengths_of_whole_steps(p, level, expected):
    """Exact: one linear equation a state; the same in R."""
    assert run_length(p, 7, 1, level) == pytest.approx(expected, abs=1e-6)


def test_mean_run_lengths_of_normal_values():
    """R's spc."""
    assert gaussian_run_length(0.5, 5) == pytest.approx(930.887012, rel=1e-6)
    assert gaussian_run_length(0.5, 5, mean=1) == pytest.approx(10.375975, rel=1e-6)


def test_our_differences_lie_beside_those_of_the_score_test():
    """Newcombe's of 56/70 and 48/80 beside Miettinen & Nurminen's, and Mee's."""
    first, second = PeopleSums(80, 80, 48, 80, 48, 48), PeopleSums(70, 70, 56, 70, 56, 56)
    ours = difference(first, second, Agreement())

    told = score_difference(56, 70, 48, 80)
    mee = score_difference(56, 70, 48, 80, is_mee=True)
    assert told == pytest.approx((0.052830, 0.338173), abs=1e-6)
    assert mee == pytest.approx((0.053334, 0.337729), abs=1e-6)
    assert (ours.low, ours.high) == pytest.approx((0.052431, 0.333873), abs=1e-6)
    assert (ours.low, ours.high) == pytest.approx(told, abs=0.005)
