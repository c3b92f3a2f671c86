"""A difference taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.mix import mix_shift
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.strata import Stratum, mantel_haenszel, odds_ratio, standardised

THREE = (Stratum(30, 300, 24, 150), Stratum(40, 200, 66, 250), Stratum(12, 120, 30, 200))
group = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
strata = st.lists(st.builds(lambda a, b: Stratum(*a, *b), group, group), min_size=1, max_size=6)


def test_both_adjusted_differences_stand_beside_the_crude_one():
    """Of the worked example, with their design effect and confidence."""
    found = mix_shift(THREE, design_effect=1.5, confidence_level=0.9)

    assert found.crude == pytest.approx(120 / 600 - 82 / 620)
    assert found.stratified == mantel_haenszel(THREE, 1.5, 0.9)
    assert found.standardised == standardised(THREE, 1.5, 0.9)
    assert found.odds_ratio == odds_ratio(THREE)
    assert found.compared == 1.0


def test_parts_of_the_worked_example():
    """Kitagawa's two sums, each written out."""
    shares = [(c.first / c.n_first, c.second / c.n_second) for c in THREE]
    weights = [(c.n_first / 620, c.n_second / 600) for c in THREE]
    pairs = list(zip(shares, weights, strict=True))

    found = mix_shift(THREE)

    assert found.within == pytest.approx(sum((q - p) * (v + w) / 2 for (p, q), (v, w) in pairs))
    assert found.mix == pytest.approx(sum((w - v) * (p + q) / 2 for (p, q), (v, w) in pairs))


@given(strata)
def test_crude_is_within_plus_mix(cells):
    """Nothing is lost, and bounds hold their value."""
    found = mix_shift(cells)

    assert found.crude == pytest.approx(found.within + found.mix)
    for one in (found.stratified, found.standardised):
        assert -1 <= one.low <= one.value <= one.high <= 1


@given(group, group)
def test_one_stratum_has_no_mix(first, second):
    """All of its difference is within, and both adjusted differences are the crude one."""
    found = mix_shift([Stratum(*first, *second)])

    assert found.mix == pytest.approx(0, abs=1e-12)
    assert found.stratified.value == pytest.approx(found.crude)
    assert found.standardised.value == pytest.approx(found.crude)


def test_a_shift_of_the_mix_alone_is_no_change_within():
    """The hard use case doubles its part; no use case is rated otherwise."""
    found = mix_shift([Stratum(80, 800, 60, 600), Stratum(80, 200, 160, 400)])

    assert found.crude == pytest.approx(0.06)
    assert found.mix == pytest.approx(0.06)
    assert found.within == pytest.approx(0, abs=1e-12)
    assert found.stratified.value == found.standardised.value == pytest.approx(0, abs=1e-12)


def test_strata_of_one_group_are_left_out_and_counted():
    """A use case that only the new release has cannot be compared."""
    found = mix_shift([*THREE, Stratum(0, 0, 90, 305)])

    assert found.stratified == mix_shift(THREE).stratified
    assert found.compared == pytest.approx(1220 / 1525)


def test_no_common_stratum_is_an_answer():
    """Nothing to compare within."""
    apart = [Stratum(3, 30, 0, 0), Stratum(0, 0, 4, 50)]

    assert mix_shift(apart) == NotEstimable(Reason.NO_OVERLAP, 80)
