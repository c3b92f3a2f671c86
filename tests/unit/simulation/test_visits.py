"""What is said of a session agrees with its person's earlier sessions."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from msgspec.structs import replace

from afterword.simulation import WORLDS, simulate
from afterword.simulation.asking import (
    DECISIONS,
    DISMISSED,
    IGNORED,
    NONE,
    SEEN,
    STATES,
)
from afterword.simulation.visits import (
    CAPABILITIES,
    COMPLETED,
    LONGEST_US,
    NO_FLOW,
    ONBOARDED_AFTER_US,
    PULSE,
    WELCOME,
)
from afterword.simulation.worlds import PLACES, WEEKEND
from unit.simulation.cast import DAY_US, END_US, histories, is_likely, made, settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def some():
    """A small world."""
    return made("steady", 5_000)


@pytest.fixture(scope="module")
def eager():
    """A world whose people come nearly every day and like to be asked."""
    world = replace(WORLDS["null"], gap_days=1.0, gap_spread=0.1, silent=0.0, answers=0.95)
    return simulate(settings(world, 5_000))


@pytest.mark.parametrize("sessions", [1, 2, 3, 17, 1_000, 4_321])
def test_number_of_sessions_is_met_exactly(sessions):
    """People come whole, and still it is met."""
    simulation = simulate(settings("churn", sessions))

    assert len(simulation.visits) == len(simulation.answers) == sessions
    assert set(simulation.visits.person.tolist()) == set(range(len(simulation.people)))


@pytest.mark.parametrize("days", [1, 7, 400])
def test_sessions_lie_within_the_window(days):
    """All are over by its end, in order, however long it is."""
    visits = simulate(settings("steady", 500, days=days)).visits

    assert (np.diff(visits.opened_us) >= 0).all()
    assert visits.opened_us[0] >= END_US - days * DAY_US
    assert visits.opened_us[-1] < END_US - LONGEST_US


def test_numbers_and_tenure_count_from_the_first_session(some):
    """As intake counts them: whole days since the person's first session."""
    visits = some.visits
    for places in histories(some):
        opened = visits.opened_us[places]

        assert visits.number[places].tolist() == list(range(1, len(places) + 1))
        assert visits.tenure_days[places].tolist() == ((opened - opened[0]) // DAY_US).tolist()


def test_onboarded_means_completed_before(some):
    """Only from the next session on, and only where the flow was completed."""
    visits = some.visits
    n_onboarded = 0
    for places in histories(some):
        done_us = [
            visits.opened_us[place] + ONBOARDED_AFTER_US
            for place in places
            if visits.flow[place] == WELCOME and visits.step[place] == COMPLETED
        ]
        expected = [any(at < visits.opened_us[place] for at in done_us) for place in places]
        n_onboarded += sum(expected)

        assert visits.is_onboarded[places].tolist() == expected
    assert 0 < n_onboarded < len(visits)


def test_flows_belong_to_the_right_sessions(some):
    """Onboarding to the first of new people, the capability to second ones, and by arm."""
    visits = some.visits
    people = some.people.take(visits.person)
    stages = [
        WELCOME if number == 1 and is_new else CAPABILITIES if number == 2 else PULSE
        for number, is_new in zip(visits.number.tolist(), people.is_new.tolist(), strict=True)
    ]
    expected = np.where((visits.number == 1) & ~people.is_new, NO_FLOW, stages)
    is_shown = (visits.stage == WELCOME) | ((visits.stage > WELCOME) & (visits.arm == 1))

    assert (visits.stage == expected).all()
    assert (visits.flow == np.where(is_shown, visits.stage, NO_FLOW)).all()
    assert (visits.arm[visits.stage == CAPABILITIES] == people.capability[visits.stage == 2]).all()


def test_hours_and_days_are_local(some):
    """As the zone of the person has them, summer time or not."""
    visits = some.visits
    zones = [ZoneInfo(PLACES[place].timezone) for place in some.people.place[visits.person]]
    local = [
        (EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
        for at_us, zone in zip(visits.opened_us.tolist(), zones, strict=True)
    ]
    days = [set() for _ in some.people.number]
    for person, moment in zip(visits.person.tolist(), local, strict=True):
        days[person].add(moment.date())

    assert visits.hour.tolist() == [moment.hour for moment in local]
    assert sum(map(len, days)) == len(visits)  # nobody comes twice on a day


def test_weekends_are_quieter():
    """By about the share that was said: the days that are avoided fall on the next ones."""
    day = (made("null").visits.opened_us // DAY_US + 3) % 7
    counts = np.bincount(day, minlength=7)

    assert counts[5:].mean() / counts[:5].mean() == pytest.approx(WEEKEND, abs=0.06)


def test_nobody_comes_back_who_has_left(some):
    """The last session of those who left is marked, and no other."""
    for places in histories(some):
        assert not some.visits.is_last[places[:-1]].any()


def test_people_sign_up_before_they_come(some):
    """Wherever they live; new people within the window, the others before it."""
    people, visits = some.people, some.visits
    signed_up_us = people.signed_up_day.astype(np.int64) * DAY_US
    first_us = visits.opened_us[[places[0] for places in histories(some)]]
    is_before = people.signed_up_day < (END_US - 90 * DAY_US) // DAY_US - 1

    assert (signed_up_us < first_us).all()
    assert (is_before == ~people.is_new).all()


def test_after_an_ask_in_vain_the_next_session_is_left_alone(eager):
    """The rule of the policy, recounted one session at a time."""
    visits, n_left = eager.visits, 0
    for places in histories(eager):
        for before, after in pairwise(places):
            is_left = DECISIONS[visits.decision[after]] == "left_alone"
            in_vain = visits.ask[before] in (DISMISSED, IGNORED)
            n_left += is_left

            assert not in_vain or is_left
            assert not is_left or visits.decision[before] != 1
    assert n_left > 0


def test_nobody_sees_more_than_six_asks_in_seven_days(eager):
    """Even who comes every day; and that is why some are not asked."""
    visits = eager.visits
    for places in histories(eager):
        seen = [visits.opened_us[place] for place in places if visits.ask[place] in SEEN]

        assert all(late - early > 7 * DAY_US for early, late in zip(seen, seen[6:], strict=False))
    assert "budget_week" in {DECISIONS[place] for place in visits.decision.tolist()}


def test_silent_people_never_rate(some):
    """They are asked, and do not answer."""
    is_silent = some.people.is_silent[some.visits.person]

    assert not some.visits.is_rated[is_silent].any()
    assert (some.visits.ask[is_silent] != NONE).any()


@pytest.mark.parametrize("unhappy", [0.5, 1.0, 1.5])
def test_asks_are_answered_at_the_rates_told(unhappy):
    """After a negative session more or less often, where the world says so."""
    world = replace(WORLDS["null"], unhappy_answers=unhappy)
    simulation = made(world, 20_000)
    visits = simulation.visits
    was_seen = np.isin(visits.ask, SEEN) & ~simulation.people.is_silent[visits.person]
    for level, rate in enumerate((0.6, 0.6, 0.6 * unhappy)):
        asked = visits.ask[was_seen & (visits.level == level)]

        assert is_likely((asked == STATES.index("answered")).sum(), len(asked), rate)
