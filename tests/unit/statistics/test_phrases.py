"""Phrases that one group uses more."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from afterword.statistics.phrases import PhraseCount, log_odds, telling_phrases


def test_log_odds_of_the_worked_example():
    """30 of 120 against 20 of 300, half a reason as prior."""
    found = log_odds(30, 120, 20, 300)

    assert (found.value, found.z) == pytest.approx((1.528526, 5.351980), abs=5e-7)


def test_evidence_is_about_that_of_the_exact_test():
    """Fisher's p-value of the worked example is 1.035333e-6; that of z alone is ten times less."""
    _, exact = fisher_exact([[30, 90], [20, 280]])

    assert exact == pytest.approx(1.035333e-6, rel=1e-6)
    assert log_odds(30, 120, 20, 300).p_value == pytest.approx(exact, rel=0.25)


def test_log_odds_are_those_of_the_posterior():
    """Gamma draws at the counts: their log ratio has the mean and spread of the formula."""
    rng = np.random.default_rng(1)
    used = np.log(rng.gamma(30.5, size=200_000) / rng.gamma(20.5, size=200_000))

    found = log_odds(30, 120, 20, 300)

    # 1/y is the spread of log y to first order.
    assert used.std() == pytest.approx(found.value / found.z, rel=0.03)
    assert found.value == pytest.approx(used.mean() - log(90.5 / 280.5), abs=0.02)


@given(*[st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))] * 2)
def test_groups_change_sides(a, b):
    """Swapped groups turn the sign, for any counts."""
    one, two = log_odds(*a, *b), log_odds(*b, *a)

    assert (one.value, one.z) == pytest.approx((-two.value, -two.z), abs=1e-9)
    assert one.p_value == pytest.approx(two.p_value)


def test_telling_phrases_come_first_with_rates_over_all():
    """What is used more here, first; what fewer than five people used is not told at all."""
    counts = [
        PhraseCount("the", 100, 250),
        PhraseCount("charged twice", 30, 20),
        PhraseCount("my name is unusual", 4, 0),
        PhraseCount("thanks", 5, 60),
    ]

    found = telling_phrases(counts, 120, 300)

    assert [one.phrase for one in found] == ["charged twice", "the", "thanks"]
    assert found[0].odds == log_odds(30, 120, 20, 300)
    # The best of three is tripled; the one that too few used is not among them.
    assert found[0].q_value == pytest.approx(3 * found[0].odds.p_value)
    assert found[1].q_value > 0.05


def test_an_informative_prior_shares_out_by_use():
    """200 people's worth: 7 of 420 used the one, 150 of 420 the other; both shrink."""
    counts = [PhraseCount("rare", 6, 1), PhraseCount("usual", 60, 90)]

    plain = {one.phrase: one.odds for one in telling_phrases(counts, 120, 300)}
    weighed = {one.phrase: one.odds for one in telling_phrases(counts, 120, 300, weight=200)}

    used = 200 * 7 / 420
    assert weighed["rare"] == log_odds(6, 120, 1, 300, prior=0.5 + used, others=200.5 - used)
    for phrase, odds in weighed.items():
        assert 0 < odds.value < plain[phrase].value
        assert odds.z < plain[phrase].z


def test_no_phrases_are_no_findings():
    """Nor are groups without reasons."""
    assert telling_phrases([], 0, 0) == []


def test_phrases_that_are_used_alike_are_seldom_found():
    """200 phrases of equal use: worlds with any finding stay at 5 %."""
    rng = np.random.default_rng(4)
    use = rng.uniform(0.02, 0.3, 200)
    found = 0
    for _ in range(200):
        here, there = rng.binomial(200, use), rng.binomial(400, use)
        counts = [
            PhraseCount(str(k), int(a), int(b))
            for k, (a, b) in enumerate(zip(here, there, strict=True))
        ]
        found += any(one.q_value <= 0.05 for one in telling_phrases(counts, 200, 400))

    # Two standard errors of 200 worlds are .031.
    assert found / 200 <= 0.05 + 0.031
