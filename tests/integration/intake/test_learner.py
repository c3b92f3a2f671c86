"""A project's own traffic teaches how long a silence must be, and which trigger asks too early."""

from __future__ import annotations

from threading import Event

import pytest
from msgspec.structs import replace

from afterword.domain.light_hours import LightHours, WhyLight
from afterword.domain.memory import Memory
from afterword.domain.policy import SECOND_US
from afterword.domain.session import AskState, Trigger
from afterword.intake import learner as learner_module
from afterword.intake.learner import Learner
from afterword.journal.learning import load_memory, pauses_since, save_memory
from afterword.journal.markers import markers
from afterword.journal.projects import change_policy, load_project
from intake_cast import DAY, MINUTE, agent, goodbye, talk, user

N = 120


@pytest.fixture
def learner(house):
    """Learning, by the house's clock."""
    return Learner(house.journal, house.clock)


def many(house, *rounds, prefix="c", n=N, **more):
    """Let users go on after each pause; in the end all fall silent, and their day is over."""
    names = [f"{prefix}-{number}" for number in range(n)]
    house.take(*(one for name in names for one in talk(name, user_id=name)), **more)
    for seconds in rounds:
        house.wait(seconds)
        house.take(*(user(name, user_id=name) for name in names), **more)
        house.take(*(agent(name, user_id=name) for name in names), **more)
    house.wait(40 * MINUTE)


def next_days(house, n=2):
    """Let days pass."""
    house.wait(n * DAY)


def policy(house):
    """Read the policy in force."""
    with house.journal.read() as connection:
        return load_project(connection, "default", 0).policy


def change(house, **values):
    """Change the policy."""
    with house.journal.write() as connection:
        change_policy(connection, "default", lambda one: replace(one, **values), 1)


def told(house):
    """Read the policy's markers."""
    with house.journal.read() as connection:
        return [one.text for one in markers(connection, "default") if one.kind == "policy"]


def silence(house, channel=None, agent_name=None):
    """Give the silence that asks sessions of a channel and agent."""
    return policy(house).silence_of(channel, agent_name)


def test_the_silence_is_learnt_once_the_day_of_100_sessions_is_over(house, learner):
    """A little more than the pause after which they went on; the version's marker says so."""
    many(house, 90)
    assert learner.run_once() == 0
    next_days(house)
    assert learner.run_once() == 1
    assert silence(house, "web", "any") in (91, 92)
    assert policy(house).version == 2
    assert told(house) == ["policy 2: silence 91 s (120 sessions, 0 went on)"]
    house.take(*talk("later"))
    house.wait(91)
    assert house.ask("later~1").trigger is Trigger.INACTIVITY


def test_of_few_sessions_nothing_is_learnt(house, learner):
    """Until there are enough of them, on whatever days."""
    for day in range(3):
        many(house, 90, prefix=f"day-{day}", n=45)
        next_days(house)
        assert learner.run_once() == (day == 2)
        assert (silence(house) == 300) is (day < 2)
    assert silence(house) in (91, 92)


def test_the_policy_changes_once_a_week_at_most(house, learner):
    """However fast the traffic changes."""
    many(house, 90)
    next_days(house)
    learner.run_once()
    many(house, 600, prefix="slow", n=3 * N)
    for _ in range(6):
        next_days(house, 1)
        assert learner.run_once() == 0
        assert silence(house) in (91, 92)
    next_days(house, 1)
    assert learner.run_once() == 1
    assert 600 < silence(house) < 612
    assert [policy(house).version, len(told(house))] == [3, 2]


def test_nothing_changes_where_nothing_new_is_learnt(house, learner):
    """The same pauses week after week make no version."""
    for week in range(3):
        many(house, 90, prefix=f"week-{week}")
        next_days(house, 8)
        learner.run_once()
    assert policy(house).version == 2


NIGHT = LightHours(is_weekend=False, start=22, end=6, why=WhyLight.WORSE_RATINGS)


def test_light_hours_are_learnt_with_the_rest(house):
    """One version a week for both; where nobody can count them now, they stay."""
    answers = [(NIGHT,), None, ()]
    learner = Learner(house.journal, house.clock, lambda _: answers.pop(0))
    many(house, 90)
    next_days(house)
    assert learner.run_once() == 1
    assert policy(house).learnt.light == (NIGHT,)
    assert told(house)[-1].endswith("; light on workdays 22-6 (worse ratings)")
    next_days(house, 1)
    learner.run_once()
    assert len(answers) == 2
    next_days(house, 7)
    assert learner.run_once() == 0
    assert policy(house).learnt.light == (NIGHT,)
    next_days(house, 7)
    assert learner.run_once() == 1
    assert policy(house).learnt.light == ()
    assert told(house)[-1] == "policy 3: no longer light on workdays 22-6 (worse ratings)"


def test_light_hours_that_the_operator_set_are_not_even_counted(house):
    """What counts is what the file says."""
    change(house, light_hours=(NIGHT,), fixed=("light_hours",))
    learner = Learner(house.journal, house.clock, pytest.fail)
    many(house, 90)
    next_days(house)
    assert learner.run_once() == 1
    assert (policy(house).learnt.light, policy(house).light) == ((), (NIGHT,))


def test_days_are_counted_once_and_forgotten_after_90(house, learner):
    """Bounded, however long the project runs."""
    for part in range(3):
        many(house, 90, prefix=f"part-{part}", n=40)
        next_days(house, 44)
        learner.run_once()
        learner.run_once()
    with house.journal.read() as connection:
        kept = pauses_since(connection, "default", 0)
        assert load_memory(connection, "default").counted_day > 0
    assert [one.groups[0].pauses.n_silent for one in kept] == [40, 40]


@pytest.mark.parametrize("more", [{"environment": "staging"}, {"environment": "test"}])
def test_only_production_teaches(house, learner, more):
    """Whoever tries things out pauses as no user does."""
    many(house, 90, **more)
    next_days(house)
    assert learner.run_once() == 0
    assert silence(house) == 300


def test_learning_can_be_switched_off_and_on(house, learner):
    """What was counted meanwhile counts then."""
    change(house, learns=False)
    many(house, 90)
    next_days(house)
    assert learner.run_once() == 0
    change(house, learns=True)
    many(house, 90, prefix="more")
    next_days(house)
    assert learner.run_once() == 1
    with house.journal.read() as connection:
        assert policy(house).learnt.silences[-1].n_sessions == 2 * N
        assert load_memory(connection, "default").looked_us == house.clock.us


def test_what_the_operator_has_set_is_not_learnt(house, learner):
    """Neither silence nor its caution."""
    change(house, idle_after=600, fixed=("idle_after",))
    many(house, 90)
    next_days(house)
    assert learner.run_once() == 0
    assert silence(house) == 600


def withdraw_many(house, prefix, n=60, later=()):
    """Ask at a goodbye after which the user goes on."""
    names = [f"{prefix}-{number}" for number in range(n)]
    house.take(*(one for name in names for one in goodbye(name, user_id=name)))
    house.take(*(one for name in names for one in talk(name, user_id=name)))
    assert house.ask(f"{names[0]}~1").state is AskState.WITHDRAWN
    house.wait(40 * MINUTE)
    for name in later:
        house.take(*talk(name))


def test_a_trigger_whose_asks_are_withdrawn_takes_a_step_a_week(house, learner):
    """Closing messages must be surer; silence, which was not withdrawn, stays."""
    steps = []
    for week in range(3):
        withdraw_many(house, f"week-{week}")
        next_days(house, 3)
        learner.run_once()
        next_days(house, 5)
        learner.run_once()
        steps.append(policy(house).learnt.closing.step)
    assert steps == [0, 1, 2]
    last = policy(house).learnt
    assert (last.closing.n_asks, last.closing.n_withdrawn) == (60, 60)
    assert last.inactivity.step == 0
    assert policy(house).closing_at > policy(house).closing_threshold + 0.1
    assert told(house)[-1].endswith("closing messages 2 steps of caution (60 asks, 60 withdrawn)")


def tallied(house):
    """Read what has been tallied of asks after a closing message, week by week."""
    with house.journal.read() as connection:
        weeks = load_memory(connection, "default").closing.weeks
    return [(one.n_asks, one.n_withdrawn) for one in weeks]


def test_each_ask_is_tallied_once_when_it_is_known_what_became_of_it(house, learner):
    """One that was granted within a day of the look waits for the next."""
    change(house, closing_withdrawn_most=0.99)
    house.take(*talk())
    next_days(house)
    learner.run_once()
    for n, expected in ((7, [(0, 0)]), (5, [(0, 0), (7, 7)]), (0, [(0, 0), (7, 7), (5, 5)])):
        next_days(house, 5)
        house.take(*talk(f"news-{n}"))
        next_days(house, 2.3)
        if n:
            withdraw_many(house, f"just-{n}", n=n)
            house.take(*goodbye(f"tried-{n}", user_id="tried"), environment="staging")
            house.take(*talk(f"tried-{n}", user_id="tried"), environment="staging")
        learner.run_once()
        assert tallied(house) == expected


def test_a_threshold_that_the_operator_has_set_is_not_moved(house, learner):
    """Whatever is withdrawn."""
    change(house, fixed=("closing_threshold",))
    for week in range(3):
        withdraw_many(house, f"week-{week}")
        next_days(house, 8)
        learner.run_once()
    assert policy(house).learnt.closing.step == 0


def test_asks_that_expired_count_against_nobody(house, learner):
    """They were shown to nobody."""
    for week in range(3):
        names = [f"week-{week}-{number}" for number in range(60)]
        house.take(*(one for name in names for one in goodbye(name, user_id=name)))
        house.wait(11 * MINUTE)
        house.take(*(one for name in names for one in talk(name, user_id=name)))
        next_days(house, 8)
        learner.run_once()
    assert house.ask("week-0-0~1").state is AskState.EXPIRED
    with house.journal.read() as connection:
        weeks = load_memory(connection, "default").closing.weeks
    assert sum(one.n_asks for one in weeks) == 0


def test_two_servers_learn_the_same_once(house, learner):
    """Whoever comes second finds it done."""
    many(house, 90)
    next_days(house)
    other = house.another()
    second = Learner(other.journal, other.clock)
    assert [learner.run_once(), second.run_once(), learner.run_once()] == [1, 0, 0]
    other.close()
    assert policy(house).version == 2


def test_one_that_was_overtaken_changes_nothing(house, learner, monkeypatch):
    """Also between its look and its word."""
    many(house, 90)
    next_days(house)
    second = Learner(house.journal, house.clock)
    tell = learner_module.pauses_since

    def slowly(*args):
        found = tell(*args)
        monkeypatch.setattr(learner_module, "pauses_since", tell)
        house.clock.move(1)
        with house.journal.write() as connection:  # the other counts its days again
            save_memory(connection, "default", Memory())
        assert second.run_once() == 1
        return found

    monkeypatch.setattr(learner_module, "pauses_since", slowly)
    assert learner.run_once() == 0
    assert policy(house).version == 2
    assert policy(house).learnt.silences[-1].since_us == house.clock.us


def test_the_thread_looks_by_itself_and_stops(house, monkeypatch):
    """Also after a look that failed."""
    many(house, 90)
    next_days(house)
    looked = Event()

    class Failing(Learner):
        """Fails at first."""

        def run_once(self):
            """Fail once."""
            if not looked.is_set():
                looked.set()
                raise OSError
            return super().run_once()

    monkeypatch.setattr(learner_module, "FIRST_SECONDS", 0)
    monkeypatch.setattr(learner_module, "EVERY_SECONDS", 0)
    learner = Failing(house.journal, house.clock)
    learner.start()
    while policy(house).version == 1:
        pass
    learner.stop()
    assert looked.is_set()
    assert silence(house) in (91, 92)


def test_a_stop_waits_for_the_day_that_is_being_counted(house, monkeypatch):
    """A day is counted whole or not at all; the next start goes on with the next one."""
    many(house, 90)
    next_days(house, 1)
    many(house, 90, prefix="second")
    next_days(house)
    read = learner_module.days.day_sessions
    first = Learner(house.journal, house.clock)

    def stopped(*args):
        for session in read(*args):
            first.stop()
            yield session

    monkeypatch.setattr(learner_module, "SESSIONS_AT_ONCE", 10)
    monkeypatch.setattr(learner_module.days, "day_sessions", stopped)
    assert first.run_once() == 0
    with house.journal.read() as connection:
        (kept,) = pauses_since(connection, "default", 0)
    assert kept.groups[0].pauses.n_silent == N
    monkeypatch.setattr(learner_module.days, "day_sessions", read)
    assert Learner(house.journal, house.clock).run_once() == 1
    assert policy(house).learnt.silences[0].n_sessions == 2 * N


def test_pauses_are_the_servers_and_no_claim(house, learner):
    """A host that gives wrong times teaches nothing wrong."""
    house.take(*(one for i in range(N) for one in talk(f"c-{i}", at=house.clock.us / SECOND_US)))
    house.wait(90)
    late = house.clock.us / SECOND_US + 200
    house.take(*(one for i in range(N) for one in talk(f"c-{i}", at=late)))
    house.wait(40 * MINUTE)
    next_days(house)
    learner.run_once()
    assert silence(house) in (91, 92)


def asked(house, prefix, n=N):
    """Let users fall silent, and the timers see it."""
    names = [f"{prefix}-{number}" for number in range(n)]
    house.take(*(one for name in names for one in talk(name, user_id=name)))
    house.wait(6 * MINUTE)
    house.wait(40 * MINUTE)


def test_a_random_share_is_left_out_once_there_are_200_asks_a_week(house, learner):
    """From the next look on; half as many end it, and what the operator has set stays."""
    change(house, skip_least_per_week=100, idle_after=300)
    asked(house, "c")
    next_days(house)
    learner.run_once()
    assert policy(house).chance_of_asking == 1
    next_days(house, 6)
    asked(house, "d")
    next_days(house)
    learner.run_once()
    assert (policy(house).eligible_per_week, policy(house).chance_of_asking) == (N, 0.9)
    assert told(house)[-1].endswith("10 % left out at random")

    version = policy(house).version
    next_days(house, 5)
    asked(house, "e", n=80)
    next_days(house)
    learner.run_once()
    assert policy(house).eligible_per_week == N
    assert policy(house).version == version
    next_days(house, 7)
    asked(house, "f", n=20)
    next_days(house)
    learner.run_once()
    assert policy(house).chance_of_asking == 1
    assert "none left out at random" in told(house)[-1]


def test_a_share_that_the_operator_has_set_is_not_learnt(house, learner):
    """Neither up nor down."""
    change(house, skip_least_per_week=50, fixed=("eligible_per_week",))
    for prefix in "cd":
        asked(house, prefix)
        next_days(house, 7)
        learner.run_once()

    assert policy(house).eligible_per_week == 0
