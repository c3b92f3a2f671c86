"""A journal that fails: no 202, no ask, nothing kept, and afterwards all is well again."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, contextmanager
from threading import Barrier, Thread

import pytest

from server_harness import Caller, named, problem, said, served

SECRET = "my card is 4111 1111 1111 1111"  # noqa: S105  # what somebody might write


@pytest.fixture
def caller(tmp_path):
    """A caller of a server with one conversation."""
    with served(tmp_path) as caller:
        caller.chat("c-1")
        yield caller


@contextmanager
def refusing(folder, table):
    """Let SQLite refuse every new row of a table."""
    with closing(sqlite3.connect(folder / "journal.db")) as connection:
        connection.execute(
            f"CREATE TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER no")


@contextmanager
def full(caller):
    """Let the disk of the server's journal be full."""
    journal = caller.services.journal
    with journal.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # never below what is used
    try:
        yield
    finally:
        with journal.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000000")


def thanks():
    """Make the end of a talk, which brings an ask."""
    return named(said("c-1", "user", "ah, thanks!"), said("c-1", "agent", "you are welcome"))


@pytest.mark.parametrize("table", ["events", "asks", "decisions"])
def test_a_refused_row_keeps_nothing_of_its_request(caller, tmp_path, table):
    """503 without an ask; the same request succeeds once the cause is gone."""
    body = {"events": thanks()}
    with refusing(tmp_path, table):
        answer = caller.http.post("/v1/events", json=body)
        found = caller.session("c-1~1")

    problem(answer, 503, "journal_unavailable")
    assert answer.headers["retry-after"] == "1"
    assert "asks" not in answer.json()
    assert (found["session"]["n_user"], found["session"]["asks"]) == (1, [])
    assert (len(found["events"]), found["decisions"]) == (2, [])

    again = caller.http.post("/v1/events", json=body).json()
    assert (again["accepted"], again["duplicates"], len(again["asks"])) == (2, 0, 1)


def test_a_full_disk_keeps_nothing_of_its_request(caller):
    """Reading goes on, and writing too as soon as there is room."""
    many = named(*(said(f"many-{number}", "user", model="m" * 200) for number in range(900)))
    with full(caller):
        answer = caller.http.post("/v1/events", json={"events": many})
        listed = caller.reads("/v1/sessions")["sessions"]

    problem(answer, 503, "journal_unavailable")
    assert [one["conversation_id"] for one in listed] == ["c-1"]
    assert caller.send(*many)["accepted"] == 900


def test_a_rating_that_cannot_be_kept_is_not_confirmed(caller, tmp_path):
    """Neither given, nor counted, nor thanked for."""
    with refusing(tmp_path, "ratings"):
        answer = caller.rate("c-1", rating="positive")
        counted = caller.report()["rows"][0]["n_rated"]

    problem(answer, 503, "journal_unavailable")
    assert counted == 0
    assert caller.rate("c-1", rating="positive").status_code == 201


def test_one_bad_request_does_not_fail_those_beside_it(caller, tmp_path):
    """What shares a transaction with it is tried again alone."""
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute(
            "CREATE TRIGGER no BEFORE INSERT ON events WHEN new.conversation_id = 'bad'"
            " BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    names = ["bad" if number % 4 == 0 else f"good-{number}" for number in range(16)]
    together, statuses = Barrier(len(names)), {}

    def send(place, name):
        other = Caller(caller.http.base_url, caller.key)
        together.wait()
        body = {"events": [said(name, "user")]}
        statuses[place, name] = other.http.post("/v1/events", json=body).status_code
        other.http.close()

    threads = [Thread(target=send, args=pair) for pair in enumerate(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {status for (_, name), status in statuses.items() if name == "bad"} == {503}
    assert {status for (_, name), status in statuses.items() if name != "bad"} == {202}


def test_the_log_of_a_failure_does_not_quote_what_was_written(caller, tmp_path, caplog):
    """Nor does the answer: only where it happened."""
    with caplog.at_level(logging.DEBUG), refusing(tmp_path, "ratings"):
        answer = caller.rate("c-1", rating="negative", reason="Zanzibar was closed")
    with caplog.at_level(logging.DEBUG), refusing(tmp_path, "events"):
        caller.http.post("/v1/events", json={"events": [said("Quito", "user", SECRET)]})

    assert answer.status_code == 503
    for word in ("Zanzibar", "Quito", SECRET, caller.key):
        assert word not in caplog.text
        assert word not in answer.text


def test_a_journal_that_is_gone_is_not_ready(caller, tmp_path):
    """The probe says so, and what cannot be looked up opens nothing."""
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        connection.execute("ALTER TABLE projects RENAME TO gone")
        ready = caller.http.get("/readyz")
        sent = caller.http.post("/v1/events", json={"events": [said("c-1", "user")]})
        connection.execute("ALTER TABLE gone RENAME TO projects")

    problem(ready, 503, "journal_unavailable")
    problem(sent, 503, "journal_unavailable")
    assert caller.reads("/readyz") == {"status": "ready"}
    assert caller.send(said("c-1", "user"))["accepted"] == 1


def test_a_crash_of_our_own_says_nothing(caller, monkeypatch, caplog):
    """500 with a stable code; the log says where, not what."""

    def crash(*_):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(caller.services, "check", crash)
    answer = caller.http.get("/readyz")

    problem(answer, 500, "internal")
    assert SECRET not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
