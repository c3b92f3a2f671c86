"""Two groups within strata."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from afterword.statistics.clusters import Agreement
from afterword.statistics.differences import difference
from afterword.statistics.strata import (
    Stratum,
    cmh_statistic,
    mantel_haenszel,
    odds_ratio,
    standardised,
)
from unit.statistics.worlds import coverage, level_sums, ratings

THREE = (Stratum(30, 300, 24, 150), Stratum(40, 200, 66, 250), Stratum(12, 120, 30, 200))
group = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
strata = st.lists(st.builds(lambda a, b: Stratum(*a, *b), group, group), min_size=1, max_size=6)


def test_differences_of_the_worked_example():
    """As R's metafor and mantelhaen.test print them."""
    pooled, fixed = mantel_haenszel(THREE), standardised(THREE)

    assert pooled.value == pytest.approx(0.058932, abs=5e-7)
    assert pooled.standard_error == pytest.approx(0.0218780, abs=5e-8)
    assert fixed.value == pytest.approx(0.0588525, abs=5e-8)
    assert fixed.standard_error == pytest.approx(0.0217430, abs=5e-8)
    assert cmh_statistic(THREE) == pytest.approx(7.249827, abs=5e-7)
    assert odds_ratio(THREE) == pytest.approx(1.541626, abs=5e-7)


@given(strata)
def test_the_test_agrees_with_an_independent_package(cells):
    """Chi-square, p-value and odds ratio are those of statsmodels."""
    cells = [one for one in cells if 0 < one.first + one.second < one.n]
    if not cells:
        return
    tables = [
        np.array([[c.second, c.n_second - c.second], [c.first, c.n_first - c.first]], float)
        for c in cells
    ]
    theirs = StratifiedTable(tables)
    null = theirs.test_null_odds()

    assert cmh_statistic(cells) == pytest.approx(null.statistic, rel=1e-9, abs=1e-9)
    assert mantel_haenszel(cells).p_value == pytest.approx(null.pvalue, rel=1e-9, abs=1e-12)
    if (ratio := odds_ratio(cells)) is not None:
        assert ratio == pytest.approx(theirs.oddsratio_pooled, rel=1e-9)


def test_standardised_error_is_that_of_simulated_shares():
    """Ratings drawn anew at the shares of the example spread as the formula says."""
    rng = np.random.default_rng(8)
    weights = np.array([450, 450, 320]) / 1220
    draws = sum(
        w
        * (
            rng.binomial(c.n_second, c.second / c.n_second, 40_000) / c.n_second
            - rng.binomial(c.n_first, c.first / c.n_first, 40_000) / c.n_first
        )
        for w, c in zip(weights, THREE, strict=True)
    )

    assert draws.std() == pytest.approx(0.0217430, rel=0.015)


def test_people_who_rate_often_widen_both():
    """A design effect multiplies the variance and divides the chi-square."""
    for method in (mantel_haenszel, standardised):
        one, two = method(THREE), method(THREE, design_effect=4.0)
        assert two.standard_error == pytest.approx(2 * one.standard_error)
        assert two.p_value > one.p_value


def test_nobody_at_the_level_is_no_evidence():
    """No variance, no odds ratio, p = 1."""
    nobody = [Stratum(0, 50, 0, 60)]

    assert mantel_haenszel(nobody).p_value == standardised(nobody).p_value == 1
    assert cmh_statistic(nobody) is odds_ratio(nobody) is None


@pytest.mark.parametrize("sizes", [(30, 30), (200, 60)])
@pytest.mark.parametrize("method", [mantel_haenszel, standardised])
def test_intervals_hold_as_often_as_they_say(sizes, method):
    """Four use cases of different shares, the same five points worse in each."""
    rng = np.random.default_rng(13)
    shares = np.array([0.15, 0.2, 0.3, 0.4])
    first = rng.binomial(sizes[0], shares, (2000, 4)).tolist()
    second = rng.binomial(sizes[1], shares + 0.05, (2000, 4)).tolist()

    found = [
        method([Stratum(y, sizes[0], z, sizes[1]) for y, z in zip(one, two, strict=True)])
        for one, two in zip(first, second, strict=True)
    ]

    assert 0.93 <= coverage(found, 0.05) <= 0.97


@pytest.mark.parametrize("method", [mantel_haenszel, standardised])
def test_intervals_hold_where_people_rate_often_in_several_strata(method):
    """ICC .3, three ratings each over three use cases, widened by the effect of the difference."""
    how = {"people": 60, "ratings_each": 3, "rho": 0.3}
    first, second = ratings(14, **how), ratings(15, (0.55, 0.25, 0.20), **how)
    rng = np.random.default_rng(16)
    split = [rng.multinomial(one.sum(1), (0.5, 0.3, 0.2)) for one in (first, second)]
    effects = [
        difference(a, b, Agreement.of([a]) + Agreement.of([b])).design_effect
        for a, b in zip(level_sums(first), level_sums(second), strict=True)
    ]

    found = [
        method(
            [
                Stratum(int(a[2]), int(a.sum()), int(b[2]), int(b.sum()))
                for a, b in zip(*pair, strict=True)
            ],
            design_effect=effect,
        )
        for *pair, effect in zip(
            split[0].swapaxes(1, 2), split[1].swapaxes(1, 2), effects, strict=True
        )
    ]

    assert 0.92 <= coverage(found, 0.10) <= 0.98
