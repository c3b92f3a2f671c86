"""Many tests at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from afterword.statistics.clusters import Agreement
from afterword.statistics.differences import Difference, difference
from afterword.statistics.discoveries import nested_q_values, q_values
from unit.statistics.worlds import level_sums, ratings

FIFTEEN = {
    0.0001: 0.0015,
    0.0004: 0.003,
    0.0019: 0.0095,
    0.0095: 0.035625,
    0.0201: 0.0603,
    0.0278: 0.063857,
    0.0298: 0.063857,
    0.0344: 0.0645,
    0.0459: 0.0765,
    0.324: 0.486,
    0.4262: 0.581182,
    0.5719: 0.714875,
    0.6528: 0.753231,
    0.759: 0.813214,
    1.0: 1.0,
}


def test_the_fifteen_tests_of_benjamini_and_hochberg():
    """As R's p.adjust prints them."""
    assert q_values(list(FIFTEEN)) == pytest.approx(list(FIFTEEN.values()), abs=5e-7)


@given(st.lists(st.floats(0, 1), max_size=40))
def test_they_agree_with_an_independent_package(p_values):
    """scipy's, in whatever order they come."""
    theirs = false_discovery_control(p_values) if p_values else []

    assert q_values(p_values) == pytest.approx(list(theirs))


def test_findings_are_false_as_often_as_allowed():
    """90 of 100 tests are null: at most 5 % of the findings are among them."""
    rng = np.random.default_rng(2)
    rates = []
    for _ in range(400):
        p = rng.random(100)
        p[:10] = rng.beta(0.05, 4, 10)
        found = np.array(q_values(p.tolist())) <= 0.05
        rates.append(found[10:].sum() / max(found.sum(), 1))

    assert 0.03 < np.mean(rates) <= 0.05 + 0.01


def test_groups_that_are_rated_alike_are_seldom_found():
    """20 use cases of the same moody people, each against all others: 5 % of worlds find any."""
    table = ratings(51, worlds=200, people=150, ratings_each=6, rho=0.3)
    cases = np.random.default_rng(52).multinomial(table, np.arange(1, 21) / 210)
    whole = level_sums(table)
    groups = [level_sums(cases[..., k]) for k in range(20)]
    found = 0
    for world, everything in enumerate(whole):
        parts = [group[world] for group in groups]
        pool = sum(map(Agreement.of, zip(parts, strict=True)), Agreement())
        told = [difference(everything - part, part, pool) for part in parts]
        p_values = [one.p_value for one in told if isinstance(one, Difference)]
        assert len(p_values) >= 15
        found += min(q_values(p_values)) <= 0.05

    # Two standard errors of 200 worlds are .031.
    assert found / 200 <= 0.05 + 0.031


def test_tests_inside_of_chosen_families_pay_for_the_choice():
    """One of four families was chosen: its tests are held to a fourth of the level."""
    found = nested_q_values([0.004, 0.3, 0.6, 1.0], [[0.001, 0.02], [0.0001], [0.5, 0.7], []])

    assert [*map(pytest.approx, found)] == [[0.008, 0.08], [0.3], [1.0, 1.0], []]


def test_families_without_anything_seldom_show_a_finding():
    """Twenty families of five null tests, each judged as a whole by its smallest: 5 % at most."""
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(600):
        families = rng.random((20, 5))
        heads = q_values((1 - (1 - families.min(1)) ** 5).tolist())
        told = nested_q_values(heads, families.tolist())
        found += min(map(min, told)) <= 0.05

    # Two standard errors of 600 worlds are .018.
    assert found / 600 <= 0.05 + 0.018
