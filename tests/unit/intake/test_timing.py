"""The moment that is now, and the one timer of a session."""

from __future__ import annotations

import pytest

from afterword.domain.policy import DAY_US
from afterword.domain.session import Trigger
from afterword.domain.sessions import close_if_due
from afterword.intake.timing import due_us, moment_of
from cast import POLICY, answer, ask_of, clock, end, say, small_talk, talk


def timer(session, face):
    """Give the session's next timer, as of a time at which all that was due is done."""
    close_if_due(session, POLICY, clock(face))
    return due_us(session, POLICY, clock(face))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("9:01", "9:06"),  # silence
        ("9:06", "9:31"),  # the gap
        ("9:31", "+7 9:31"),  # settled
        ("+7 9:30:59", "+7 9:31"),
    ],
)
def test_a_session_waits_for_one_thing_after_the_other(now, due):
    """Silence, closing, settling."""
    assert timer(small_talk(), now) == clock(due)


def test_a_settled_session_waits_for_nothing():
    """It is marked, and has no timer."""
    session = small_talk()

    assert timer(session, "+7 9:31") is None
    assert session.settled


def test_an_ask_that_waits_comes_first():
    """It expires before the session closes."""
    session = small_talk()
    session.asks = [ask_of(session, granted="9:02")]

    assert timer(session, "9:10") == clock("9:12")


def test_a_talk_without_end_waits_for_the_cap():
    """However near the last message is."""
    session = talk(say("9:00"), answer("9:01"), say("+1 8:58"), answer("+1 8:59"))

    assert timer(session, "+1 8:59") == clock("+1 9:00")


def test_silence_counts_from_a_withdrawal():
    """Somebody was there."""
    session = small_talk()
    session.asks = [ask_of(session, "withdrawn", granted="9:06", ended_us=clock("9:08"))]

    assert timer(session, "9:08") == clock("9:13")
    assert moment_of(session, POLICY, clock("9:12:59")) is None
    assert moment_of(session, POLICY, clock("9:13")) is Trigger.INACTIVITY


def test_an_imported_session_waits_by_its_own_time():
    """It asks nobody, so silence is nothing to wait for."""
    session = talk(say("9:00", received="+3 9:00"), answer("9:01"), is_import=True)

    assert timer(session, "9:02") == clock("9:31")


@pytest.mark.parametrize(
    ("told", "moment"),
    [("9:02", Trigger.EXPLICIT_END), ("9:11:59", Trigger.EXPLICIT_END), ("9:12", None)],
)
def test_an_end_told_too_late_is_no_moment(told, moment):
    """Ten minutes after it nobody expects the question."""
    session = talk(say("9:00"), answer("9:01"), end("9:02", received=told))
    close_if_due(session, POLICY, clock(told))

    assert moment_of(session, POLICY, clock(told)) is moment


def test_an_end_after_the_silence_is_no_moment():
    """The session had closed by itself, long before its host said so."""
    session = small_talk()
    close_if_due(session, POLICY, clock("10:00"))
    session.ended_us = session.end_seen_us = clock("11:00")

    assert moment_of(session, POLICY, clock("11:00")) is None
    assert due_us(session, POLICY, clock("11:00")) == clock("9:31") + 7 * DAY_US
