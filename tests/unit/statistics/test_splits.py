"""The day on which levels changed."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.splits import best_split, split_statistics
from unit.statistics.worlds import TRUTH

DAYS = (
    (131, 50, 19),
    (128, 52, 20),
    (133, 49, 18),
    (129, 50, 21),
    (116, 50, 34),
    (118, 49, 33),
    (114, 53, 33),
    (117, 50, 33),
)


def test_statistics_of_the_worked_example():
    """Seven ways to part eight days, as R's deviance prints them; the fourth is the day."""
    found = split_statistics(np.array(DAYS, float))

    assert found == pytest.approx(
        (3.128047, 5.961906, 12.506960, 17.688144, 9.664304, 5.606781, 2.151428), abs=5e-7
    )
    assert best_split(DAYS).at == 4
    assert best_split(DAYS).p_value < 0.01


@pytest.mark.parametrize("at", range(1, 8))
def test_each_is_the_test_of_a_table_of_two_rows(at):
    """The G test of scipy, of days before against days after."""
    days = np.array(DAYS)
    rows = [days[:at].sum(0), days[at:].sum(0)]

    theirs = chi2_contingency(rows, correction=False, lambda_="log-likelihood")

    assert split_statistics(days.astype(float))[at - 1] == pytest.approx(theirs.statistic)


def test_the_largest_of_many_needs_more_than_one_would():
    """Eight days of 200: 9.28 is passed by 5 % of worlds, where one split would pass 5.99."""
    rng = np.random.default_rng(71)
    most = split_statistics(rng.multinomial(200, TRUTH, (20_000, 8)).astype(float)).max(1)

    # Three standard errors of a 95 % quantile of 20,000 draws.
    assert np.quantile(most, 0.95) == pytest.approx(9.28, abs=0.2)


def test_p_values_are_even_where_nothing_changed():
    """80 stretches of 30 unequal days, ratings of people who count twice."""
    rng = np.random.default_rng(72)
    found = []
    for _ in range(80):
        voices = rng.multinomial(rng.integers(5, 60, 30), TRUTH)
        found.append(best_split((2 * voices).tolist(), design_effect=2.0).p_value)

    # Three standard errors of 80 worlds are .097 and .073.
    assert np.mean(found) == pytest.approx(0.5, abs=0.097)
    assert np.mean(np.array(found) <= 0.05) <= 0.05 + 0.073


def test_the_same_days_give_the_same_answer():
    """Nothing depends on when it is asked."""
    assert best_split(DAYS) == best_split(DAYS)


@pytest.mark.parametrize(
    ("days", "reason", "n"),
    [
        ([], Reason.FEW_RATINGS, 0),
        ([(10, 5, 5), (3, 3, 3)], Reason.FEW_RATINGS, 29),
        ([(0, 0, 0), (40, 5, 5)], Reason.FEW_PERIODS, 1),
    ],
)
def test_what_cannot_be_parted_is_said(days, reason, n):
    """No days, few ratings, and one day with ratings."""
    assert best_split(days) == NotEstimable(reason, n)


def test_one_level_alone_never_changed():
    """No statistic, p = 1."""
    assert best_split([(40, 0, 0)] * 4).p_value == 1.0
