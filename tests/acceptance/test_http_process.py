"""The server as a process: started, stopped gently under load, and silent about what it hears."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from threading import Event

import httpx
import pytest

from afterword.journal.tables import EventId
from cli_harness import afterword
from server_harness import Caller, Wire, said, served, serving

CLIENTS = 16


def stop(process, *signals):
    """Send signals; give the exit code."""
    for number in signals:
        process.send_signal(number)
    return process.wait(timeout=60)


def kept(folder):
    """Give how often each event id is in the journal."""
    with closing(sqlite3.connect(folder / "journal.db")) as connection:
        rows = connection.execute("SELECT id, count(*) FROM events GROUP BY id")
        return {EventId.read(event_id): n for event_id, n in rows}


def talk(caller, client, is_busy):
    """Send events until the server is gone; give the ids that were acknowledged."""
    other, acknowledged = Caller(caller.http.base_url, caller.key), []
    for number in count():
        ids = [f"{client}-{number}-{place}" for place in range(3)]
        events = [said(f"c-{client}", "user", id=one) for one in ids]
        try:
            answer = other.http.post("/v1/events", json={"events": events})
        except httpx.TransportError:
            break
        if answer.status_code == 503:
            break
        assert answer.status_code == 202, answer.text
        acknowledged += ids
        if number == 5:
            is_busy.set()
    other.http.close()
    return acknowledged


@pytest.mark.parametrize(
    "signals",
    [
        (signal.SIGTERM,),
        (signal.SIGINT,),
        (signal.SIGTERM, signal.SIGTERM),
        (signal.SIGINT, signal.SIGINT, signal.SIGINT),
        (signal.SIGTERM, signal.SIGINT),
    ],
    ids=lambda signals: "-".join(number.name for number in signals),
)
def test_a_server_that_is_told_to_stop_under_load_loses_nothing(tmp_path, signals):
    """It exits with 0, and every event that got its 202 is there, once; a second signal too."""
    with serving(tmp_path) as (process, caller), ThreadPoolExecutor(CLIENTS) as pool:
        busy = [Event() for _ in range(CLIENTS)]
        clients = [
            pool.submit(talk, caller, client, is_busy) for client, is_busy in enumerate(busy)
        ]
        assert all(is_busy.wait(60) for is_busy in busy)
        assert stop(process, *signals) == 0
        acknowledged = [one for client in clients for one in client.result()]

    found = kept(tmp_path)
    assert len(acknowledged) >= CLIENTS * 15
    assert [one for one in acknowledged if found.get(one) != 1] == []
    assert set(found.values()) == {1}
    assert (tmp_path / "log").read_text() == ""


def test_a_stopping_server_answers_whom_it_has_begun_to_hear(tmp_path):
    """A request that is half there when the signal comes is still taken in."""
    with serving(tmp_path) as (process, caller), Wire(caller.http.base_url, caller.key) as wire:
        body = b'{"events": [{"type": "message", "conversation_id": "c", "role": "user"}]}'
        wire.start("POST /v1/events", "Expect: 100-continue", f"Content-Length: {len(body)}")
        assert wire.read()[0] == 100  # the call has begun
        process.send_signal(signal.SIGTERM)
        while True:  # it no longer takes connections
            try:
                socket.create_connection(("127.0.0.1", caller.http.base_url.port)).close()
            except ConnectionRefusedError:
                break
            except ConnectionResetError:  # it was closing in just that moment
                continue
        wire.send(body)
        status, headers, _ = wire.read()
        code = process.wait(timeout=60)

    assert (status, headers["connection"], code) == (202, "close", 0)
    assert len(kept(tmp_path)) == 1


def test_a_folder_is_free_again_after_a_stop(tmp_path):
    """And holds what was taken in."""
    with serving(tmp_path) as (process, caller):
        caller.chat("c-1")
        assert stop(process, signal.SIGTERM) == 0
    with serving(tmp_path) as (process, caller):
        assert caller.session("c-1~1")["session"]["n_user"] == 1
        assert caller.report()["rows"][0]["n_sessions"] == 1
        assert stop(process, signal.SIGTERM) == 0


def test_a_taken_port_is_named(tmp_path):
    """With a way out, and without a trace."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = afterword("serve", "--data", tmp_path, "--port", port, expect=2)

    told = done.stderr.decode()
    assert f"http://127.0.0.1:{port} cannot be listened on" in told
    assert "--port" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("option", "value"),
    [("--host", "no.such.host.invalid"), ("--host", "203.0.113.9"), ("--port", "70000")],
)
def test_an_impossible_address_is_named(tmp_path, option, value):
    """A name that leads nowhere, a machine that is not this one, a port beyond the last."""
    told = afterword("serve", "--data", tmp_path, option, value, expect=2).stderr.decode()

    assert value in told or "0 to 65535" in told
    assert "Traceback" not in told


def test_a_folder_in_use_is_named(tmp_path):
    """With the process that serves it, which goes on undisturbed."""
    with served(tmp_path) as caller:
        done = afterword("serve", "--data", tmp_path, "--port", 0, expect=2)
        caller.chat("c-1")

    told = done.stderr.decode()
    assert f"{tmp_path} is in use by process {os.getpid()}" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("level", ["info", "debug"])
def test_the_log_holds_no_key_no_text_and_no_id(tmp_path, level):
    """A line a request with method, template, status and time; nothing that belongs to a user."""
    words = ("Popocatepetl", "Zanzibar", "u-secret", "c-secret", "r-secret", "ann@example.com")
    with serving(tmp_path, "--log-level", level) as (process, caller):
        caller.thank("c-secret", user_id="u-secret")
        caller.send(said("c-secret", "user", "to Popocatepetl", error="no Popocatepetl"))
        caller.send(
            {
                "type": "session.started",
                "conversation_id": "c-secret",
                "release": "r-secret",
                "traits": {"mail": "ann@example.com"},
            },
            {"type": "message", "conversation_id": "c-secret", "role": "Popocatepetl"},
        )
        caller.rate("c-secret", rating="negative", reason="Zanzibar")
        caller.rate("c-secret", rating="Zanzibar")
        caller.http.post("/v1/events", content=b"Popocatepetl")
        caller.reads("/v1/sessions", user_id="u-secret", release="r-secret")
        caller.session("c-secret~1")
        caller.http.get("/v1/sessions/c-secret~9")
        caller.http.get("/v1/u-secret", params={"token": "Zanzibar", "key": caller.key})
        caller.report(by="release", where="release:r-secret")
        caller.http.post("/v1/notes", json={"text": "Popocatepetl"})
        caller.http.get("/v1/sessions", headers={"Authorization": "Bearer aw_sk_Zanzibar"})
        assert stop(process, signal.SIGTERM) == 0

    log = (tmp_path / "log").read_text()
    assert "POST /v1/events 202" in log
    assert "POST /v1/conversations/{conversation_id}/rating 201" in log
    assert "GET unmatched 404" in log
    assert [word for word in (*words, caller.key, caller.key[6:]) if word in log] == []
