"""Replays: the log decided anew gives what intake does with that policy."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from afterword.domain.asks import Verdict
from afterword.domain.policy import Policy
from afterword.domain.replay import Rules
from afterword.domain.replay import replay as replay_person
from afterword.domain.session import AskState
from afterword.journal.logs import people_of
from afterword.journal.projects import change_policy, load_project, policy_versions
from afterword.journal.sessions import next_due_us
from intake_cast import (
    HOUR,
    MINUTE,
    House,
    agent,
    ended,
    goodbye,
    rating,
    step,
    talk,
    user,
)

PLAIN = Policy(back_off=(1.0,))  # no chance: what differs is the rules' doing


def use(house, policy):
    """Let a house go by a policy."""
    with house.journal.write() as connection:
        change_policy(connection, "default", lambda _: policy, house.clock.us)


def replayed(house, policy, unknown=AskState.ANSWERED, from_us=0, to_us=None):
    """Replay a house's log; give what would have been asked: sessions, times and triggers."""
    found = set()
    with house.journal.read() as connection:
        rules = Rules(
            policy=policy,
            then=policy_versions(connection, "default"),
            salt=load_project(connection, "default", 0).salt,
            now_us=house.clock.us,
            unknown=unknown,
        )
        for _, past in people_of(connection, "default", "production", from_us, to_us):
            for moment in replay_person(past, rules):
                if moment.decision.verdict is Verdict.ASK:
                    told = (moment.session_id, moment.at_us, moment.decision.trigger)
                    found.add(told)
    return found


def asked(house):
    """Give what was asked."""
    with house.journal.read() as connection:
        pasts = [past for _, past in people_of(connection, "default", "production", 0, None)]
    asks = [ask for past in pasts for ask in past.asks]
    return {(ask.session_id, ask.granted_us, ask.trigger) for ask in asks}


def react(house, end):
    """Let the people do the same with every ask that waits."""
    for name, ask_id in house.rows(
        "SELECT conversation_id, id FROM asks WHERE state = 'granted' ORDER BY id"
    ):
        told = {"type": "ask", "conversation_id": name, "ask_id": ask_id}
        house.take({**told, "step": "shown"})
        if end == "answer":
            house.take(rating(conversation_id=name, ask_id=ask_id))
        else:
            house.take({**told, "step": "dismissed"})


def let_pass(house, seconds, end):
    """Let time pass, looking at what is due when it is due."""
    until_us = house.clock.us + seconds * 1_000_000
    while True:
        with house.journal.read() as connection:
            due_us = next_due_us(connection)
        if due_us is None or due_us > until_us:
            break
        house.clock.us = max(house.clock.us, due_us)
        house.intake.tick()
        react(house, end)
    house.clock.us = until_us


def live(house, seed, end):
    """Let four people talk for three days; what they say does not depend on what is asked."""
    chance = random.Random(seed)  # noqa: S311  # who talks when
    for number in range(25):
        name, who = f"c-{number}", f"u-{chance.randrange(4)}"
        kind = chance.choice(["goodbye", "end", "silence", "hand", "wait", "open"])
        told = goodbye(name, user_id=who) if kind == "goodbye" else talk(name, user_id=who)
        if kind == "hand":
            told.append({"type": "handover", "conversation_id": name})
        if kind == "wait":
            told.append(agent(name, awaits_reply=True))
        if kind == "open":
            told.append(user(name))
        house.take(*told)
        react(house, end)
        if kind == "end":
            house.take(ended(name))
            react(house, end)
        let_pass(house, chance.choice([MINUTE, 11 * MINUTE, HOUR, 4 * HOUR]), end)
    let_pass(house, HOUR, end)


POLICIES = {
    "one a day": replace(PLAIN, asks_per_day=1),
    "more a day": replace(PLAIN, asks_per_day=10, asks_per_week=40),
    "later": replace(PLAIN, idle_after=20 * MINUTE),
    "sooner": replace(PLAIN, idle_after=40),
    "never": replace(PLAIN, asks_per_day=0, asks_per_week=0),
    "left alone": replace(PLAIN, sessions_left_alone=3),
}


@pytest.fixture(scope="module", params=["answer", "dismiss"])
def logged(request, tmp_path_factory):
    """A house where people lived under the plain policy, and what they do with asks."""
    house = House(tmp_path_factory.mktemp("logged"))
    use(house, PLAIN)
    live(house, 7, request.param)
    yield house, request.param
    house.close()


@pytest.mark.parametrize("name", POLICIES)
def test_a_replay_asks_what_intake_asks(logged, tmp_path, name):
    """The same people before two servers: the log of the one foretells the other, ask by ask."""
    house, end = logged
    unknown = AskState.ANSWERED if end == "answer" else AskState.IGNORED
    real = House(tmp_path)
    use(real, POLICIES[name])
    live(real, 7, end)

    happened = asked(real)
    real.close()
    assert replayed(house, POLICIES[name], unknown) == happened
    assert bool(happened) is (name != "never")


def test_a_replay_is_the_same_every_time_and_writes_nothing(house):
    """Equal logs, equal answers; the journal is only read."""
    live(house, seed=3, end="answer")
    before = house.rows("SELECT count(*) FROM decisions"), asked(house)
    policy = Policy(asks_per_day=1, skip_share=0.5, eligible_per_week=1_000)

    assert replayed(house, policy) == replayed(house, policy) != set()
    assert (house.rows("SELECT count(*) FROM decisions"), asked(house)) == before


def test_the_draws_of_then_decide(house):
    """Whoever had a low draw is asked under every share: chance does not blur the rules."""
    for number in range(60):
        house.take(*goodbye(f"c-{number}"))
    shares = [0.0, 0.2, 0.5]
    found = [
        {name for name, _, _ in replayed(house, Policy(skip_share=s, eligible_per_week=500))}
        for s in shares
    ]

    assert found[0] > found[1] > found[2] != set()
    draws = {name: house.decisions(name)[0]["draw"] for name in found[0]}
    assert found[2] == {name for name, draw in draws.items() if draw < 0.5}


def test_the_last_message_is_judged_by_the_new_threshold(house):
    """How surely it closed the session is kept: a lower line asks at once, a higher one later."""
    house.take(*talk(), user(text="ah, thanks!"), agent())
    house.wait(5 * MINUTE)
    session = house.session("c-1~1")
    sure, seen_us = session.last_user.closing, session.seen_us

    assert 0 < sure < 1
    for threshold, told in (
        (sure, (seen_us, "closing_message")),
        ((1 + sure) / 2, (seen_us + 300 * 1_000_000, "inactivity")),
    ):
        policy = Policy(closing_threshold=threshold)
        assert replayed(house, policy) == {("c-1~1", *told)}


def test_a_goodbye_that_was_none_by_the_rules_of_then_is_one_by_lower_ones(house):
    """The log saw only the silence; the goodbye stands at the answer to it."""
    use(house, Policy(closing_threshold=0.9999))
    house.take(*talk(), user(text="ah, thanks!"), agent())
    house.wait(5 * MINUTE)
    session = house.session("c-1~1")
    lower = Policy(closing_threshold=session.last_user.closing)

    assert [ask.trigger for ask in session.asks] == ["inactivity"]
    assert replayed(house, lower) == {("c-1~1", session.seen_us, "closing_message")}


def test_a_silence_that_the_user_broke_sooner_is_none(house):
    """With a longer wait the user would have gone on before it was over."""
    house.take(*talk())
    house.wait(5 * MINUTE)
    house.take(step(house.ask("c-1~1"), "shown"))
    house.wait(MINUTE)
    house.take(user(), agent())
    let_pass(house, HOUR, "answer")
    seen_us = house.session("c-1~1").seen_us

    assert len(asked(house)) == 2
    assert replayed(house, Policy()) == asked(house)
    late = replayed(house, Policy(idle_after=7 * MINUTE))
    assert late == {("c-1~1", seen_us + 420 * 1_000_000, "inactivity")}


def test_who_asked_never_to_be_asked_again_is_not(house):
    """From then on, whatever the policy."""
    generous = Policy(asks_per_day=10, asks_per_week=40, sessions_left_alone=1)
    (ask,) = house.take(*goodbye(user_id="u")).asks
    house.take(step(ask, "never"))
    for number in range(2, 6):
        house.clock.move(HOUR)
        house.take(*goodbye(f"c-{number}", user_id="u"))

    assert {name for name, _, _ in replayed(house, generous)} == {"c-1~1"}


def test_what_was_asked_before_the_window_weighs(house):
    """The budget of a day does not begin at --from."""
    for number in range(3):
        house.take(*goodbye(f"c-{number}", user_id="u"))
        react(house, "answer")
        house.clock.move(MINUTE)
    from_us = house.session("c-1~1").opened_us

    assert {name for name, _, _ in replayed(house, Policy(), from_us=from_us)} == {"c-1~1"}
    assert replayed(house, Policy(asks_per_day=1), from_us=from_us) == set()
    first = replayed(house, Policy(asks_per_day=1), to_us=from_us)
    assert {name for name, _, _ in first} == {"c-0~1"}  # what was asked later weighs on nothing
