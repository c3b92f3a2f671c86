"""Who leaves next, by the last rating."""

import numpy as np
import pytest
import statsmodels.api as sm

from afterword.statistics.hazards import OddsRatio, hazards
from afterword.statistics.shares import NotEstimable, Reason

AT_RISK = np.array([(400, 352, 317, 292), (200, 166, 141, 124), (120, 88, 68, 54)])
LEFT = np.array([(48, 35, 25, 20), (34, 25, 17, 13), (32, 20, 14, 9)])


def test_ratings_and_weeks_of_the_worked_example():
    """Coefficients, errors and likelihood ratio as R's glm prints them."""
    found = hazards(AT_RISK, LEFT)

    logs = [np.log(one.value) for one in found.odds]
    errors = [np.log(one.high / one.low) / 2 / 1.959964 for one in found.odds]
    logits = np.log(found.chances / (1 - found.chances))
    assert logs == pytest.approx((0.447243, 1.008574), abs=5e-7)
    assert errors == pytest.approx((0.147726, 0.161591), abs=5e-7)
    assert logits[0, 0] == pytest.approx(-2.011624, abs=5e-7)
    assert logits[0, 1:] - logits[0, 0] == pytest.approx(
        (-0.190351, -0.417075, -0.594439), abs=5e-7
    )
    assert found.test.statistic == pytest.approx(37.887770, abs=5e-7)
    assert (found.test.degrees, found.test.p_value) == (2, pytest.approx(5.926e-9, abs=5e-13))


def test_a_third_axis_is_adjusted_for():
    """Chances are those of statsmodels' GLM with tenure beside weeks and ratings."""
    rng = np.random.default_rng(31)
    at_risk = rng.integers(20, 90, (3, 4, 2))
    left = rng.binomial(at_risk, 0.15 + 0.1 * np.arange(2))
    factors = np.indices((3, 4, 2)).reshape(3, -1)
    dummies = [(factors[k] == at) for k, n in enumerate((3, 4, 2)) for at in range(1, n)]
    theirs = sm.GLM(
        np.column_stack([left.ravel(), (at_risk - left).ravel()]),
        sm.add_constant(np.column_stack(dummies).astype(float)),
        family=sm.families.Binomial(),
    ).fit(tol=1e-12)

    found = hazards(at_risk, left)

    assert found.chances.ravel() == pytest.approx(theirs.fittedvalues, rel=1e-6)
    assert [one.value for one in found.odds] == pytest.approx(np.exp(theirs.params[1:3]), rel=1e-6)


def test_several_sessions_of_one_person_widen_it():
    """A design effect of four doubles intervals and divides the evidence."""
    once, often = hazards(AT_RISK, LEFT), hazards(AT_RISK, LEFT, design_effect=4.0)

    assert often.test.statistic == pytest.approx(once.test.statistic / 4)
    for one, other in zip(once.odds, often.odds, strict=True):
        assert np.log(other.high / other.value) == pytest.approx(2 * np.log(one.high / one.value))


def test_a_group_of_nobody_has_no_odds():
    """Its place says so, and the others keep theirs."""
    gap = [np.insert(each, 1, 0, axis=0) for each in (AT_RISK, LEFT)]

    nobody, *others = hazards(*gap).odds

    assert nobody == NotEstimable(Reason.FEW_PEOPLE, 0)
    assert others == [
        OddsRatio(*map(pytest.approx, (one.value, one.low, one.high)))
        for one in hazards(AT_RISK, LEFT).odds
    ]


@pytest.mark.parametrize(
    ("at_risk", "left", "reason", "n"),
    [
        (AT_RISK, 0 * LEFT, Reason.NO_VARIATION, int(AT_RISK.sum())),
        (AT_RISK[:1], LEFT[:1], Reason.NO_OVERLAP, int(AT_RISK[0].sum())),
        (
            AT_RISK * [[0], [1], [1]],
            LEFT * [[0], [1], [1]],
            Reason.NO_OVERLAP,
            int(AT_RISK[1:].sum()),
        ),
    ],
)
def test_what_cannot_be_compared_is_said(at_risk, left, reason, n):
    """Nobody left, one group only, and nobody in the group compared with."""
    assert hazards(at_risk, left) == NotEstimable(reason, n)


def test_ratings_that_say_nothing_are_found_to_as_often_as_allowed():
    """300 worlds where only the week matters."""
    rng = np.random.default_rng(32)
    found = [
        hazards(AT_RISK, rng.binomial(AT_RISK, (0.12, 0.1, 0.08, 0.06))).test.p_value < 0.05
        for _ in range(300)
    ]

    # Three standard errors of 300 worlds are .038.
    assert np.mean(found) == pytest.approx(0.05, abs=0.038)
