"""Connections as they are in the wild: in pieces, slow, impatient, or gone."""

from __future__ import annotations

import gzip
import json
from threading import Event, Thread

import pytest

from afterword.server.services import THREADS
from server_harness import Wire, said, served


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    """A caller of a server."""
    with served(tmp_path_factory.mktemp("connections")) as caller:
        yield caller


@pytest.fixture
def wire(caller):
    """A bare connection with the caller's key."""
    with Wire(caller.http.base_url, caller.key) as wire:
        yield wire


def body_of(*events):
    """Write an envelope."""
    return json.dumps({"events": list(events)}).encode()


def chunk(data):
    """Write one chunk."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def test_a_body_in_chunks_is_taken(wire):
    """Even one byte at a time, without a length."""
    body = body_of(said("chunked", "user"))
    wire.start("POST /v1/events", "Transfer-Encoding: chunked")
    for place in range(len(body)):
        wire.send(chunk(body[place : place + 1]))
    wire.send(chunk(b""))
    status, _, answer = wire.read()

    assert (status, json.loads(answer)["accepted"]) == (202, 1)


def test_a_body_without_end_is_refused_while_it_comes(wire):
    """At the first byte too many, not when it is whole."""
    wire.start("POST /v1/events", "Transfer-Encoding: chunked")
    for _ in range(17):
        wire.send(chunk(b" " * 65_536))
    status, _, answer = wire.read()

    assert (status, json.loads(answer)["code"]) == (413, "body_too_large")


def test_a_bomb_stays_packed(wire):
    """What would become a hundred times as much is refused unread."""
    bomb = gzip.compress(b" " * 10_000_000)
    wire.start("POST /v1/events", "Content-Encoding: gzip", f"Content-Length: {len(bomb)}")
    wire.send(bomb)
    status, _, answer = wire.read()

    assert (status, json.loads(answer)["code"]) == (415, "unsupported_encoding")


def test_who_expects_to_continue_is_told_to(wire):
    """100 where the body is wanted, and then the answer."""
    body = body_of(said("expecting", "user"))
    wire.start("POST /v1/events", "Expect: 100-continue", f"Content-Length: {len(body)}")
    first, _, _ = wire.read()
    wire.send(body)
    status, _, answer = wire.read()

    assert (first, status, json.loads(answer)["accepted"]) == (100, 202, 1)


def test_who_may_not_send_is_told_before_the_body(caller):
    """A wrong key or too long a body gets its answer in the place of 100."""
    with Wire(caller.http.base_url, "aw_sk_none") as wire:
        wire.start("POST /v1/events", "Expect: 100-continue", "Content-Length: 5000")
        assert wire.read()[0] == 401
    with Wire(caller.http.base_url, caller.key) as wire:
        wire.start("POST /v1/events", "Expect: 100-continue", "Content-Length: 10000000")
        assert wire.read()[0] == 413


def test_requests_on_one_connection_are_answered_in_order(wire):
    """Whoever pipelines gets each answer, whatever it is."""
    bodies = [body_of(said("piped", "user", id="p-1")), b"[", body_of(said("piped", "user"))]
    for body in bodies:
        wire.start("POST /v1/events", f"Content-Length: {len(body)}")
        wire.send(body)
    answers = [wire.read()[0] for _ in bodies]

    assert answers == [202, 400, 202]


def test_a_connection_is_kept_after_a_refusal(wire):
    """Nothing of an unread body is taken for the next request."""
    wire.start("POST /v1/events", "Content-Length: 2000000")
    wire.send(b"GET /healthz HTTP/1.1\r\n\r\n" * 80_000)
    wire.start("GET /readyz")

    assert wire.read()[0] == 413
    assert wire.read()[0] == 200


def test_slow_clients_hold_up_nobody(caller):
    """A hundred that never finish their head or body cost the others nothing."""
    slow = [Wire(caller.http.base_url, caller.key) for _ in range(100)]
    try:
        for place, wire in enumerate(slow):
            if place % 2:
                wire.send(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            else:
                wire.start("POST /v1/events", "Content-Length: 1000")
                wire.send(b'{"events"')
        caller.chat("quick")
        assert caller.rate("quick", rating="positive").status_code == 201
    finally:
        for wire in slow:
            wire.close()


def test_who_goes_away_in_the_middle_leaves_nothing(caller):
    """Half a request keeps nothing, and the server goes on."""
    for _ in range(20):
        with Wire(caller.http.base_url, caller.key) as wire:
            wire.start("POST /v1/events", "Content-Length: 100000")
            wire.send(body_of(said("half", "user"))[:-1])
    caller.chat("after")

    assert caller.http.get("/v1/sessions/half~1").status_code == 404


def test_who_does_not_wait_for_the_answer_is_committed_all_the_same(caller):
    """What was sent whole counts; sent again it is a duplicate."""
    event = said("impatient", "user", id="impatient-1")
    body = body_of(event)
    with Wire(caller.http.base_url, caller.key) as wire:
        wire.start("POST /v1/events", f"Content-Length: {len(body)}")
        wire.send(body)
    again = caller.send(event)

    assert again["accepted"] + again["duplicates"] == 1
    assert caller.session("impatient~1")["session"]["n_user"] == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_http_is_refused(caller, wire, sent):
    """With 400, and nobody else notices."""
    wire.send(sent)

    assert wire.read()[0] == 400
    assert caller.reads("/healthz") == {"status": "ok"}


def test_reports_do_not_hold_up_ratings(caller):
    """While every thread for reports is busy, events, ratings and probes are answered."""
    services, go_on = caller.services, Event()
    busy = [Event() for _ in range(THREADS["report"])]

    def count(started):
        started.set()
        assert go_on.wait(60)

    for started in busy:
        services._pools["report"].submit(count, started)  # noqa: SLF001  # it is what is filled
    waiting = Thread(target=caller.report)
    try:
        assert all(started.wait(60) for started in busy)
        waiting.start()
        caller.thank("patient")
        assert caller.rate("patient", rating="positive").status_code == 201
        assert caller.reads("/readyz") == {"status": "ready"}
        assert waiting.is_alive()
    finally:
        go_on.set()
        waiting.join()
