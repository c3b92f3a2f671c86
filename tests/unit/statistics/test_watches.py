"""A stream watched for getting worse."""

from itertools import product
from math import exp, factorial, log, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.statistics.blocks import WORSE
from afterword.statistics.shares import NotEstimable, Reason, wilson
from afterword.statistics.watches import EVERY, Watch, advance, log_ratios, tolerant_baseline
from unit.statistics.worlds import TRUTH

DAYS = ((131, 50, 19), (128, 52, 20), (118, 49, 33), (115, 51, 34))


def watched(watch, days, baseline=TRUTH, **how):
    """Add days one by one."""
    for day in days:
        watch = watch.after(day, baseline, **how)
    return watch


def test_evidence_of_the_worked_examples():
    """Sixteen ratings, 10 or 17 % bad, as R's stcpR6 prints them; four days of 200 ratings."""
    worse = Watch(((0.0, log(0.17 / 0.83 * 0.90 / 0.10)),))
    bits = [(1 - int(bit), int(bit)) for bit in "0010110011101101"]

    found = [watched(worse, bits[:n], (0.9, 0.1)).log_evidence for n in (1, 8, 16)]
    four = watched(Watch(((log(0.58 / 0.65), 0.0, log(1.7)),)), DAYS)

    assert found == pytest.approx((-0.080969, 2.924658, 6.079381), abs=5e-7)
    assert four.log_evidence == pytest.approx(9.038579, abs=5e-7)


@given(st.lists(st.tuples(*[st.integers(0, 20)] * 3), min_size=1, max_size=8))
def test_evidence_is_the_sum_over_all_days_of_change(days):
    """Σ over days of Π of likelihood ratios since, of twelve alternatives in the mean."""
    weights = np.array(TRUTH) * np.exp(WORSE)
    ratios = np.log(weights / weights.sum(1, keepdims=True) / TRUTH) @ np.array(days, float).T

    found = watched(Watch(), days, design_effect=1.5).evidence

    since = np.exp(ratios[:, ::-1].cumsum(1) / 1.5)
    assert found == pytest.approx(since.sum(1).mean())


@pytest.mark.parametrize(
    ("truth", "most"), [(TRUTH, 1.0), ((0.75, 0.17, 0.08), 0.9), ((0.65, 0.3, 0.05), 0.95)]
)
def test_evidence_is_expected_to_grow_by_one_a_day_at_most(truth, most):
    """Over all outcomes of two days of three ratings: 1 at the baseline, less if better."""
    outcomes = [one for one in product(range(4), repeat=3) if sum(one) == 3]
    expected = 0.0
    for first, second in product(outcomes, repeat=2):
        chance = prod(
            factorial(3) * prod(p**n / factorial(n) for p, n in zip(truth, one, strict=True))
            for one in (first, second)
        )
        expected += chance * watched(Watch(), (first, second)).evidence

    assert expected == pytest.approx(2.0) if most == 1.0 else expected < 2 * most


def test_worse_is_seen_in_days_and_nothing_for_a_year():
    """200 ratings a day: 58/25/17 within 4 days in nine of ten streams; few alarms without."""
    rng = np.random.default_rng(61)
    delays, alarms = [], 0
    for _ in range(60):
        watch, day = Watch(), 0
        while watch.evidence < EVERY:
            watch, day = watch.after(rng.multinomial(200, (0.58, 0.25, 0.17)), TRUTH), day + 1
        delays.append(day)
        watch = Watch()
        for counts in rng.multinomial(200, TRUTH, 365):
            watch = watch.after(counts, TRUTH)
            if watch.evidence >= EVERY:
                watch, alarms = Watch(), alarms + 1

    assert np.median(delays) <= 2
    assert np.quantile(delays, 0.9) <= 4
    assert alarms / 60 <= 0.5  # promised: 1


def test_a_day_may_be_looked_at_after_each_of_its_ratings():
    """Begun once a day, evidence keeps its promise in days; it is only nearer to it."""
    rng = np.random.default_rng(62)
    ratios = log_ratios(TRUTH)
    log_rs = np.full((200, len(WORSE)), -np.inf)
    alarms = 0
    for _ in range(365):
        drawn = rng.choice(3, (200, 20), p=TRUTH)
        path = advance(log_rs, 0.0)[:, None] + ratios.T[drawn].cumsum(1)
        is_alarm = (np.exp(path).mean(2) >= EVERY).any(1)
        log_rs = np.where(is_alarm[:, None], -np.inf, path[:, -1])
        alarms += is_alarm.sum()

    # One a year is promised; 200 alarms have a standard error of 14.
    assert 100 < alarms <= 200 + 3 * 14


def test_many_watches_move_as_one_does():
    """All streams of a project at once."""
    alone = [watched(Watch(), DAYS[:n]) for n in (2, 3)]

    together = advance(
        np.array([one.log_rs for one in alone]), np.array([DAYS[2], DAYS[3]]) @ log_ratios(TRUTH).T
    )

    assert together.tolist() == [
        pytest.approx(one.after(day, TRUTH).log_rs)
        for one, day in zip(alone, DAYS[2:], strict=True)
    ]


def test_getting_better_is_no_alarm_but_seen_from_the_other_side():
    """The same days with levels turned round watch for better."""
    better = [(150, 40, 10)] * 10

    assert watched(Watch(), better).evidence < 1
    turned = [day[::-1] for day in better]
    assert watched(Watch(), turned, TRUTH[::-1]).evidence > EVERY


def test_evidence_stays_a_number():
    """A year of nothing but bad ratings."""
    assert watched(Watch(), [(0, 0, 200)] * 365).log_evidence <= 700
    assert Watch().evidence == 0
    assert Watch().log_evidence == -float("inf")


def test_a_tolerant_baseline_stands_at_upper_bounds():
    """Of the lowest level, and of the two lower ones together, at effective sizes."""
    at_one = {"confidence_level": 0.6826894921370859}
    high, middle, low = tolerant_baseline((650, 250, 100))

    assert low == pytest.approx(wilson(100, 1000, **at_one).high)
    assert low + middle == pytest.approx(wilson(350, 1000, **at_one).high)
    assert high + middle + low == pytest.approx(1.0)
    assert tolerant_baseline((650, 250, 100), design_effect=2.0)[2] == pytest.approx(
        wilson(50, 500, **at_one).high
    )
    assert tolerant_baseline((0, 0, 0)) == NotEstimable(Reason.NO_RATINGS, 0)


def test_a_level_that_the_baseline_never_saw_is_not_impossible():
    """All were helpful, and then some were not."""
    baseline = tolerant_baseline((200, 0, 0))

    assert EVERY < watched(Watch(), [(30, 10, 10)], baseline).evidence < exp(701)
