"""Answers in words and a real server, where the process that asked is not the one that hears."""

from __future__ import annotations

import asyncio

import pytest

import afterword
from server_harness import served

WAIT = 60  # a test that needs it has failed


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give a caller of a server."""
    with served(tmp_path_factory.mktemp("data")) as caller:
        yield caller


def client(server, kind=afterword.Client):
    """Give a client as one process of a host has it."""
    return kind(str(server.http.base_url), server.key)


def ask(c):
    """Have a talk in German to its natural end; give what is told of it so far."""
    c.user("Warum wurde doppelt abgebucht?")
    c.agent("Eine ist nur vorgemerkt.")
    c.end()


def test_the_answer_may_reach_another_process(server):
    """It knows the ask by the id that the host kept; the rating is that of the ask's session."""
    with client(server) as first:
        c = first.conversation("sms-1", user_id="u-1", channel="sms", locale="de")
        ask(c)
        asked = c.wait_for_ask(WAIT)
        assert asked.line.startswith("Wie lief dieses Gespräch? 1 \U0001f44d hilfreich / 2")
        asked.shown()
        assert first.flush(WAIT)
    with client(server) as second:
        c = second.conversation("sms-1", user_id="u-1", channel="sms", locale="de")
        answer = c.answer("nicht so toll, hat sich ständig wiederholt", ask_id=asked.ask_id)
        assert answer.acknowledgement == asked.acknowledgement
        assert second.flush(WAIT)

    session = server.session("sms-1~1")["session"]
    assert [one["state"] for one in session["asks"]] == ["answered"]
    assert (session["rating"]["rating"], session["rating"]["source"]) == ("negative", "text")
    assert session["rating"]["reason"] == "hat sich ständig wiederholt"
    assert session["n_user"] == 1


def test_the_asynchronous_twin_understands_too(server):
    """``answer`` never waits, so it is not awaited."""

    async def talk():
        async with client(server, afterword.AsyncClient) as aw:
            c = aw.conversation("sms-2", user_id="u-2", locale="de")
            ask(c)
            asked = await c.wait_for_ask(WAIT)
            asked.shown()
            given = c.answer("2 Karten bitte"), c.answer("2")
            assert await aw.flush(WAIT)
            return given

    none, answer = asyncio.run(talk())
    assert none is None
    assert answer.rating == "neutral"
    assert server.session("sms-2~1")["session"]["rating"]["rating"] == "neutral"
