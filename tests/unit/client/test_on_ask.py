"""``on_ask``: the host is called with each ask once, and nothing it does there harms it."""

from __future__ import annotations

import asyncio
import logging
import threading
from queue import SimpleQueue

import pytest

import afterword
from afterword.client import herald
from afterword.testing import RecordingTransport

WAIT = 30  # a test that needs it has failed
WORDS = "what only the user should read"


@pytest.fixture
def asked():
    """Give a queue that asks are put into."""
    return SimpleQueue()


def ids(asked, number):
    """Give the ids of so many asks as they come."""
    return [asked.get(timeout=WAIT).ask_id for _ in range(number)]


def test_a_conversation_is_called_with_its_ask_once(transport, asked):
    """Whatever else is told of it, and by however many objects; the ask answers as any does."""
    transport.ask("c-1")
    with afterword.Client(transport=transport) as aw:
        for _ in range(3):
            c = aw.conversation("c-1", user_id="u-7", on_ask=asked.put)
            c.agent("You're welcome!")
            assert aw.flush(WAIT)
        transport.ask("c-2")
        aw.conversation("c-2", on_ask=asked.put)
        assert aw.flush(WAIT)

        first = asked.get(timeout=WAIT)
        assert (first.ask_id, *ids(asked, 1)) == ("ask-1", "ask-2")
        assert asked.empty()
        assert c.wait_for_ask(WAIT) is None
        first.answer("positive")

    assert transport.events[-1]["rating"] == "positive"
    assert transport.events[-1]["user_id"] == "u-7"


def test_a_clients_on_ask_is_for_conversations_without_their_own(transport, asked):
    """The nearer one counts."""
    own = SimpleQueue()
    transport.ask("c-1")
    transport.ask("c-2")
    with afterword.Client(transport=transport, on_ask=asked.put) as aw:
        aw.conversation("c-1").agent("You're welcome!")
        aw.conversation("c-2", on_ask=own.put).agent("You're welcome!")
        assert aw.flush(WAIT)

        assert ids(asked, 1) + ids(own, 1) == ["ask-1", "ask-2"]
        assert asked.empty()
        assert own.empty()


def test_a_callback_that_waits_or_raises_holds_nothing_up(transport, asked, caplog):
    """Events go on, the next ask comes after it, and its words stay out of the log."""
    may_go = threading.Event()

    def wait_and_raise(ask):
        asked.put(ask)
        may_go.wait(WAIT)
        raise ValueError(WORDS)

    transport.ask("c-1")
    transport.ask("c-2")
    with afterword.Client(transport=transport, on_ask=wait_and_raise) as aw:
        aw.conversation("c-1")
        aw.conversation("c-2")
        assert ids(asked, 1) == ["ask-1"]
        aw.activity("u-7", "export")
        assert aw.flush(WAIT)
        may_go.set()
        assert ids(asked, 1) == ["ask-2"]
        transport.ask("c-3")
        aw.conversation("c-3", on_ask=asked.put)
        assert ids(asked, 1) == ["ask-3"]

    assert [record.args for record in caplog.records] == [("ValueError",)]
    assert WORDS not in caplog.text


def test_a_callback_may_use_the_client(transport, asked):
    """It runs on neither the sender's thread nor the host's."""

    def answer(ask):
        ask.shown()
        ask.answer("neutral")
        asked.put((aw.flush(WAIT), threading.current_thread().name))

    transport.ask("c-1")
    with afterword.Client(transport=transport, on_ask=answer) as aw:
        aw.conversation("c-1")
        assert asked.get(timeout=WAIT) == (True, herald.THREAD_NAME)

    assert [event["type"] for event in transport.events] == ["session.started", "ask", "rating"]


def test_a_coroutine_function_belongs_to_the_other_client(transport, caplog):
    """It is said, and nothing is left un-awaited."""

    async def on_ask(_ask):
        """Never run."""

    done = threading.Event()
    transport.ask("c-1")
    transport.ask("c-2")
    with afterword.Client(transport=transport, on_ask=on_ask) as aw:
        aw.conversation("c-1")
        assert aw.flush(WAIT)
        aw.conversation("c-2", on_ask=lambda _ask: done.set())
        assert done.wait(WAIT)

    assert [record.args for record in caplog.records] == [("TypeError",)]


def test_on_a_loop_functions_and_coroutine_functions_are_called(caplog):
    """Both on the loop's own thread, each ask once; one that raises is said."""
    transport = RecordingTransport()
    for number in range(1, 4):
        transport.ask(f"c-{number}")
    seen = []

    async def host():
        done = asyncio.Event()

        def plain(ask):
            seen.append((ask.ask_id, threading.current_thread()))

        async def slow(ask):
            await asyncio.sleep(0)
            seen.append((ask.ask_id, threading.current_thread()))
            done.set()
            raise ValueError(WORDS)

        async with afterword.AsyncClient(transport=transport, on_ask=plain) as aw:
            aw.conversation("c-1")
            assert await aw.flush(WAIT)
            c = aw.conversation("c-2", on_ask=slow)
            assert await c.wait_for_ask(WAIT) is None
            aw.conversation("c-1").user("again")
            aw.conversation("c-2", on_ask=slow).user("again")
            await asyncio.wait_for(done.wait(), WAIT)

    asyncio.run(host())
    here = threading.current_thread()
    assert seen == [("ask-1", here), ("ask-2", here)]
    assert [record.args for record in caplog.records] == [("ValueError",)]
    assert WORDS not in caplog.text


def test_without_a_loop_nobody_is_called_and_it_is_said(transport, asked, caplog):
    """An ``AsyncClient`` used outside of its loop tells, and asks nobody."""
    transport.ask("c-1")
    aw = afterword.AsyncClient(transport=transport, on_ask=asked.put)
    aw.conversation("c-1").user("hi")
    asyncio.run(aw.close(WAIT))

    assert asked.empty()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert [event["type"] for event in transport.events] == ["session.started", "message"]


def test_a_loop_that_has_ended_is_no_harm(transport, asked, caplog):
    """The ask came too late for it; what is told is sent all the same."""
    aw = afterword.AsyncClient(transport=transport, on_ask=asked.put)

    async def begin():
        return aw.conversation("c-1")

    c = asyncio.run(begin())
    transport.ask("c-1")
    c.agent("You're welcome!")
    asyncio.run(aw.close(WAIT))

    assert asked.empty()
    assert aw.stats == afterword.Stats(sent=2)
    assert caplog.records == []
