"""Sessions' ratings against their responses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, somersd
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.inter_rater import cohens_kappa

from afterword.statistics.shares import NotEstimable, Reason, wilson
from afterword.statistics.tables import divergence, gamma, linear_kappa, margins, tau_b
from unit.statistics.worlds import coverage

SESSIONS = np.array([[520, 110, 20], [130, 90, 30], [30, 40, 30]])
VISION = np.array(
    [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
)
tables = st.lists(st.integers(1, 60), min_size=9, max_size=9).map(lambda n: np.reshape(n, (3, 3)))


def rows(table):
    """Give the sessions of a table one by one."""
    return [np.repeat(one.ravel(), table.ravel()) for one in np.indices(table.shape)]


def test_sessions_against_responses_of_the_worked_example():
    """Tau-b, gamma, kappa and the test of margins, as R and statsmodels print them."""
    assert tau_b(SESSIONS).value == pytest.approx(0.363972, abs=5e-7)
    assert gamma(SESSIONS) == pytest.approx(0.612105, abs=5e-7)
    assert linear_kappa(SESSIONS) == pytest.approx(0.327869, abs=5e-7)
    assert margins(SESSIONS).statistic == pytest.approx(5.077399, abs=5e-7)


def test_forgiven_and_hollow_sessions_of_the_worked_example():
    """20 of 80 with bad responses were helpful; 30 of 680 with good ones were not."""
    found = divergence(SESSIONS)

    assert found.forgiven == wilson(20, 80)
    assert (found.forgiven.low, found.forgiven.high) == pytest.approx(
        (0.168062, 0.354847), abs=5e-7
    )
    assert found.hollow == wilson(30, 680)
    assert (found.hollow.low, found.hollow.high) == pytest.approx((0.031076, 0.062282), abs=5e-7)


def test_the_vision_table():
    """Four levels: Stuart's test and linear kappa."""
    assert margins(VISION).statistic == pytest.approx(11.956570, abs=5e-7)
    assert margins(VISION).degrees == 3
    assert linear_kappa(VISION) == pytest.approx(0.652380, abs=5e-7)


@given(tables)
def test_they_agree_with_independent_packages(table):
    """Tau-b and Somers' counts are scipy's, kappa and margins statsmodels'."""
    theirs = SquareTable(table, shift_zeros=False).homogeneity()

    assert tau_b(table).value == pytest.approx(kendalltau(*rows(table)).statistic, abs=1e-9)
    assert linear_kappa(table) == pytest.approx(cohens_kappa(table, wt="linear").kappa, abs=1e-9)
    assert margins(table).statistic == pytest.approx(theirs.statistic, rel=1e-6, abs=1e-9)
    assert margins(table).p_value == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-9)


@given(tables)
def test_the_error_is_that_of_the_delta_method(table):
    """Tau-b of shares, differentiated by small steps, spreads as multinomial shares do."""
    n, shares = table.sum(), table / table.sum()

    def by_pairs(p):
        level = np.arange(3)
        sign = np.sign(level[:, None] - level)
        product = np.einsum("ij,kl,ik,jl->", p, p, sign, sign)
        ties = [1 - (p.sum(k) ** 2).sum() for k in (0, 1)]
        return product / (ties[0] * ties[1]) ** 0.5

    slopes = np.empty((3, 3))
    for at in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[at] = 1e-6
        # Ties are written as 1 - Σ, so shares are stretched to sum to 1 again.
        up, down = (shares + step, shares - step)
        slopes[at] = (by_pairs(up / up.sum()) - by_pairs(down / down.sum())) / 2e-6
    variance = ((slopes**2 * shares).sum() - (slopes * shares).sum() ** 2) / n

    assert tau_b(table).value == pytest.approx(by_pairs(shares), abs=1e-9)
    assert tau_b(table).standard_error == pytest.approx(variance**0.5, rel=1e-4)


@given(tables)
def test_scales_turned_round_turn_the_sign(table):
    """Both scales turned change nothing, one alone the sign."""
    found, turned = tau_b(table), tau_b(table[:, ::-1])

    assert (turned.value, turned.low) == pytest.approx((-found.value, -found.high), abs=1e-9)
    assert tau_b(table[::-1, ::-1]).value == pytest.approx(found.value)
    assert gamma(table.T) == pytest.approx(gamma(table))
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_gamma_is_concordant_pairs_less_discordant_ones():
    """With Somers' d both ways: gamma from its definition by pairs of sessions."""
    small = np.array([[5, 2, 0], [1, 3, 2], [0, 1, 4]])
    x, y = rows(small)
    signs = np.sign(np.subtract.outer(x, x) * np.subtract.outer(y, y))

    assert gamma(small) == pytest.approx((signs > 0).sum() / (signs != 0).sum() * 2 - 1)
    assert tau_b(small).value ** 2 == pytest.approx(
        somersd(small).statistic * somersd(small.T).statistic
    )


def test_people_who_rate_often_widen_everything():
    """A design effect of four doubles errors and quarters the statistic."""
    assert tau_b(SESSIONS, design_effect=4).standard_error == pytest.approx(
        2 * tau_b(SESSIONS).standard_error
    )
    assert margins(SESSIONS, design_effect=4).statistic == pytest.approx(5.077399 / 4, abs=1e-6)
    assert divergence(SESSIONS, design_effect=4).forgiven == wilson(5, 20)


def test_what_does_not_vary_is_said():
    """No sessions, one level, no bad responses."""
    none, one = np.zeros((3, 3)), np.diag([30, 0, 0])

    for measure in (tau_b, linear_kappa):
        assert measure(none) == NotEstimable(Reason.NO_RATINGS, 0)
        assert measure(one) == NotEstimable(Reason.NO_VARIATION, 30)
    assert gamma(one) == margins(one) == NotEstimable(Reason.NO_VARIATION, 30)
    assert divergence(one).forgiven == NotEstimable(Reason.NO_RATINGS, 0)
    assert divergence(one).hollow.share == 0


def test_perfect_agreement_is_one():
    """No error is left, and margins that are equal give no evidence."""
    table = np.diag([30, 20, 10])

    assert tau_b(table).value == pytest.approx(1)
    assert gamma(table) == linear_kappa(table) == 1


@pytest.mark.parametrize("n", [60, 300])
def test_intervals_hold_as_often_as_they_say(n):
    """Tables drawn from the shares of the worked example."""
    rng = np.random.default_rng(7)
    drawn = rng.multinomial(n, SESSIONS.ravel() / 1000, 2000).reshape(-1, 3, 3)

    found = [tau_b(table) for table in drawn]

    assert 0.93 <= coverage(found, tau_b(SESSIONS).value) <= 0.97
