"""The client of an event loop: tells as its twin does, waits without holding the loop up."""

from __future__ import annotations

import asyncio
import inspect
import threading

import pytest

import afterword
from afterword.client.transport import THREAD_NAME
from afterword.testing import RecordingTransport

WAIT = 30  # a test that needs it has failed


class Stuck(RecordingTransport):
    """Answers only when it is told to."""

    def __init__(self):
        """Begin stuck."""
        super().__init__()
        self.may_go = threading.Event()

    def send(self, body):
        """Wait, then answer."""
        self.may_go.wait(WAIT)
        return super().send(body)


def public(kind):
    """Give the names and the signatures of a class's public methods."""
    return {
        name: [
            (one.name, one.kind, one.default) for one in inspect.signature(it).parameters.values()
        ]
        for name, it in inspect.getmembers(kind, callable)
        if not name.startswith("_")
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (afterword.Client, afterword.AsyncClient),
        (afterword.Conversation, afterword.AsyncConversation),
    ],
)
def test_the_twins_have_the_same_methods(one, other):
    """With the same arguments, so that moving over is adding ``await``."""
    assert public(one) == public(other)
    waiting = {name for name in public(one) if inspect.iscoroutinefunction(getattr(other, name))}
    assert waiting == {"flush", "close", "wait_for_ask"} & set(public(one))


def test_a_conversation_on_a_loop_arrives(transport):
    """Told plainly, asked by awaiting, closed by leaving the block."""
    transport.ask("c-1")

    async def host():
        async with (
            afterword.AsyncClient(transport=transport) as aw,
            aw.conversation("c-1", user_id="u-7") as c,
        ):
            c.user("ah, thanks!")
            c.agent("You're welcome!")
            ask = await c.wait_for_ask(WAIT)
            ask.answer("positive")
            assert await c.wait_for_ask(WAIT) is None
        return aw.stats

    assert asyncio.run(host()) == afterword.Stats(sent=4)
    types = [event["type"] for event in transport.events]
    assert types == ["session.started", "message", "message", "rating"]
    assert not [one for one in threading.enumerate() if one.name == THREAD_NAME]


def test_waiting_holds_neither_the_loop_nor_a_thread():
    """Two hundred wait at once while a server hangs: the loop runs, and no thread is taken."""
    stuck = Stuck()

    async def host():
        aw = afterword.AsyncClient(transport=stuck)
        talks = [aw.conversation(f"c-{number}") for number in range(200)]
        for number in range(200):
            stuck.ask(f"c-{number}")
        before = threading.active_count()
        waiting = [asyncio.create_task(c.wait_for_ask(WAIT)) for c in talks]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        assert threading.active_count() <= before
        stuck.may_go.set()
        asks = await asyncio.gather(*waiting)
        await aw.close(WAIT)
        return [ask.conversation_id for ask in asks]

    assert asyncio.run(host()) == [f"c-{number}" for number in range(200)]


@pytest.mark.parametrize("timeout", [0, -1, 0.001, float("nan"), None, "soon"])
def test_a_time_that_is_over_or_none_ends_the_wait(timeout):
    """It neither raises nor waits, and leaves nobody behind to be told."""
    stuck = Stuck()

    async def host():
        aw = afterword.AsyncClient(transport=stuck)
        c = aw.conversation("c-1")
        assert await c.wait_for_ask(timeout) is None
        assert not await aw.flush(timeout)
        assert aw._sender._waiters == []  # noqa: SLF001  # what would be left behind
        stuck.may_go.set()
        await aw.close(WAIT)
        return aw.stats.pending

    assert asyncio.run(host()) == 0


def test_a_wait_that_is_cancelled_ends():
    """The cancellation passes, as everywhere; the events are sent all the same."""
    stuck = Stuck()

    async def host():
        aw = afterword.AsyncClient(transport=stuck)
        task = asyncio.create_task(aw.conversation("c-1").wait_for_ask(WAIT))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        stuck.may_go.set()
        assert await aw.flush(WAIT)
        await aw.close(WAIT)
        return aw.stats.sent

    assert asyncio.run(host()) == 1


def test_a_host_that_ends_its_loop_loses_nothing(transport):
    """One client, several loops, one after the other."""
    aw = afterword.AsyncClient(transport=transport)

    async def host(number):
        with aw.conversation(f"c-{number}") as c:
            c.user("hi")
        return await aw.flush(WAIT)

    assert asyncio.run(host(1))
    assert asyncio.run(host(2))
    asyncio.run(aw.close(WAIT))
    assert aw.stats == afterword.Stats(sent=4)


def test_exceptions_of_the_host_pass(transport):
    """Leaving either block changes nothing about them."""
    error = RuntimeError("the host's")

    async def host():
        async with (
            afterword.AsyncClient(transport=transport) as aw,
            aw.conversation("c-1") as c,
        ):
            c.user("hi")
            raise error

    with pytest.raises(RuntimeError) as caught:
        asyncio.run(host())
    assert caught.value is error
    assert len(transport.events) == 2


def test_without_an_address_it_does_nothing(monkeypatch, caplog):
    """As its twin: said once, and nothing waits."""
    monkeypatch.delenv("AFTERWORD_URL", raising=False)

    async def host():
        async with afterword.AsyncClient(key="aw_sk_1") as aw:
            c = aw.conversation("c-1")
            c.user("hi")
            assert await c.wait_for_ask(10**6) is None
            assert await aw.flush()
        return aw.stats

    assert asyncio.run(host()) == afterword.Stats()
    assert len(caplog.records) == 1
