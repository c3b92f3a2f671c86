"""What is learnt, seen from outside: it asks, and it stands on the time line."""

from __future__ import annotations

import pytest

from server_harness import DAY, MINUTE, MovableClock, said, served

N = 110


@pytest.fixture
def clock():
    """Server time that a test moves."""
    return MovableClock()


def pause(caller, clock, seconds):
    """Let time pass, and everything be done that is due."""
    clock.move(seconds)
    while caller.services.intake.tick():
        pass


def test_a_learnt_silence_asks_and_is_a_marker(tmp_path, clock):
    """By HTTP: users go on after a minute and a half; later ones are asked a little after that."""
    with served(tmp_path, clock) as caller:
        names = [f"c-{number}" for number in range(N)]
        for seconds in (0, 90):
            pause(caller, clock, seconds)
            caller.send(*(said(name, role) for name in names for role in ("user", "agent")))
        pause(caller, clock, 40 * MINUTE)
        pause(caller, clock, 2 * DAY)
        assert caller.services.learner.run_once() == 1
        caller.chat("later")
        pause(caller, clock, 60)
        assert caller.session("later~1")["session"]["asks"] == []
        pause(caller, clock, 60)
        (ask,) = caller.session("later~1")["session"]["asks"]
        markers = caller.report("trend", by="day")["markers"]
    assert ask["trigger"] == "inactivity"
    assert [one["kind"] for one in markers] == ["policy"]
    assert markers[0]["text"].startswith("policy 2: silence 9")
    assert f"({N} sessions, 0 went on)" in markers[0]["text"]
