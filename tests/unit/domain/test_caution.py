"""Control: a trigger that asks too early becomes more careful, comes to rest, and comes back."""

from __future__ import annotations

from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.domain.caution import MOST_STEPS, Tally, Watch, steer
from afterword.domain.learnt import Caution
from afterword.domain.policy import Policy
from control_cast import MOST, changes, control, fading

YEARS = 156  # weeks


@pytest.mark.parametrize("asks", [5, 50, 500])
def test_a_product_within_its_bound_is_left_as_it_is(asks):
    """Chance alone seldom moves it: less than one step in three years, over many products."""
    taken = [
        changes(control(lambda *_: MOST / 2, YEARS, asks=asks, seed=seed)) for seed in range(40)
    ]
    assert mean(taken) < 1


@pytest.mark.parametrize("asks", [50, 500])
def test_a_product_that_asks_too_early_comes_to_rest_below_its_bound(asks):
    """In as many steps as it takes, and hardly any more."""
    for seed in range(10):
        steps = control(fading(0.25), YEARS, asks=asks, seed=seed)
        assert fading(0.25)(0, steps[-1]) <= 1.3 * MOST
        assert changes(steps) <= 8
        assert changes(steps[-52:]) <= 2


def test_it_does_not_swing_where_one_step_makes_all_the_difference():
    """Far too early below, none too early above: each way back is tried half as often."""
    steps = control(lambda _, step: 0.4 if step == 0 else 0.001, 4 * YEARS)
    tries = [week for week, (a, b) in enumerate(pairwise(steps)) if b < a]
    rests = [later - earlier for earlier, later in pairwise(tries)]
    assert rests[:3] == sorted(rests[:3])
    assert min(rests[3:]) >= 32
    assert mean(steps) > 0.9


def test_it_follows_a_product_that_changes():
    """Up within weeks when it grows worse, down within months when it is well again."""

    def share(week, step):
        return (0.3 if 50 <= week < 120 else 0.02) * 0.6**step

    for seed in range(10):
        steps = control(share, 220, seed=seed)
        assert steps[50] == 0
        assert max(steps[50:62]) >= 2
        assert 0.3 * 0.6 ** steps[119] <= 1.3 * MOST
        assert steps[-1] == 0
        assert changes(steps) <= 10


def test_without_asks_it_goes_back_by_itself():
    """A threshold so high that nobody is asked any more is none to stay with."""
    steps = control(lambda *_: 0.0, 60, asks=0)
    assert set(steps) == {0}
    watch, caution = Watch(), Caution(step=3)
    for week in range(20):
        watch, caution = steer(watch, caution, Tally(), MOST, week)
    assert caution.step == 0


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1)), max_size=120),
    st.floats(0.01, 0.5),
)
def test_whatever_happens_it_takes_one_step_a_week_within_its_bounds(told, most):
    """And says from how many asks."""
    watch, caution = Watch(), Caution()
    for week, (n_asks, share) in enumerate(told):
        before = caution
        tally = Tally(n_asks, round(share * n_asks))
        watch, caution = steer(watch, caution, tally, most, week)
        assert abs(caution.step - before.step) <= 1
        assert 0 <= caution.step <= MOST_STEPS
        assert len(watch.weeks) <= 32
        if caution.step > before.step:
            assert caution.n_withdrawn > most * caution.n_asks
            assert caution.since_us == week


def test_each_step_makes_a_trigger_rarer():
    """A longer silence, and a surer message; never beyond their bounds."""
    for name in ("closing", "inactivity"):
        found = []
        for step in range(MOST_STEPS + 1):
            learnt = replace(Policy().learnt, **{name: Caution(step=step)})
            policy = Policy(learnt=learnt)
            found.append((policy.silence_of(None, None), policy.closing_at))
        moved = [pair[name == "closing"] for pair in found]
        kept = {pair[name == "inactivity"] for pair in found}
        assert moved == sorted(moved)
        assert moved[0] < moved[1] < moved[4] <= moved[-1]
        assert len(kept) == 1
    assert max(pair[0] for pair in found) <= Policy().session_gap
    closing = Policy(learnt=replace(Policy().learnt, closing=Caution(step=8)))
    assert closing.closing_at == pytest.approx(0.98)


def test_a_threshold_that_the_operator_has_set_stands():
    """Whatever was withdrawn."""
    learnt = replace(Policy().learnt, closing=Caution(step=2), inactivity=Caution(step=2))
    fixed = Policy(learnt=learnt, fixed=("idle_after", "closing_threshold"))
    assert (fixed.silence_of("web", None), fixed.closing_at) == (300, Policy().closing_threshold)
