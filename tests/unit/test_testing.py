"""The transport for hosts' own tests: it answers as a server would."""

from __future__ import annotations

import doctest
import json

import pytest

import afterword
import afterword.client.client
import afterword.testing
from afterword.testing import RecordingTransport

WAIT = 30  # a test that needs it has failed


def envelope(*events):
    """Make the body of a request."""
    return json.dumps({"events": events}).encode()


def answer(response):
    """Read the body of an answer."""
    return json.loads(response.body)


def event(event_id="e-1", kind="message", **more):
    """Make an event of conversation c-1."""
    return {"id": event_id, "type": kind, "conversation_id": "c-1", **more}


@pytest.mark.parametrize("module", [afterword.testing, afterword.client.client])
def test_the_examples_run(module):
    """What the documentation shows works."""
    result = doctest.testmod(module)

    assert result.attempted > 0
    assert result.failed == 0


def test_it_keeps_each_event_once():
    """As a server that knows the ids."""
    transport = RecordingTransport()

    first = answer(transport.send(envelope(event("e-1"), event("e-2"))))
    second = answer(transport.send(envelope(event("e-2"), event("e-3"))))

    assert [one["id"] for one in transport.events] == ["e-1", "e-2", "e-3"]
    assert (first["accepted"], first["duplicates"]) == (2, 0)
    assert (second["accepted"], second["duplicates"]) == (1, 1)


def test_it_fails_as_often_as_it_is_told():
    """Statuses and exceptions, in order, then all is well."""
    transport = RecordingTransport()
    error = TimeoutError()
    transport.fail(503, error)

    assert transport.send(envelope(event())).status == 503
    with pytest.raises(TimeoutError):
        transport.send(envelope(event()))
    assert transport.send(envelope(event())).status == 202
    assert transport.n_requests == 3


def test_it_rejects_what_it_is_told_to():
    """The place in the envelope and the code come back; neighbours are kept."""
    transport = RecordingTransport()
    transport.reject("rating", "rating_locked")

    told = answer(transport.send(envelope(event("e-1"), event("e-2", "rating"))))

    assert told["rejected"] == [{"index": 1, "code": "rating_locked", "detail": "As told."}]
    assert [one["id"] for one in transport.events] == ["e-1"]


@pytest.mark.parametrize(
    "ending",
    [
        event("e-9", "rating", rating="positive"),
        event("e-9", "ask", ask_id="ask-1", step="dismissed"),
        event("e-9", "ask", ask_id="ask-1", step="withdrawn"),
        event("e-9", "ask", ask_id="ask-1", step="never"),
    ],
)
def test_it_asks_until_that_is_over(ending):
    """Every answer about the conversation holds the ask until the user has had their say."""
    transport = RecordingTransport()
    transport.ask("c-1", light=True)
    transport.ask("c-2")

    def asks(one):
        return [ask["ask_id"] for ask in answer(transport.send(envelope(one)))["asks"]]

    assert asks(event("e-1")) == ["ask-1"]
    assert asks(event("e-2", "ask", ask_id="ask-1", step="shown")) == ["ask-1"]
    assert asks(ending) == []
    assert asks(event("e-3")) == []


def test_its_asks_are_what_a_client_gives():
    """Fields that a test sets arrive in the ask."""
    transport = RecordingTransport()
    with afterword.Client(transport=transport) as aw:
        c = aw.conversation("c-1")
        transport.ask("c-1", question="Did it help?", may_stop=True)
        ask = c.wait_for_ask(WAIT)

    assert (ask.question, ask.may_stop, ask.light) == ("Did it help?", True, False)
    assert ask.session_id == "c-1~1"
