"""A server in trouble, over real connections: nothing is lost, doubled, raised or held up."""

from __future__ import annotations

import asyncio
import logging

import pytest

import afterword
import faulty_server as faulty
from afterword.client.limits import MAX_ANSWER_BYTES
from faulty_server import FaultyServer

WAIT = 60  # a test that needs it has failed
WORDS = "what only the user should read"


@pytest.fixture
def server():
    """Give a server that is well until it is told otherwise."""
    with FaultyServer().running() as server:
        yield server


@pytest.fixture
def aw(server):
    """Give a client of it."""
    with afterword.Client(server.url, "aw_sk_1") as client:
        yield client


def names(events):
    """Give the names of activities."""
    return [event["name"] for event in events]


FAULTS = {
    "500": faulty.status(500),
    "502 of a proxy": faulty.status(502, b"<html>Bad gateway</html>"),
    "503 at once again": faulty.status(503, retry_after=0),
    "429": faulty.status(429, b"{}"),
    "429 until a time that has come": faulty.status(
        429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"
    ),
    "a redirect": faulty.status(307, b"", location="http://127.0.0.1:1/"),
    "404": faulty.status(404),
    "a sign-in page": faulty.status(200, b"<html>Sign in</html>"),
    "an empty answer": faulty.status(202, b""),
    "an answer in no language": faulty.status(202, b"\xff\xfe\x00{"),
    "half of what it should say": faulty.status(202, b'{"accepted": 2, "rej'),
    "garbage": faulty.raw(b"\x00\x01 garbage \r\n\r\n garbage"),
    "another protocol": faulty.raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "half an answer": faulty.half_an_answer,
    "half a chunk": faulty.half_a_chunk,
    "nothing": faulty.hang_up,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_after_any_fault_everything_arrives_once(server, aw, caplog, fault):
    """Sent again as it was, under the same ids, in order; the host hears of it once."""
    server.faults.append(fault)
    aw.activity("u-7", "a")
    aw.activity("u-7", "b")

    assert aw.flush(WAIT)
    assert names(server.events) == ["a", "b"]
    (_, first), (_, second) = server.requests
    assert first == second
    assert aw.stats == afterword.Stats(sent=2)
    assert [one.levelno for one in caplog.records if one.levelno > logging.INFO] == [
        logging.WARNING
    ]


def test_retry_after_is_waited_for(server, aw):
    """Never sooner than the server said, whoever is in a hurry."""
    server.faults += [faulty.status(429, retry_after=1), faulty.status(503, retry_after=1)]
    aw.activity("u-7", "a")

    assert not aw.flush(0.1)
    assert aw.flush(WAIT)
    times = [came for came, _ in server.requests]
    assert len(times) == 3
    assert times[1] - times[0] >= 1
    assert times[2] - times[1] >= 1


def test_a_server_that_hangs_holds_up_neither_the_host_nor_its_loop(server):
    """Calls return, waiting ends with its time, and what came meanwhile is sent after it."""
    server.faults.append(faulty.hang)

    async def host():
        async with afterword.AsyncClient(server.url, "aw_sk_1") as aw:
            c = aw.conversation("c-1")
            assert await c.wait_for_ask(0.01) is None
            await asyncio.to_thread(server.is_hanging.wait)
            c.user("hi")
            assert await c.wait_for_ask(0.01) is None
            assert aw.stats == afterword.Stats(pending=2)
            server.may_go.set()
            assert await aw.flush(WAIT)
        return aw.stats

    assert asyncio.run(host()) == afterword.Stats(sent=2)
    assert [len(events) for _, events in server.requests] == [1, 1]


def test_an_answer_that_drips_is_given_up(server, aw, monkeypatch):
    """However long a server strings it along; what it was sent is sent again."""
    monkeypatch.setattr("afterword.client.transport.WHOLE_ANSWER_SECONDS", 0.2)
    server.faults.append(faulty.drip)
    aw.activity("u-7", "a")

    assert aw.flush(WAIT)
    assert names(server.events) == ["a"]
    assert len(server.requests) == 2


def test_an_answer_that_floods_is_given_up(server, aw):
    """A host's memory is its own: no more is read than an answer can have."""
    server.faults.append(faulty.flood)
    aw.activity("u-7", "a")

    assert aw.flush(WAIT)
    assert names(server.events) == ["a"]
    assert server.n_poured < 4 * MAX_ANSWER_BYTES  # the rest of it lies in the system's buffers


ASK = {
    "ask_id": "a-1",
    "session_id": "c-1~1",
    "conversation_id": "c-1",
    "trigger": "mind_reading",
    "question": "How did this session go?",
    "options": [{"value": "positive", "label": "helpful", "emoji": "+"}],
    "reason_question": "Why?",
    "acknowledgement": "Thanks.",
    "locale": "tlh",
    "light": False,
    "may_stop": True,
    "expires_at": "2099-01-01T00:00:00.123456789Z",
    "colour": {"of": ["the", "button"]},
}


def test_a_server_of_a_later_version_is_understood(server, aw, caplog):
    """More fields, other values, asks that cannot be shown, rejections of other kinds."""
    strange = {**ASK, "ask_id": "a-2", "options": [{"value": "marvellous", "label": "wow"}]}
    shapeless = {"ask_id": "a-3"}
    server.faults.append(
        faulty.newer(
            mood="fine",
            asks=[ASK, strange, shapeless],
            rejected=[
                {
                    "index": 0,
                    "code": "too_poetic",
                    "detail": "No verse.",
                    "hint": {"try": "prose"},
                },
                {"index": 1, "code": "too_poetic", "detail": "No verse."},
                {"index": 2, "code": {"nested": WORDS}},
                7,
            ],
        )
    )
    c = aw.conversation("c-1")
    for _ in range(5):
        c.user(WORDS)

    ask = c.wait_for_ask(WAIT)
    assert (ask.ask_id, ask.trigger, ask.locale) == ("a-1", "mind_reading", "tlh")
    assert aw.stats == afterword.Stats(sent=2, rejected=4)
    assert sorted(record.args[0] for record in caplog.records) == ["rejected", "too_poetic"]
    assert WORDS not in caplog.text
    ask.answer("positive")
    assert aw.flush(WAIT)
    assert server.events[-1]["ask_id"] == "a-1"


def test_faults_one_after_the_other_lose_nothing(server, aw):
    """Each event is there once and in order, whatever happened in between."""
    for fault in (*FAULTS.values(), faulty.hang_up, faulty.half_an_answer):
        server.faults.append(fault)
        for _ in range(3):
            aw.activity("u-7", str(len(server.requests)))
        aw.flush(WAIT)

    events = server.events
    assert len(events) == 3 * (len(FAULTS) + 2) == aw.stats.sent
    assert [event["id"] for event in events] == sorted(event["id"] for event in events)
