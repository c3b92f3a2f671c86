"""Erasing a person over HTTP and from the command line."""

from __future__ import annotations

import json
import logging

import pytest

from cli_harness import afterword, answer
from server_harness import problem, served

ZEROS = {"sessions": 0, "ratings": 0, "feedback": 0, "asks": 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data folder of this module's server."""
    return tmp_path_factory.mktemp("erasing")


@pytest.fixture(scope="module")
def caller(folder):
    """A caller with an admin's key."""
    with served(folder, scopes=("admin",)) as caller:
        yield caller


def test_who_is_erased_is_nowhere_and_counts_stay(caller, caplog):
    """The answer tells what went and what stays; reports count as before; the log names nobody."""
    caller.chat("c-1", user_id="jo/é")
    caller.rate("c-1", rating="negative", reason="no good")
    caller.chat("c-2", user_id="u-2")
    before = caller.report()["rows"][0]
    path = "/v1/people/jo%2F%C3%A9"
    with caplog.at_level(logging.INFO, "afterword.history.erasing"):
        done = caller.http.delete(path)

    assert done.status_code == 200
    body = done.json()
    assert body["gone"] == {
        "events": 3,
        "traits": 0,
        "reasons": 1,
        "decisions": 0,
        "rating_changes": 1,
        "notices": 0,
    }
    assert body["stays"] == {"sessions": 1, "ratings": 1, "feedback": 0, "asks": 0}
    assert "late" in body["why"]
    assert [record.getMessage() for record in caplog.records if "jo" in record.getMessage()] == []
    assert "A person of default was erased" in caplog.text
    after = caller.report()["rows"][0]
    same = ("n_sessions", "n_rated", "n_shown", "negative", "positive")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    problem(caller.http.get("/v1/sessions/c-1~1"), 404, "unknown_session", "session_id")
    assert caller.reads("/v1/sessions", user_id="jo/é")["sessions"] == []
    again = caller.http.delete(path).json()
    assert (again["stays"], again["erased_at"]) == (ZEROS, body["erased_at"])


def test_what_comes_late_is_told_to_be_erased(caller):
    """By its code, in its place."""
    caller.chat("c-3", user_id="u-3")
    at = caller.session("c-3~1")["session"]["last_at"]
    caller.http.delete("/v1/people/u-3")
    late = {"type": "message", "conversation_id": "c-3", "role": "user", "text": "hi", "at": at}
    answered = caller.send(late, {**late, "conversation_id": "c-4"})

    assert [(one["index"], one["code"]) for one in answered["rejected"]] == [(0, "erased")]
    assert answered["accepted"] == 1
    problem(caller.rate("c-3", rating="positive"), 404, "unknown_conversation", "conversation_id")


def test_nobody_else_can_be_erased(caller, folder):
    """Not whom nobody knows, and not by a key of another project."""
    caller.chat("c-5", user_id="u-5")
    problem(caller.http.delete("/v1/people/nobody"), 404, "unknown_person")
    other = caller.other(folder, scopes=("admin",), project="other")
    other.chat("c-5", user_id="u-6")
    problem(other.http.delete("/v1/people/u-5"), 404, "unknown_person")
    assert caller.session("c-5~1")["session"]["user_id"] == "u-5"
    other.http.close()


def test_everything_held_is_given(caller, folder):
    """By the server, and by the command beside it and through it."""
    caller.chat("c-8", user_id="u-8")
    told = caller.reads("/v1/people/u-8/export")
    through = ("--url", str(caller.http.base_url), "--key", caller.key)

    assert [len(told[name]) for name in ("sessions", "events")] == [1, 2]
    for how in (through, ("--data", folder)):
        printed = afterword("people", "export", "u-8", *how).stdout
        assert json.loads(printed) == told
    problem(caller.http.get("/v1/people/nobody/export"), 404, "unknown_person")


def test_the_command_goes_through_the_server_or_refuses(caller, folder):
    """In a folder that a server serves only the server erases."""
    caller.chat("c-7", user_id="u-7")
    refused = afterword("erase", "u-7", "--data", folder, expect=2)
    assert "in use by process" in refused.stderr.decode()
    url = str(caller.http.base_url)
    done = answer("erase", "u-7", "--url", url, "--key", caller.key)

    assert (done["gone"]["events"], done["stays"]["sessions"]) == (2, 1)
    unknown = afterword("erase", "nobody", "--url", url, "--key", caller.key, expect=2)
    assert "Nothing is held of this person." in unknown.stderr.decode()


def test_the_command_erases_in_a_folder_that_none_serves(tmp_path):
    """And says what went in words."""
    told = tmp_path / "events.jsonl"
    who = '"conversation_id": "c-1", "user_id": "u-zqcanaryqz", "at": "2026-01-01T10:00:00Z"'
    told.write_text(
        f'{{"type": "message", "role": "user", "text": "hello", {who}}}\n'
        f'{{"type": "message", "role": "agent", "text": "hello", {who}}}\n'
    )
    load = ("import", "--format", "events", told, "--data", tmp_path / "data")
    assert answer(*load)["events"] == 2
    done = afterword("erase", "u-zqcanaryqz", "--data", tmp_path / "data").stdout.decode()

    assert done.startswith("gone: 2 events, ")
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert [path for path in files if b"zqcanaryqz" in path.read_bytes()] == []
    again = answer(*load, expect=1)
    assert (again["events"], again["rejected"]) == (0, 2)
    report = answer("report", "distribution", "--data", tmp_path / "data")
    assert report["rows"][0]["n_sessions"] == 1
