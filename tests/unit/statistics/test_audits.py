"""Guesses put right by a checked sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.audits import Audit, corrected_share
from afterword.statistics.shares import NotEstimable, Reason
from unit.statistics.worlds import coverage

TRUTH = (1, 0, 0, 1, 0, 1, 0, 0, 1, 0)
GUESSED = (0.8, 0.1, 0.3, 0.6, 0.2, 0.9, 0.4, 0.1, 0.5, 0.2)
WORSE = (0.5, 0.4, 0.3, 0.6, 0.2, 0.3, 0.4, 0.5, 0.5, 0.2)
OTHERS = (0.1, 0.2, 0.7, 0.3, 0.9, 0.4, 0.2, 0.1, 0.6, 0.3, 0.8, 0.2, 0.1, 0.5, 0.4, 0.3, 0.2, 0.7, 0.1, 0.6)  # fmt: skip  # noqa: E501  # one list
pairs = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), max_size=30)


def audit(guesses):
    """Sum the ten checked sessions with these guesses."""
    return Audit.of(zip(TRUTH, guesses, strict=True), OTHERS)


def test_guesses_at_their_word_of_the_worked_example():
    """As the package ppi-python prints it."""
    found = corrected_share(audit(GUESSED), trust=1.0)

    assert (found.value, found.low, found.high) == pytest.approx(
        (0.375, 0.168006, 0.581994), abs=5e-7
    )


def test_tuned_trust_of_the_worked_example():
    """Worse guesses are trusted by half."""
    found = corrected_share(audit(WORSE))

    assert found.trust == pytest.approx(0.471319, abs=5e-7)
    assert (found.value, found.low, found.high) == pytest.approx(
        (0.397643, 0.107920, 0.687367), abs=5e-7
    )


@given(pairs, pairs, st.lists(st.floats(0, 1), max_size=30))
def test_audits_add_up(a, b, others):
    """Two sets of sessions are their union, up to rounding."""
    both, whole = Audit.of(a, others) + Audit.of(b, ()), Audit.of(a + b, others)

    assert both.n == whole.n
    assert (both.yf, both.f2, both.others2) == pytest.approx((whole.yf, whole.f2, whole.others2))


def test_guesses_that_say_nothing_are_not_trusted():
    """What is left is the share of the checked sessions."""
    same = corrected_share(audit((0.3,) * 10))
    constant = corrected_share(Audit.of([(y, 0.3) for y in TRUTH], [0.3] * 20))
    against = corrected_share(Audit.of([(y, 1 - y) for y in TRUTH], OTHERS))

    assert constant.trust == against.trust == 0
    assert same.trust == pytest.approx(0, abs=1e-12)
    assert [one.value for one in (same, constant, against)] == pytest.approx([0.4] * 3)


def test_too_few_checked_are_no_audit():
    """Nine, or no others to speak of."""
    nine = Audit.of(list(zip(TRUTH, GUESSED, strict=True))[:9], OTHERS)
    alone = Audit.of(zip(TRUTH, GUESSED, strict=True), ())

    assert corrected_share(nine) == NotEstimable(Reason.FEW_VALUES, 9)
    assert corrected_share(alone) == NotEstimable(Reason.FEW_VALUES, 10)


def test_biased_guesses_are_put_right():
    """Guesses that are 15 points too high: the interval holds the truth, and is narrower."""
    rng = np.random.default_rng(6)
    found, alone = [], []
    for _ in range(1000):
        p = rng.beta(1, 4, 1200)
        y = rng.random(1200) < p
        f = np.minimum(p + 0.15, 1)
        k = 100
        sums = (k, y[:k].sum(), f[:k].sum(), (y * f)[:k].sum(), y[:k].sum(), (f**2)[:k].sum())
        rest = (1100, f[k:].sum(), (f[k:] ** 2).sum())
        found.append(corrected_share(Audit(*map(float, sums + rest))))
        alone.append(corrected_share(Audit(*map(float, sums + rest)), trust=0.0))

    assert 0.93 <= coverage(found, 0.2) <= 0.97
    width = [np.mean([one.high - one.low for one in some]) for some in (found, alone)]
    assert width[0] < 0.95 * width[1]
