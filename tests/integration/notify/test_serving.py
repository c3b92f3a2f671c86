"""A server tells its channels while it runs, and after it was killed."""

from __future__ import annotations

import os
import subprocess

from cli_harness import COMMAND
from notify_cast import SECRET, hook, team, until, write_channels
from server_harness import Caller, MovableClock, make_key, served


def test_a_rating_over_http_is_told(tmp_path, receiver, monkeypatch):
    """The line links to the session where people reach it; the metrics count it."""
    monkeypatch.setenv("TEAM_URL", receiver.url)
    clock = MovableClock()
    write_channels(tmp_path, team(environments=["production", "test"]))
    with served(tmp_path, clock=clock) as caller:
        caller.chat("c-1")
        assert caller.rate("c-1", rating="negative").status_code == 201
        assert caller.rate("c-1", rating="negative", reason="it kept looping").status_code == 200
        clock.move(21)
        counted = 'afterword_notices_total{channel="team",result="delivered"} 1.0'
        until(lambda: counted in caller.services.metrics.text().decode())

    text = receiver.bodies[0]["text"]
    assert text == "not what I needed · “it kept looping” · session c-1~1"


def test_a_server_with_channels_that_are_wrong_runs(tmp_path, receiver, caplog):
    """What is wrong stands in the log; ratings are taken."""
    write_channels(tmp_path, hook(receiver, colour="red"))
    with served(tmp_path) as caller:
        caller.chat("c-1")
        assert caller.rate("c-1", rating="negative").status_code == 201

    assert "colour" in caplog.text
    assert receiver.requests == []


def test_what_a_killed_server_had_not_told_is_told_by_the_next(tmp_path, receiver):
    """With ``kill -9`` between the rating's answer and the webhook nothing is lost."""
    table = hook(receiver) | {"url_env": "CRM_URL"}
    del table["url"]
    write_channels(tmp_path, table)
    _, secret = make_key(tmp_path)
    process, url = _serve(tmp_path, CRM_URL="http://127.0.0.1:1/")  # nobody is there
    caller = Caller(url, secret)
    caller.chat("c-1")
    rated = caller.rate("c-1", rating="negative", reason="it kept looping")
    caller.http.close()
    process.kill()
    process.communicate()

    process, _ = _serve(tmp_path, CRM_URL=receiver.url)
    is_told = receiver.arrived.wait(60)
    process.terminate()
    process.communicate()

    assert (rated.status_code, is_told, process.returncode) == (201, True, 0)
    assert receiver.bodies[0]["data"]["reason"] == "it kept looping"
    assert len(receiver.requests) == 1


def _serve(folder, **more):
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AFTERWORD_")}
    process = subprocess.Popen(  # noqa: S603  # our own command
        [COMMAND, "serve", "--data", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**clean, "CRM_SECRET": SECRET, **more},
        text=True,
    )
    return process, process.stdout.readline().split("serves ")[1].split(" ")[0]
