"""Events that go with bad sessions."""

import numpy as np
import pytest

from afterword.statistics.drivers import drivers
from afterword.statistics.ordinal_logit import fit_ordinal
from afterword.statistics.shares import NotEstimable, Reason

NAMES = ("error", "retry", "long")
FLAGS = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], float)


def sessions(rng, effects, n=150):
    """Draw ratings (worst first) of groups of sessions, given log odds of a better rating."""
    pull = FLAGS @ np.array(effects)
    below = 1 / (1 + np.exp(-(np.array([-2.0, -0.6]) - pull[:, None])))
    shares = np.diff(below, axis=1, prepend=0, append=1)
    return np.array([rng.multinomial(n, one) for one in shares])


def test_the_event_that_matters_comes_first():
    """Errors double the odds of a worse rating; retries that go with errors do not."""
    counts = sessions(np.random.default_rng(1), (-np.log(2), 0, 0))

    first, *others = drivers(NAMES, FLAGS, counts)

    assert first.name == "error"
    assert first.low < 0.5 < first.high < 1
    assert first.n == 600
    assert first.test.p_value < 1e-4
    assert all(other.test.p_value > 0.05 for other in others)


def test_each_event_is_weighed_beside_the_others():
    """Odds ratio and loss of likelihood are those of the whole model against that without it."""
    counts = sessions(np.random.default_rng(2), (-0.8, 0.4, 0))
    whole, without = fit_ordinal(counts, FLAGS), fit_ordinal(counts, FLAGS[:, 1:])

    [error] = [one for one in drivers(NAMES, FLAGS, counts) if one.name == "error"]

    assert error.odds_ratio == pytest.approx(np.exp(whole.coefficients[0]))
    assert np.log(error.high / error.low) == pytest.approx(2 * 1.959964 * whole.standard_errors[0])
    assert error.test.statistic == pytest.approx(without.deviance - whole.deviance)


def test_people_who_rate_often_widen_the_odds():
    """A design effect of four doubles the interval on the log scale."""
    counts = sessions(np.random.default_rng(2), (-0.8, 0.4, 0))
    [plain, *_], [wide, *_] = (
        drivers(NAMES, FLAGS, counts, design_effect=effect) for effect in (1.0, 4.0)
    )

    assert np.log(wide.high / wide.low) == pytest.approx(2 * np.log(plain.high / plain.low))


def test_events_that_hardly_any_session_had_are_left_out():
    """Nine refusals, all bad, would explain themselves and stop the others from being told."""
    counts = sessions(np.random.default_rng(2), (-0.8, 0.4, 0))
    flags = np.column_stack([FLAGS, np.zeros(8)])
    rare = np.vstack([flags, [0, 0, 0, 1]]), np.vstack([counts, [9, 0, 0]])
    often = np.vstack([flags, [0, 0, 0, 1]]), np.vstack([counts, [7, 2, 1]])
    names = (*NAMES, "refusal")

    assert {one.name for one in drivers(names, *rare)} == set(NAMES)
    assert {one.name for one in drivers(names, *often)} == set(names)
    assert {one.name for one in drivers(names, flags, counts)} == set(NAMES)


def test_events_that_come_together_always_cannot_be_told_apart():
    """A reason, not two halves of an effect."""
    twice = FLAGS[:, [0, 0]]

    assert drivers(
        ("a", "b"), twice, sessions(np.random.default_rng(3), (0, 0, 0))
    ) == NotEstimable(Reason.NOT_SEPARABLE, 1200)
