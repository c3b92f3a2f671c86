"""Proportional odds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from statsmodels.api import GLM, add_constant, families

from afterword.statistics.ordinal_logit import fit_ordinal, likelihood_ratio
from afterword.statistics.shares import NotEstimable, Reason

TWO = np.array([[100, 250, 650], [170, 250, 580]])
SECOND = np.array([[0.0], [1.0]])
NOTHING = np.empty((2, 0))


def housing():
    """Give the 24 groups of the housing survey in R's MASS: satisfaction by three factors."""
    counts = np.array(
        # Low, medium and high satisfaction; influence fastest, then type, then contact.
        [
            (21, 21, 28), (34, 22, 36), (10, 11, 36), (61, 23, 17), (43, 35, 40), (26, 18, 54),
            (13, 9, 10), (8, 8, 12), (6, 7, 9), (18, 6, 7), (15, 13, 13), (7, 5, 11),
            (14, 19, 37), (17, 23, 40), (3, 5, 23), (78, 46, 43), (48, 45, 86), (15, 25, 62),
            (20, 23, 20), (10, 22, 24), (7, 10, 21), (57, 23, 13), (31, 21, 13), (5, 6, 13),
        ]
    )  # fmt: skip
    contact, kind, influence = np.unravel_index(np.arange(24), (2, 4, 3))
    columns = [influence == 1, influence == 2, kind == 1, kind == 2, kind == 3, contact == 1]
    return counts, np.column_stack(columns).astype(float)


def test_two_releases_differ_by_one_odds_ratio():
    """As R's ordinal::clm prints it, with the observed information."""
    found = fit_ordinal(TWO, SECOND)

    assert found.coefficients == pytest.approx([-0.351368], abs=5e-7)
    assert found.standard_errors == pytest.approx([0.0898539], abs=5e-8)
    assert found.thresholds == pytest.approx([-2.041431, -0.644645], abs=5e-7)


def test_the_housing_survey():
    """Six coefficients, two thresholds and the deviance as R's ordinal::clm prints them."""
    found = fit_ordinal(*housing())

    assert found.coefficients == pytest.approx(
        [0.566394, 1.288819, -0.572350, -0.366186, -1.091015, 0.360284], abs=5e-7
    )
    assert found.thresholds == pytest.approx([-0.496135, 0.690708], abs=5e-7)
    assert found.deviance == pytest.approx(3479.149299, abs=5e-7)


# statsmodels takes groups that are all fitted exactly for separated ones.
@pytest.mark.filterwarnings("ignore:Perfect separation")
@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(*[st.integers(1, 60)] * 2, st.floats(-2, 2)), min_size=4, max_size=12))
def test_two_levels_are_logistic_regression(rows):
    """Coefficients, errors and likelihood are those of statsmodels' GLM."""
    no, yes, x = np.array(rows).T
    if np.ptp(x) < 0.1:
        return
    theirs = GLM(
        np.column_stack([yes, no]), add_constant(x, has_constant="add"), families.Binomial()
    ).fit(tol=1e-12)

    found = fit_ordinal(np.column_stack([no, yes]), x[:, None])

    assert [-found.thresholds[0], found.coefficients[0]] == pytest.approx(theirs.params, abs=1e-6)
    assert found.standard_errors[0] == pytest.approx(theirs.bse[1], rel=1e-5)


def test_the_fit_is_where_an_independent_search_ends():
    """Nelder and Mead on the likelihood as written in the paper, not on ours."""
    counts, factors = housing()
    factors = factors[:, :2]

    def deviance(at):
        edges = at[:2] - (factors @ at[2:])[:, None]
        below = 1 / (1 + np.exp(-edges))
        shares = np.diff(below, axis=1, prepend=0, append=1)
        return -2 * (counts * np.log(np.maximum(shares, 1e-12))).sum()

    theirs = optimize.minimize(
        deviance, [-0.5, 0.5, 0, 0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}
    )
    found = fit_ordinal(counts, factors)

    assert np.r_[found.thresholds, found.coefficients] == pytest.approx(theirs.x, abs=1e-5)
    assert found.deviance == pytest.approx(theirs.fun, abs=1e-8)


def test_a_factor_may_act_differently_at_each_threshold():
    """With one group a factor value the fit is then perfect, and the test of it is nested."""
    odds = fit_ordinal(TWO, SECOND)
    free = fit_ordinal(TWO, SECOND, is_proportional=False)
    shares = np.cumsum(TWO, 1)[:, :2] / 1000
    logits = np.log(shares / (1 - shares))

    tested = likelihood_ratio(odds, free)

    assert free.thresholds == pytest.approx(logits[0])
    assert -free.coefficients == pytest.approx(logits[1] - logits[0])
    assert tested.degrees == 1
    assert tested.statistic == pytest.approx(odds.deviance - free.deviance)
    assert tested.p_value < 0.01  # negatives rose by 70, helpful fell by 70: not one odds ratio


def test_a_design_effect_divides_the_statistic():
    """People who rate often prove less."""
    small, large = fit_ordinal(TWO, NOTHING), fit_ordinal(TWO, SECOND)

    plain, wide = likelihood_ratio(small, large), likelihood_ratio(small, large, design_effect=2.0)

    assert wide.statistic == pytest.approx(plain.statistic / 2)
    assert wide.p_value > plain.p_value


@pytest.mark.parametrize(
    ("counts", "factors", "reason", "n"),
    [
        (np.zeros((2, 3)), SECOND, Reason.NO_RATINGS, 0),
        ([[10, 0, 0], [20, 0, 0]], SECOND, Reason.NO_VARIATION, 30),
        ([[10, 0], [0, 20]], SECOND, Reason.NOT_SEPARABLE, 30),
        ([[10, 0, 0], [0, 9, 11]], SECOND, Reason.NOT_SEPARABLE, 30),
        ([[10, 5], [9, 20]], [[0, 0], [1, 1]], Reason.NOT_SEPARABLE, 44),
        ([[10, 5], [9, 20]], [[1], [1]], Reason.NOT_SEPARABLE, 44),
    ],
)
def test_what_cannot_be_told_apart_is_said(counts, factors, reason, n):
    """No ratings, one level, a perfect explanation, twice the same factor, a constant."""
    assert fit_ordinal(np.array(counts), np.array(factors)) == NotEstimable(reason, n)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_units_of_a_factor_do_not_matter(scale):
    """Coefficient and error go with the unit; the likelihood stays."""
    found, plain = fit_ordinal(TWO, SECOND * scale), fit_ordinal(TWO, SECOND)

    assert found.coefficients * scale == pytest.approx(plain.coefficients)
    assert found.standard_errors * scale == pytest.approx(plain.standard_errors)
    assert found.deviance == pytest.approx(plain.deviance)


def test_a_level_that_nobody_chose_is_left_out():
    """The same fit as without it."""
    counts = np.array([[30, 0, 70], [50, 0, 50]])

    one, two = fit_ordinal(counts, SECOND), fit_ordinal(counts[:, [0, 2]], SECOND)

    assert one.coefficients == pytest.approx(two.coefficients)
    assert one.coefficients[0] == pytest.approx(-np.log(70 / 30))


def test_errors_are_as_wide_as_estimates_spread():
    """Simulated at an odds ratio of two: 95 % of intervals hold it."""
    rng = np.random.default_rng(3)
    below = np.array([0.1, 0.35])
    odds = 2 * below / (1 - below)
    worse = np.diff([0, *odds / (1 + odds), 1])
    held = []
    for _ in range(400):
        counts = np.stack([rng.multinomial(80, one) for one in ((0.1, 0.25, 0.65), worse)])
        found = fit_ordinal(counts, SECOND)
        off = found.coefficients[0] + np.log(2)
        held.append(abs(off) < 1.96 * found.standard_errors[0])

    assert 0.93 <= np.mean(held) <= 0.97
