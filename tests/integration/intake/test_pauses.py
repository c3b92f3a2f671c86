"""Intake measures how long users were silent before they went on."""

from __future__ import annotations

import pytest

from afterword.domain.learnt import Learnt, Silence
from afterword.domain.policy import Policy
from afterword.domain.session import Trigger
from afterword.journal.projects import load_project, save_policy
from intake_cast import MINUTE, agent, ended, rating, step, talk, user


def longest_s(house, session_id="c-1~1"):
    """Read a session's longest pause, in seconds."""
    found = house.session(session_id).longest_pause_us
    return None if found is None else found / 1_000_000


def go_on(house, *seconds):
    """Let the user go on after each of these pauses; the agent answers at once."""
    for one in seconds:
        house.wait(one)
        house.take(user())
        house.take(agent())


def test_the_longest_pause_of_a_session_is_kept(house):
    """By the server's clock, from the agent's answer to the user's next message."""
    house.take(*talk())
    assert longest_s(house) == 0
    go_on(house, 40, 200, 90)
    assert longest_s(house) == 200
    house.wait(31 * MINUTE)
    assert longest_s(house) == 200


def test_a_pause_counts_whether_an_ask_came_of_it_or_not(house):
    """Also after an ask that was withdrawn, and after a rating."""
    house.take(*talk())
    go_on(house, 6 * MINUTE)
    assert longest_s(house) == 6 * MINUTE
    house.take(rating())
    go_on(house, 10 * MINUTE)
    assert longest_s(house) == 10 * MINUTE


@pytest.mark.parametrize(
    "before",
    [
        [user()],
        [user(), agent(final=False)],
        [user(), agent(awaits_reply=True)],
        [*talk(), user(text="that is all, thanks!", closing=True), agent()],
        [*talk(), {"type": "handover", "conversation_id": "c-1"}],
    ],
    ids=["unanswered", "not final", "awaits", "closed", "handed over"],
)
def test_a_silence_that_would_not_ask_is_no_pause(house, before):
    """Whoever has not been answered is no user who goes on."""
    house.take(*before)
    house.wait(4 * MINUTE)
    house.take(user())
    assert longest_s(house) == 0


def test_a_session_that_is_over_has_no_pause_before_the_next(house):
    """What comes after the gap, or after the host's end, opens another."""
    house.take(*talk())
    house.wait(40 * MINUTE)
    house.take(*talk())
    house.take(ended())
    house.wait(4 * MINUTE)
    house.take(*talk())
    assert [longest_s(house, f"c-1~{number}") for number in (1, 2, 3)] == [0, 0, 0]


def test_nobody_measures_what_was_imported(house):
    """Its times are not the server's."""
    house.take(*talk(at=1_700_000_000), is_import=True)
    assert longest_s(house) is None


def test_a_learnt_silence_is_the_one_that_asks(house):
    """Of its own channel and agent, at its own time."""
    one = Silence(channel="sms", idle_after=100, n_sessions=500, n_resumed=9, since_us=1)
    with house.journal.write() as connection:
        load_project(connection, "default", 1)
        save_policy(connection, "default", Policy(learnt=Learnt(silences=(one,))), 1)
    for name, channel in (("c-1", "sms"), ("c-2", "web")):
        started = {"type": "session.started", "conversation_id": name, "channel": channel}
        house.take(started, *talk(name, user_id=name))
    house.wait(99)
    assert not house.session("c-1~1").asks
    house.wait(1)
    assert house.ask("c-1~1").trigger is Trigger.INACTIVITY
    assert not house.session("c-2~1").asks
    house.wait(200)
    assert house.ask("c-2~1").trigger is Trigger.INACTIVITY


def test_a_client_that_withdraws_is_no_message(house):
    """Only what is said ends a pause."""
    house.take(*talk())
    house.wait(5 * MINUTE)
    house.take(step(house.ask("c-1~1"), "withdrawn"))
    assert longest_s(house) == 0
