"""Requests in one group of which the database, or we, refuse one: its neighbours are kept."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from threading import Barrier, Thread

import httpx
import pytest

from fault_harness import process
from server_harness import said

N = 12
ODD = {
    "NUL in a label": {"release": "v\0"},
    "NUL in a text": {"text": "a\0b"},
    "NUL in an id": {"conversation_id": "odd\0"},
    "half a pair": {"model": "m\ud800"},
    "a huge number": {"tokens": 10**30},
}


def send_together(caller, bodies):
    """Send requests at the same moment; give their answers in order."""
    together, answers = Barrier(len(bodies)), [None] * len(bodies)

    def send(place, body):
        with httpx.Client(base_url=caller.http.base_url, headers=caller.http.headers) as http:
            together.wait()
            # ASCII, so that half a surrogate pair can be sent too.
            content = json.dumps(body)
            answers[place] = http.post("/v1/events", content=content, timeout=60)

    threads = [Thread(target=send, args=pair) for pair in enumerate(bodies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_what_no_database_keeps_is_refused_alone(tmp_path, database_url):
    """Beside eleven others: they get their 202, it is named, and nothing of it is kept."""
    variables = {"AFTERWORD_DATABASE_URL": database_url} if database_url else {}
    log = tmp_path / "log"
    with process(tmp_path / "data", log, **variables) as (_, caller):
        for number, (what, odd) in enumerate(ODD.items()):
            names = [f"c-{number}-{place}" for place in range(N)]
            bodies = [{"events": [said(name, "user")]} for name in names]
            bodies[N // 2]["events"].append({**said("odd", "user"), **odd})
            told = send_together(caller, bodies)
            assert [answer.status_code for answer in told] == [202] * N, what
            found = [len(answer.json()["rejected"]) for answer in told]
            assert found == [int(place == N // 2) for place in range(N)], what
            for name in names:
                assert caller.session(f"{name}~1")["session"]["n_user"] == 1
        (row,) = caller.report()["rows"]
    assert row["n_sessions"] == N * len(ODD)
    assert log.read_text() == ""


@pytest.mark.parametrize("refusal", ["FAIL", "ROLLBACK"])
def test_what_the_database_refuses_fails_alone(tmp_path, refusal):
    """Also where it ends the whole transaction: 503 for one, 202 for those that shared it."""
    data, log = tmp_path / "data", tmp_path / "log"
    with process(data, log) as (_, caller), closing(sqlite3.connect(data / "journal.db")) as other:
        other.execute(
            "CREATE TRIGGER no BEFORE INSERT ON events WHEN new.conversation_id = 'odd'"
            f" BEGIN SELECT RAISE({refusal}, 'no'); END"
        )
        bodies = [{"events": [said(f"c-{place}", "user")]} for place in range(N)]
        bodies[N // 2] = {"events": [said("c-odd", "user"), said("odd", "user")]}
        told = send_together(caller, bodies)
        statuses = [answer.status_code for answer in told]
        assert statuses == [503 if place == N // 2 else 202 for place in range(N)]
        other.execute("DROP TRIGGER no")
        names = {one["conversation_id"] for one in caller.reads("/v1/sessions")["sessions"]}
        assert names == {f"c-{place}" for place in range(N) if place != N // 2}
        assert caller.send(*bodies[N // 2]["events"])["accepted"] == 2
