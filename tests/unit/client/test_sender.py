"""The thread: in order, again after failures, split where the server asks for it."""

from __future__ import annotations

import json
import logging
import threading
from threading import Event

import pytest

import afterword
from afterword.client.ledger import Ledger
from afterword.client.limits import MAX_PENDING_EVENTS
from afterword.client.sender import Sender
from afterword.client.transport import THREAD_NAME, Response
from afterword.domain.events import MAX_EVENTS
from afterword.testing import RecordingTransport

WAIT = 30  # a test that needs it has failed


def refusal(status, code):
    """Make a problem of our server's."""
    return Response(status, json.dumps({"code": code, "detail": "Why."}).encode())


def names(transport):
    """Give the names of the activities that arrived."""
    return [event["name"] for event in transport.events]


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionError("refused"),
        Response(503, headers={"retry-after": "0"}),
        500,
        429,
        refusal(401, "wrong_key"),
        refusal(403, "wrong_scope"),
        404,
        Response(200, b"<html>Sign in</html>"),
        None,  # a host's own transport that forgets to answer
    ],
)
def test_nothing_is_lost_and_the_ids_stay(aw, transport, caplog, failure):
    """A failed request is sent again as it was; the host hears of it once."""
    seen = []
    send = transport.send
    transport.send = lambda body: seen.append(body) or send(body)
    transport.fail(failure)
    aw.activity("u-7", "a")
    aw.activity("u-7", "b")

    assert aw.flush(WAIT)
    assert names(transport) == ["a", "b"]
    assert len(seen) == 2
    assert json.loads(seen[0])["events"][0]["id"] == json.loads(seen[1])["events"][0]["id"]
    assert aw.stats == afterword.Stats(sent=2)
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


def test_an_answer_that_got_lost_doubles_nothing(aw, transport):
    """The server knows the ids: what it has already counts as sent."""
    send = transport.send
    lost = iter([ConnectionError("reset")])

    def send_and_lose(body):
        answer = send(body)
        for error in lost:
            raise error
        return answer

    transport.send = send_and_lose
    aw.activity("u-7", "a")

    assert aw.flush(WAIT)
    assert names(transport) == ["a"]
    assert transport.n_requests == 2
    assert aw.stats == afterword.Stats(sent=1)


class Picky:
    """Refuses every envelope that holds a bad event, and those with more than a few."""

    def __init__(self, most=1_000):
        """Begin with nothing taken."""
        self.taken = []
        self.most = most

    def send(self, body):
        """Take all or nothing."""
        names = [event["name"] for event in json.loads(body)["events"]]
        if len(names) > self.most:
            return refusal(413, "too_many_events")
        if "bad" in names:
            return refusal(400, "not_json")
        self.taken += names
        return Response(202, json.dumps({"accepted": len(names)}).encode())

    def close(self):
        """Have nothing to close."""


def test_one_unfit_event_costs_none_of_its_neighbours(caplog):
    """An envelope that is refused is halved until the bad event stands alone."""
    picky = Picky(most=3)
    aw = afterword.Client(transport=picky)
    for name in ("a", "b", "bad", "c", "d", "e", "bad", "f"):
        aw.activity("u-7", name)

    assert aw.flush(WAIT)
    assert picky.taken == ["a", "b", "c", "d", "e", "f"]
    assert aw.stats == afterword.Stats(sent=6, rejected=2)
    assert [record.args[0] for record in caplog.records] == ["not_json"]
    aw.close()


def test_what_the_server_rejects_is_counted_and_said_once(aw, transport, caplog):
    """One line for each code."""
    transport.reject("activity", "time_out_of_range")
    transport.reject("nps", "other")
    for _ in range(3):
        aw.activity("u-7", "a")
        aw.nps("u-7", 9)
    aw.identify("u-7", {})

    assert aw.flush(WAIT)
    assert aw.stats == afterword.Stats(sent=1, rejected=6)
    assert sorted(record.args[0] for record in caplog.records) == ["other", "time_out_of_range"]


def test_requests_hold_at_most_1000_events(aw, transport):
    """However many are given at once."""
    sizes = []
    send = transport.send
    transport.send = lambda body: sizes.append(len(json.loads(body)["events"])) or send(body)
    for number in range(2 * MAX_EVENTS + 1):
        aw.activity("u-7", str(number))

    assert aw.flush(WAIT)
    assert max(sizes) <= MAX_EVENTS
    assert names(transport) == [str(number) for number in range(2 * MAX_EVENTS + 1)]


class Stuck(RecordingTransport):
    """Answers only when it is told to."""

    def __init__(self):
        """Begin stuck."""
        super().__init__()
        self.is_called, self.may_go = Event(), Event()

    def send(self, body):
        """Wait, then answer."""
        self.is_called.set()
        self.may_go.wait()
        return super().send(body)


@pytest.fixture
def stuck():
    """Give a transport that is freed in the end."""
    transport = Stuck()
    yield transport
    transport.may_go.set()


def test_a_full_queue_drops_the_oldest_and_says_so_once(stuck, caplog):
    """What travels stays; the newest stay; what went is counted."""
    ledger = Ledger()
    sender = Sender(stuck, ledger)
    sender.put(b'{"id":"first","type":"a"}', None)
    sender.flush(0)
    assert stuck.is_called.wait(WAIT)
    for number in range(MAX_PENDING_EVENTS + 5):
        sender.put(b'{"id":"%d","type":"a"}' % number, None)
    assert sender.stats == afterword.Stats(dropped=5, pending=MAX_PENDING_EVENTS + 1)

    stuck.may_go.set()
    assert sender.flush(WAIT)
    ids = [event["id"] for event in stuck.events]
    assert ids == ["first", *map(str, range(5, MAX_PENDING_EVENTS + 5))]
    assert len(caplog.records) == 1
    sender.finish(WAIT)


def test_a_server_that_hangs_holds_nobody_up(stuck):
    """Calls return while a request waits for its answer; waiting ends with its time."""
    aw = afterword.Client(transport=stuck)
    c = aw.conversation("c-1")
    assert c.wait_for_ask(0.01) is None
    assert stuck.is_called.wait(WAIT)
    c.user("hi")
    assert not aw.flush(0.01)
    assert aw.stats.pending == 2
    aw.close(0.01)

    stuck.may_go.set()
    assert aw.flush(WAIT)
    assert aw.stats == afterword.Stats(sent=2)


def test_there_is_no_thread_before_the_first_event_nor_after_the_close(transport):
    """A host that only imports and configures carries nothing."""
    before = set(threading.enumerate())

    def ours():
        running = set(threading.enumerate()) - before
        return [thread for thread in running if thread.name == THREAD_NAME]

    aw = afterword.Client(transport=transport)
    assert ours() == []
    aw.activity("u-7", "a")
    assert [thread.daemon for thread in ours()] == [True]
    aw.close(WAIT)
    assert ours() == []


def test_a_recovery_is_said(aw, transport, caplog):
    """One warning and one note for each time that the server is away."""
    caplog.set_level(logging.INFO)
    for _ in range(2):
        transport.fail(ConnectionError())
        aw.activity("u-7", "a")
        assert aw.flush(WAIT)

    levels = [record.levelname for record in caplog.records if record.name == "afterword"]
    assert levels == ["WARNING", "INFO"] * 2


def test_the_text_of_a_failure_is_not_logged(aw, transport, caplog):
    """An exception may quote the key or the words that were sent."""
    transport.fail(ValueError("aw_sk_secret"))
    aw.activity("u-7", "a")

    assert aw.flush(WAIT)
    assert "ValueError" in caplog.text
    assert "aw_sk_secret" not in caplog.text
