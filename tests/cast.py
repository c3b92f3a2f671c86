"""The cast of the domain's tests: Mia and Ravi, who talk with an agent on the third of March.

Times are clock faces of that day (``"9:05"``), or ``"+1 9:05"`` for the day after.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from afterword.domain import events as ev
from afterword.domain.asks import Patience
from afterword.domain.policy import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Policy
from afterword.domain.session import Ask, AskState, Trigger
from afterword.domain.sessions import Arrival, fold, open_session

MIA, RAVI = "u-mia", "u-ravi"
CHAT = "c-1"
POLICY = Policy()
PATIENT = Patience()  # somebody who has never been asked
_MIDNIGHT_US = int(datetime(2025, 3, 3, tzinfo=UTC).timestamp()) * SECOND_US
_ids = count(1)
_FOUND = ("closing", "mark", "is_refusal")


def clock(face):
    """Read a clock face as microseconds."""
    day, _, time = face.rpartition(" ")
    hour, minute, *second = (int(part) for part in time.split(":"))
    seconds_us = (second[0] if second else 0) * SECOND_US
    day_us = int(day or 0) * DAY_US
    return _MIDNIGHT_US + day_us + hour * HOUR_US + minute * MINUTE_US + seconds_us


def arrive(face, event, *, received=None, **facts):
    """Let an event that happened at a time arrive then, or later."""
    event_id = event.id or f"e-{next(_ids)}"
    received_us = clock(received or face)
    return Arrival(event_id, clock(face), received_us, event, **facts)


def say(face, role="user", *, received=None, words=3, **fields):
    """Let somebody say something; ``closing``, ``mark`` and ``is_refusal`` are what is found."""
    facts = {name: fields.pop(name) for name in _FOUND if name in fields}
    event = ev.Message(conversation_id=CHAT, role=ev.Role(role), **fields)
    return arrive(face, event, received=received, words=words, **facts)


def answer(face, **fields):
    """Let the agent say something."""
    return say(face, "agent", **fields)


def end(face, **fields):
    """Let the host say that it is over."""
    received = fields.pop("received", None)
    return arrive(face, ev.SessionEnded(conversation_id=CHAT, **fields), received=received)


def talk(*arrivals, number=1, is_import=False):
    """Make the session of these events; the first of them must be a message."""
    opened = open_session(
        "default", arrivals[0], number, environment="production", is_import=is_import
    )
    return fold(opened, arrivals)


def small_talk(**fields):
    """Make a session with a question and its answer, at 9:00 and 9:01."""
    session = talk(say("9:00"), answer("9:01"))
    session.session_number = 1
    for name, value in fields.items():
        setattr(session, name, value)
    return session


def ask_of(session, state="granted", *, granted="9:02", shown=None, **fields):
    """Make an ask about a session."""
    told = {
        "id": f"a-{next(_ids)}",
        "session_id": session.id,
        "conversation_id": session.conversation_id,
        "person": session.person,
        "trigger": Trigger.CLOSING_MESSAGE,
        "granted_us": clock(granted),
        "expires_us": clock(granted) + POLICY.ask_lives * SECOND_US,
        "policy_version": 1,
        "shown_us": None if shown is None else clock(shown),
    }
    return Ask(**{**told, **fields}, state=AskState(state))
