"""Hours of the week."""

import numpy as np
import pytest

from afterword.domain.light_hours import WhyLight
from afterword.statistics.rhythm import (
    LightWindow,
    drawn_cells,
    has_pattern,
    quiet_windows,
    shrunk_cells,
    worse_windows,
)
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.shrinkage import shrink

HOUR = np.arange(168) % 24
WEEKEND = np.arange(168) >= 120


def workdays(start, end, why, n):
    """Give a window of workdays."""
    return LightWindow(is_weekend=False, start=start, end=end, why=why, n=n)


def waves():
    """Give a week of ratings whose negatives peak at three at night and at weekends."""
    n = np.round(60 + 40 * np.cos(2 * np.pi * (HOUR - 14) / 24))
    logit = -2.2 + 0.35 * np.cos(2 * np.pi * (HOUR - 3) / 24) + 0.2 * WEEKEND
    return np.round(n / (1 + np.exp(-logit))).reshape(7, 24), n.reshape(7, 24)


def test_a_pattern_of_the_worked_example():
    """As R's glm finds it against a constant."""
    y, n = waves()
    assert (n.sum(), y.sum()) == (10080, 971)

    found = has_pattern(y, n)

    assert found.statistic == pytest.approx(54.262128, abs=5e-7)
    assert found.degrees == 5
    assert has_pattern(y, n, design_effect=2.0).statistic == pytest.approx(54.262128 / 2, abs=1e-6)


def test_no_pattern_is_found_as_often_as_allowed():
    """300 weeks without any."""
    rng = np.random.default_rng(1)
    n = rng.poisson(30, (300, 7, 24))
    y = rng.binomial(n, 0.1)

    found = [has_pattern(*week).p_value < 0.05 for week in zip(y, n, strict=True)]

    # Three standard errors of 300 weeks are .038.
    assert np.mean(found) == pytest.approx(0.05, abs=0.038)


def test_nothing_to_see_a_pattern_in():
    """No ratings, or no negatives."""
    week = np.zeros((7, 24))

    assert has_pattern(week, week) == NotEstimable(Reason.NO_RATINGS, 0)
    assert has_pattern(week, week + 1) == NotEstimable(Reason.NO_VARIATION, 168)
    assert worse_windows(week, week) == NotEstimable(Reason.FEW_RATINGS, 0)
    assert worse_windows(week, week + 1) == NotEstimable(Reason.NO_VARIATION, 168)


def test_cells_of_the_week_are_shrunk_together():
    """168 of them, in the order of the week, at effective sizes."""
    y, n = waves()

    found = shrunk_cells(y, n, design_effect=1.5)

    assert found.share == pytest.approx(shrink(y.ravel() / 1.5, n.ravel() / 1.5).share)


def test_cells_are_drawn_to_the_wave_of_the_day():
    """Nearer to the truth than shares drawn to the common one, and than raw ones."""
    rng = np.random.default_rng(5)
    true = 1 / (1 + np.exp(2.2 - 0.7 * np.cos(2 * np.pi * (HOUR - 3) / 24)))
    n = rng.poisson(40, (50, 168))
    y = rng.binomial(n, true)

    def misses(shares):
        return float(np.mean((np.ravel(shares) - true) ** 2))

    weeks = [(one.reshape(7, 24), of.reshape(7, 24)) for one, of in zip(y, n, strict=True)]
    drawn = np.mean([misses(drawn_cells(*week)) for week in weeks])
    assert drawn < 0.5 * np.mean([misses(shrunk_cells(*week).share) for week in weeks])
    assert drawn < 0.1 * np.mean([misses(one / of) for one, of in weeks])


def test_without_a_wave_cells_are_drawn_to_the_common_share():
    """And nothing is drawn where nothing can be told."""
    y, n = bad_hours(4, 1, share=0.1)

    assert drawn_cells(y[0], n[0]).ravel() == pytest.approx(shrunk_cells(y[0], n[0]).share)
    assert drawn_cells(0 * n[0], n[0]) == NotEstimable(Reason.NO_VARIATION, n[0].sum())


def bad_hours(seed, worlds, *, share=0.2, n=60):
    """Give weeks whose workdays from 22 to 1 are rated worse."""
    rng = np.random.default_rng(seed)
    p = np.full((7, 24), 0.1)
    p[:5, [22, 23, 0]] = share
    rated = rng.poisson(n, (worlds, 7, 24))
    return rng.binomial(rated, p), rated


def test_hours_that_are_rated_worse_are_found_over_midnight():
    """Three hours of workdays; weekends are left alone."""
    y, n = bad_hours(2, 100)

    found = [worse_windows(*week) for week in zip(y, n, strict=True)]

    right = [[(w.is_weekend, w.start, w.end) for w in week] == [(False, 22, 1)] for week in found]
    assert np.mean(right) > 0.9
    assert found[0][0].why is WhyLight.WORSE_RATINGS
    assert found[0][0].n == n[0][:5, [22, 23, 0]].sum()


def test_hours_that_are_not_worse_are_not_found():
    """At most 5 % of weeks without a pattern have a window."""
    y, n = bad_hours(3, 200, share=0.1)

    assert np.mean([bool(worse_windows(*week)) for week in zip(y, n, strict=True)]) <= 0.05


def test_hours_of_a_hard_use_case_are_not_worse():
    """What the use cases of the hour let one expect is not held against it."""
    y, n = bad_hours(2, 20)
    expected = 0.1 * n
    expected[:, :5, [22, 23, 0]] *= 2

    found = [worse_windows(*week) for week in zip(y, n, expected, strict=True)]

    assert sum(map(bool, found)) <= 1


def test_a_window_needs_thirty_ratings():
    """All of a few ratings are bad in two hours: not enough."""
    n = np.zeros((7, 24))
    n[0, 8:20] = 40
    y = np.round(0.1 * n)
    n[0, 2:4] = y[0, 2:4] = 14

    assert worse_windows(y, n) == []
    n[0, 2:4] = y[0, 2:4] = 15
    assert worse_windows(y, n) == [workdays(2, 4, WhyLight.WORSE_RATINGS, 30)]


def test_hours_with_few_sessions():
    """Surely less than half of an even share; one such hour alone is no window."""
    sessions = np.full((7, 24), 200)
    sessions[:5, 1:6] = 20
    sessions[:5, 12] = 20
    sessions[:5, 18:21] = 110  # fewer, but no less than half

    assert quiet_windows(sessions) == [workdays(1, 6, WhyLight.FEW_SESSIONS, 500)]


def test_few_sessions_must_be_sure():
    """One or two a cell say nothing; no sessions at all single out no hour."""
    assert quiet_windows(np.random.default_rng(4).poisson(0.3, (7, 24))) == []
    assert quiet_windows(np.zeros((7, 24))) == []
