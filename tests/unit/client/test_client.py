"""The client: what it is told, what it counts, and that it never harms its host."""

from __future__ import annotations

import logging
from itertools import pairwise
from threading import Thread

import pytest

import afterword
from afterword.testing import RecordingTransport

WAIT = 30  # a test that needs it has failed
WORDS = "what only the user should read"


def test_people_are_told(aw, transport):
    """Traits, use of the product without the agent, and what is thought of the product."""
    aw.identify("u-7", {"plan": "pro", "seats": 3, "churned_at": None})
    aw.activity("u-7", "export")
    aw.nps("u-7", 9)
    aw.rate("c-1", "neutral", reason="fine", ask_id="a-1", source="slack")
    aw.step("c-1", "a-2", "dismissed")

    assert aw.flush(WAIT)
    common = ("id", "at")
    assert [{k: v for k, v in event.items() if k not in common} for event in transport.events] == [
        {
            "type": "identify",
            "user_id": "u-7",
            "traits": {"plan": "pro", "seats": 3, "churned_at": None},
        },
        {"type": "activity", "user_id": "u-7", "name": "export"},
        {"type": "nps", "user_id": "u-7", "score": 9},
        {
            "type": "rating",
            "conversation_id": "c-1",
            "rating": "neutral",
            "reason": "fine",
            "ask_id": "a-1",
            "source": "slack",
        },
        {"type": "ask", "conversation_id": "c-1", "ask_id": "a-2", "step": "dismissed"},
    ]


def test_an_environment_is_said_of_everything(transport):
    """A staging host says so once."""
    with afterword.Client(transport=transport, environment="staging") as aw:
        aw.conversation("c-1").user("hi")
        aw.activity("u-7", "export")

    assert {event["environment"] for event in transport.events} == {"staging"}
    assert len(transport.events) == 3


WRONG_OF_A_CONVERSATION = {
    "a rating of its own": lambda c: c.rate("great"),
    "a source of its own": lambda c: c.rate("positive", source="fax"),
    "a step of its own": lambda c: c.step("a-1", WORDS),
    "a text that is none": lambda c: c.user(5),
    "half a surrogate pair": lambda c: c.agent("\ud83d"),
    "200 MB": lambda c: c.user("x" * 200_000_000),
    "an event over 1 MiB": lambda c: c.user("\x01" * 100_000, error="\x01" * 100_000),
    "an unknown field": lambda c: c.user(WORDS, latencyms=1),
    "words in a wrong place": lambda c: c.feedback("m-1", WORDS),
    "bytes": lambda c: c.user(WORDS.encode()),
    "a missing argument": lambda c: c.rate(),
    "a huge number": lambda c: c.agent("hi", tokens=10**400),
}
WRONG_OF_PEOPLE = {
    "words as a key": lambda aw: aw.identify("u-7", {WORDS: [WORDS]}),
    "too many arguments": lambda aw: aw.nps("u-7", 9, WORDS),
    "a score out of range": lambda aw: aw.nps("u-7", 11),
    "an empty id": lambda aw: aw.activity("", "export"),
    "no id": lambda aw: aw.rate(None, "positive"),
    "an object": lambda aw: aw.identify("u-7", object()),
    "a loop": lambda aw: aw.identify("u-7", _loop()),
}


def _loop():
    loop = {}
    loop["again"] = loop
    return loop


def check_harmless(aw, transport, log, call):
    """Check that a call made twice is counted, said once without words, and costs nobody else."""
    call()
    call()
    aw.activity("u-7", "export")

    assert aw.flush(WAIT)
    assert transport.events[-1]["type"] == "activity"
    assert (aw.stats.sent, aw.stats.rejected) == (len(transport.events), 2)
    assert [record.levelno for record in log.records] == [logging.WARNING]
    assert WORDS not in log.text


@pytest.mark.parametrize("call", WRONG_OF_PEOPLE.values(), ids=WRONG_OF_PEOPLE.keys())
def test_a_wrong_call_is_counted_and_said_once(aw, transport, caplog, call):
    """It does not raise, and its neighbours are sent."""
    check_harmless(aw, transport, caplog, lambda: call(aw))

    assert len(transport.events) == 1


@pytest.mark.parametrize(
    "call", WRONG_OF_A_CONVERSATION.values(), ids=WRONG_OF_A_CONVERSATION.keys()
)
def test_a_wrong_call_of_a_conversation_is_counted_and_said_once(aw, transport, caplog, call):
    """It does not raise, its neighbours are sent, and no user's word gets into the log."""
    c = aw.conversation("c-1")
    check_harmless(aw, transport, caplog, lambda: call(c))

    assert [event["type"] for event in transport.events] == ["session.started", "activity"]


def test_a_wrong_conversation_is_no_harm(aw, transport):
    """Everything in it is left out, and nothing raises."""
    for c in (aw.conversation(None), aw.conversation("")):
        assert c.agent("hello")
        assert c.wait_for_ask(0) is None

    assert aw.flush(WAIT)
    assert transport.events == []
    assert aw.stats.rejected == 4


def test_a_reason_that_is_too_long_does_not_cost_the_rating(aw, transport, caplog):
    """Thirty words are sent; with more the rating goes alone, and the host hears of it."""
    aw.rate("c-1", "positive", reason="word " * 30)
    aw.rate("c-2", "negative", reason=f"{WORDS} " * 8)
    aw.rate("c-3", "negative", reason="\u4f60" * 10**7)

    assert aw.flush(WAIT)
    assert [event.get("reason") for event in transport.events] == ["word " * 30, None, None]
    assert aw.stats == afterword.Stats(sent=3, rejected=2)
    assert "reason_too_long" in caplog.text
    assert WORDS not in caplog.text


def test_a_log_that_raises_is_no_harm(aw):
    """A host's filter may do what it likes."""

    def explode(_record):
        raise RuntimeError

    logger = logging.getLogger("afterword")
    logger.addFilter(explode)
    try:
        aw.nps("u-7", 11)
    finally:
        logger.removeFilter(explode)

    assert aw.stats.rejected == 1


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, ("AFTERWORD_URL", "AFTERWORD_KEY")),
        ({"AFTERWORD_KEY": "aw_sk_1"}, ("AFTERWORD_URL",)),
        ({"AFTERWORD_URL": "http://127.0.0.1:1"}, ("AFTERWORD_KEY",)),
        ({"AFTERWORD_URL": "localhost:1", "AFTERWORD_KEY": "aw_sk_1"}, ("AFTERWORD_URL",)),
        ({"AFTERWORD_URL": "", "AFTERWORD_KEY": " "}, ("AFTERWORD_URL", "AFTERWORD_KEY")),
        ({"AFTERWORD_URL": "http://h", "AFTERWORD_KEY": "k\u00e9y"}, ("AFTERWORD_KEY",)),
    ],
)
def test_without_address_or_key_it_says_so_once_and_is_quiet(
    monkeypatch, caplog, environment, named
):
    """One warning that names what is missing; then nothing happens, and nothing waits."""
    for name in ("AFTERWORD_URL", "AFTERWORD_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with afterword.Client() as aw, aw.conversation("c-1") as c:
        c.user("hi")
        assert c.agent("hello")
        assert c.wait_for_ask(10**6) is None
        aw.rate("c-1", "positive")
        assert aw.flush()

    assert aw.stats == afterword.Stats()
    assert len(caplog.records) == 1
    assert [name for name in ("AFTERWORD_URL", "AFTERWORD_KEY") if name in caplog.text] == [*named]


def test_many_threads_may_use_one_client(aw, transport):
    """Each one's events arrive once, in its own order."""
    c = aw.conversation("c-1")

    def talk(name):
        for number in range(300):
            c.user(f"{name} {number}")

    threads = [Thread(target=talk, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert aw.flush(WAIT)
    said = [event["text"].split() for event in transport.events if event["type"] == "message"]
    assert len(said) == 8 * 300
    for name in "abcdefgh":
        assert [int(number) for who, number in said if who == name] == list(range(300))


def test_a_closed_client_still_loses_nothing(transport):
    """What comes after ``close`` is sent too: closing twice is no harm."""
    aw = afterword.Client(transport=transport)
    aw.activity("u-7", "before")
    aw.close()
    aw.activity("u-7", "after")
    aw.close()

    assert [event["name"] for event in transport.events] == ["before", "after"]


def test_a_client_that_is_let_go_sends_what_it_was_given():
    """A host that makes one in passing loses nothing, and keeps no thread."""
    transport = RecordingTransport()
    c = afterword.Client(transport=transport).conversation("c-1")
    c.user("hi")

    assert c.wait_for_ask(WAIT) is None
    assert [event["type"] for event in transport.events] == ["session.started", "message"]


def test_ids_never_run_backwards(aw, transport):
    """The order of telling is the order of ids, over conversations."""
    for number in range(100):
        aw.conversation(f"c-{number}").user("hi")

    assert aw.flush(WAIT)
    assert all(a["id"] < b["id"] for a, b in pairwise(transport.events))
