"""Arms of an experiment against what was planned."""

from itertools import product
from math import exp, factorial, log, prod

import numpy as np
import pytest

from afterword.statistics.assignments import log_e_of_assignment

PLAN = (0.65, 0.25, 0.10)


@pytest.mark.parametrize(
    ("counts", "weight", "expected"),
    [
        ((58, 25, 17), 100, 0.472139),
        ((580, 250, 170), 100, 19.586071),
        ((116, 50, 34), 50, 2.156686),
    ],
)
def test_evidence_of_the_worked_examples(counts, weight, expected):
    """As the package savvi prints it."""
    assert log_e_of_assignment(counts, PLAN, weight=weight) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_evidence_is_expected_to_be_one(n):
    """Over all outcomes of n people assigned as planned."""
    total = 0.0
    for counts in product(range(n + 1), repeat=3):
        if sum(counts) == n:
            ways = factorial(n) // prod(map(factorial, counts))
            chance = ways * prod(p**k for p, k in zip(PLAN, counts, strict=True))
            total += chance * exp(log_e_of_assignment(counts, PLAN, weight=20))

    assert total == pytest.approx(1.0)


def test_a_plan_that_is_kept_is_seldom_doubted_at_any_look():
    """Looks after each of 1,000 people: at most 5 % of experiments ever reach 20."""
    rng = np.random.default_rng(81)
    doubted = 0
    for arm in rng.random((200, 1000)) < 0.1:
        counts = np.cumsum(np.column_stack([~arm, arm]), axis=0)[9::10].tolist()
        doubted += max(log_e_of_assignment(row, (0.9, 0.1)) for row in counts) > log(20)

    assert doubted / 200 <= 0.05


def test_people_who_go_missing_from_an_arm_are_noticed():
    """A holdout of 10 % that holds 7 % of 5,000 people."""
    assert log_e_of_assignment((4650, 350), (0.9, 0.1)) > log(20)
