"""A conversation as it is told, and the asks that come back."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from afterword.client.conversation import Conversation
from afterword.client.ledger import Ledger
from afterword.client.limits import ANNOUNCE_AGAIN_SECONDS
from afterword.client.recorder import Recorder, Stamps
from afterword.client.sender import Sender

WAIT = 30  # a test that needs it has failed


def told(aw, transport):
    """Give what arrived, without the ids and times that were made for it."""
    assert aw.flush(WAIT)
    made = {"message": ("id", "at", "message_id")}
    return [
        {k: v for k, v in event.items() if k not in made.get(event["type"], ("id", "at"))}
        for event in transport.events
    ]


def types(transport):
    """Give the types of what arrived."""
    return [event["type"] for event in transport.events]


def test_a_conversation_is_told_in_order(aw, transport):
    """Attributes first, then each message as it was said, with its conversation and person."""
    with aw.conversation("c-1", user_id="u-7", release="v42", use_case=None) as c:
        c.user("Why was I charged twice?")
        c.agent("One is a pending hold.", model="m-2", latency_ms=840, tools=("ledger",))
        c.tool(words=3, error="late")

    common = {"conversation_id": "c-1", "user_id": "u-7"}
    assert told(aw, transport) == [
        {"type": "session.started", **common, "release": "v42"},
        {"type": "message", **common, "role": "user", "text": "Why was I charged twice?"},
        {
            "type": "message",
            **common,
            "role": "agent",
            "text": "One is a pending hold.",
            "model": "m-2",
            "latency_ms": 840.0,
            "tools": ["ledger"],
        },
        {"type": "message", **common, "role": "tool", "words": 3, "error": "late"},
    ]


def test_everything_else_of_a_conversation_is_told(aw, transport):
    """Feedback, flows, features, hand-over, updates, ratings and the end."""
    c = aw.conversation("c-1")
    c.feedback("m-1", "up", comment="nice")
    c.feedback("m-1", score=0.25)
    c.flow("tour", "onboarding", "completed", variant="b", answer="yes")
    c.feature("refund")
    c.handover()
    c.update(use_case="billing", labels={"arm": "b"})
    c.rate("negative", reason="too slow", ask_id="a-1", source="text")
    c.step("a-1", "never")
    c.end("solved")

    assert [(one.pop("type"), one.pop("conversation_id"), one) for one in told(aw, transport)] == [
        ("session.started", "c-1", {}),
        ("feedback", "c-1", {"message_id": "m-1", "value": "up", "comment": "nice"}),
        ("feedback", "c-1", {"message_id": "m-1", "score": 0.25}),
        (
            "flow",
            "c-1",
            {
                "flow": "tour",
                "kind": "onboarding",
                "step": "completed",
                "variant": "b",
                "answer": "yes",
            },
        ),
        ("feature", "c-1", {"feature": "refund"}),
        ("handover", "c-1", {}),
        ("session.updated", "c-1", {"use_case": "billing", "labels": {"arm": "b"}}),
        (
            "rating",
            "c-1",
            {"rating": "negative", "reason": "too slow", "ask_id": "a-1", "source": "text"},
        ),
        ("ask", "c-1", {"ask_id": "a-1", "step": "never"}),
        ("session.ended", "c-1", {"outcome": "solved"}),
    ]


def test_a_message_tells_its_id(aw, transport):
    """The host's own where it gives one, else a new one that feedback can name."""
    c = aw.conversation("c-1")

    ids = [c.user("hi", message_id="mine"), c.agent("hello"), c.agent("again")]

    assert ids[0] == "mine"
    assert len(set(ids)) == 3
    assert aw.flush(WAIT)
    assert [event["message_id"] for event in transport.events[1:]] == ids


def test_events_are_stamped_when_they_are_told(aw, transport):
    """Ids are UUIDs of version 7 in the order of telling; times are those of the call."""
    before = time.time()
    c = aw.conversation("c-1")
    for _ in range(50):
        c.user("hi")
    after = time.time()

    assert aw.flush(WAIT)
    ids = [event["id"] for event in transport.events]
    assert ids == sorted(set(ids))
    assert {uuid.UUID(one).version for one in ids} == {7}
    assert all(before - 1e-5 <= event["at"] <= after for event in transport.events)


def test_what_was_told_cannot_be_changed_afterwards(aw, transport):
    """Events are written down at once, whatever the host does to its values."""
    traits = {"plan": "pro"}
    aw.conversation("c-1", traits=traits)
    traits["plan"] = "free"

    assert told(aw, transport)[0]["traits"] == {"plan": "pro"}


def test_the_hosts_values_are_taken_as_they_are(aw, transport):
    """UUIDs, times and enumerations of the host become what JSON has for them."""

    class Plan(StrEnum):
        PRO = "pro"

    class Markup(str):
        __slots__ = ()

    name = uuid.uuid4()
    c = aw.conversation(
        name, model=Plan.PRO, traits={"signed_up_at": datetime(2026, 1, 2, tzinfo=UTC)}
    )
    c.user(Markup("hi"))

    first, second = told(aw, transport)
    assert (first["conversation_id"], first["model"]) == (str(name), "pro")
    assert first["traits"] == {"signed_up_at": "2026-01-02T00:00:00Z"}
    assert second["text"] == "hi"


def test_leaving_the_block_lets_exceptions_pass_unchanged(aw, transport):
    """The host's exception is the host's, and what was told before is sent."""
    error = RuntimeError("the host's")

    def host():
        with aw.conversation("c-1") as c:
            c.user("hi")
            raise error

    with pytest.raises(RuntimeError) as caught:
        host()
    assert caught.value is error
    assert [one["type"] for one in told(aw, transport)] == ["session.started", "message"]


def test_who_the_user_is_may_turn_out_later(aw, transport):
    """From an update on, everything is that person's."""
    c = aw.conversation("c-1")
    c.user("hi")
    c.update(user_id="u-7")
    c.user("it is me")

    assert [one.get("user_id") for one in told(aw, transport)] == [None, None, "u-7", "u-7"]


class Clocked:
    """A conversation whose time a test moves."""

    def __init__(self, transport, **attributes):
        """Begin at some time."""
        self.now_us = 1_800_000_000_000_000
        ledger = Ledger()
        self.sender = Sender(transport, ledger)
        recorder = Recorder(self.sender, ledger, Stamps(lambda: self.now_us))
        self.c = Conversation(recorder, "c-1", attributes)


def test_the_next_session_gets_the_attributes_too(transport):
    """A message after the end or after a long silence may open a session: it is announced."""
    clocked = Clocked(transport, release="v42")
    clocked.c.user("hi")
    clocked.c.update(use_case="billing")
    clocked.c.end()
    clocked.c.feature("after the end")
    clocked.c.user("one more thing")
    clocked.now_us += int(ANNOUNCE_AGAIN_SECONDS * 1_000_000) - 1
    clocked.c.user("still here")
    clocked.now_us += int(ANNOUNCE_AGAIN_SECONDS * 1_000_000)
    clocked.c.user("back again")
    clocked.sender.finish(WAIT)

    assert types(transport) == [
        *("session.started", "message", "session.updated", "session.ended", "feature"),
        *("session.started", "message", "message", "session.started", "message"),
    ]
    announced = [event for event in transport.events if event["type"] == "session.started"]
    assert [event.get("use_case") for event in announced] == [None, "billing", "billing"]
    assert {event["release"] for event in announced} == {"v42"}


def test_an_ask_comes_with_the_answer(aw, transport):
    """It is typed, belongs to this conversation and is given once."""
    c, other = aw.conversation("c-1"), aw.conversation("c-2")
    transport.ask("c-2")
    ask_id = transport.ask("c-1", may_stop=True)
    c.agent("You're welcome!")

    ask = c.wait_for_ask(WAIT)

    assert (ask.ask_id, ask.conversation_id, ask.may_stop) == (ask_id, "c-1", True)
    assert [option.value for option in ask.options] == ["positive", "neutral", "negative"]
    assert ask.expires_at > datetime.now(UTC)
    with pytest.raises(AttributeError):
        ask.question = "?"
    c.feature("more")
    assert c.wait_for_ask(WAIT) is None
    assert other.wait_for_ask(WAIT).conversation_id == "c-2"


def test_a_new_object_of_the_same_conversation_gets_the_ask(aw, transport):
    """A host that makes one for every request finds the ask that still stands."""
    transport.ask("c-1")
    aw.conversation("c-1").agent("You're welcome!")

    assert aw.conversation("c-1").wait_for_ask(WAIT).ask_id == "ask-1"


def test_without_an_ask_nobody_waits_longer_than_the_answer(aw):
    """None comes with the answer, not with the end of the time."""
    c = aw.conversation("c-1")
    c.user("hi")

    assert c.wait_for_ask(timeout=10**6) is None


def test_an_ask_that_was_withdrawn_or_ran_out_is_not_given(aw, transport):
    """What the latest answer no longer names is gone, and so is what has expired."""
    c = aw.conversation("c-1")
    transport.ask("c-1")
    assert aw.flush(WAIT)
    c.feature("a")
    assert aw.flush(WAIT)
    aw.rate("c-1", "positive")
    c.user("one more thing")
    assert c.wait_for_ask(WAIT) is None
    transport.ask("c-1", expires_at="2020-01-01T00:00:00Z")
    c.user("and another")
    assert c.wait_for_ask(WAIT) is None


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), None, "soon"])
def test_a_time_that_is_none_is_no_wait(aw, transport, timeout):
    """Whatever the host calls a time-out, it neither raises nor waits."""
    transport.fail(ConnectionError())

    assert aw.conversation("c-1").wait_for_ask(timeout) is None


def test_what_becomes_of_an_ask_is_told(aw, transport):
    """Seen, closed, taken away, stopped, or answered with words."""
    c = aw.conversation("c-1", user_id="u-7")
    transport.ask("c-1")
    ask = c.wait_for_ask(WAIT)
    ask.shown()
    ask.dismiss()
    ask.withdraw()
    ask.never()
    ask.answer(ask.options[0].value, reason="clear", source="slack")
    ask.answer("great")
    ask.answer()

    common = {"conversation_id": "c-1", "user_id": "u-7", "ask_id": "ask-1"}
    assert told(aw, transport)[1:] == [
        *(
            {"type": "ask", **common, "step": step}
            for step in ("shown", "dismissed", "withdrawn", "never")
        ),
        {"type": "rating", **common, "rating": "positive", "reason": "clear", "source": "slack"},
    ]
    assert aw.stats.rejected == 2
