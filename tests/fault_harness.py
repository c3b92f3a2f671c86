"""For fault tests: server processes, clients that note what was acknowledged, small disks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from itertools import count
from threading import Thread

import httpx
import pytest

from afterword.history import Filter, History, Rewriter
from afterword.history.questions.ratings import ratings
from afterword.journal import Journal
from afterword.journal.tables import EventId
from cli_harness import COMMAND
from history_cast import tell
from server_harness import Caller, make_key, said

AT_MOST = 60.0  # seconds after which what should have happened has not


@contextmanager
def process(data, log, *, command=(COMMAND,), **variables):
    """Run a server whose log lies elsewhere than its data; give it and a caller of it."""
    _, key = make_key(data, url=variables.get("AFTERWORD_DATABASE_URL"))
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("AFTERWORD_")
    }
    with log.open("ab") as written:
        running = subprocess.Popen(  # noqa: S603  # our own command
            [*command, "serve", "--data", str(data), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=written,
            env=clean | variables,
        )
    try:
        told = running.stdout.readline().decode()
        assert told, log.read_text()
        caller = Caller(told.split()[2], key)
        with caller.http:
            yield running, caller
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


class Client(Thread):
    """Sends messages and ratings until it is told to end or the server is gone."""

    def __init__(self, caller, name, *, on_answer=lambda: None):
        """Take whom to call; nothing is sent until ``start``."""
        super().__init__()
        self._http = httpx.Client(
            base_url=caller.http.base_url, headers=caller.http.headers, timeout=60
        )
        self._name, self._on_answer = name, on_answer
        self.is_ending = False
        self.events, self.rated, self.refused = [], [], []

    def run(self):
        """Send."""
        with self._http:
            for number in count():
                try:
                    if self.is_ending or not self._send(number):
                        return
                except httpx.TransportError:
                    return

    def _send(self, number):
        conversation = f"c-{self._name}-{number}"
        ids = [f"{conversation}/{place}" for place in range(4)]
        events = [
            said(conversation, "agent" if place % 2 else "user", id=one)
            for place, one in enumerate(ids)
        ]
        answer = self._http.post("/v1/events", json={"events": events})
        if answer.status_code != 202:
            self.refused.append(answer.status_code)
            return False
        assert answer.json()["accepted"] == len(ids)
        self.events += ids
        self._on_answer()
        path = f"/v1/conversations/{conversation}/rating"
        answer = self._http.post(path, json={"rating": "positive"})
        if answer.status_code == 201:
            self.rated.append(conversation)
        else:
            self.refused.append(answer.status_code)
        return answer.status_code == 201


class Asker(Thread):
    """Asks for one report again and again; a failure of it fails the test at ``end``."""

    def __init__(self, caller):
        """Take whom to ask; nothing is asked until ``start``."""
        super().__init__()
        self._caller, self._is_ending, self.rows = caller, False, []

    def run(self):
        """Ask."""
        while not self._is_ending:
            self.rows += self._caller.report(by="channel")["rows"]

    def end(self):
        """Stop asking."""
        self._is_ending = True
        self.join()

    def told(self, name):
        """Give one number of each answer."""
        return [row[name] for row in self.rows]


def check_kept(data, clients):
    """Check that the journal is whole and has all that was acknowledged, once and counted."""
    with closing(sqlite3.connect(data / "journal.db")) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ids = [EventId.read(one) for (one,) in kept.execute("SELECT id FROM events")]
        rated = {
            name
            for (name,) in kept.execute(
                "SELECT conversation_id FROM sessions WHERE rating = 'positive'"
            )
        }
        counted = "sum(coalesce(body ->> 'n_user', 0) + coalesce(body ->> 'n_agent', 0))"
        (n_counted,) = kept.execute(f"SELECT {counted} FROM sessions").fetchone()  # noqa: S608  # ours
        n_messages = "SELECT count(*) FROM events WHERE body ->> 'type' = 'message'"
        assert kept.execute(n_messages).fetchone() == (n_counted,)
    assert len(ids) == len(set(ids))
    assert {one for client in clients for one in client.events} - set(ids) == set()
    assert {one for client in clients for one in client.rated} - rated == set()


def fill(data, sessions):
    """Put sessions into a journal."""
    journal = Journal.open(data)
    tell(journal, sessions)
    journal.close()


def catch_up(data):
    """Bring the day files up to the journal; give how many were written."""
    journal = Journal.open(data)
    n_written = Rewriter(data / "history", journal).run_once()
    journal.close()
    return n_written


def counted(data, open_journal=Journal.open):
    """Give the number of sessions and of negative ones; of the files alone without a journal."""
    journal = open_journal and open_journal(data)
    history = History(data / "history", journal)
    (cell,) = ratings(history, Filter())
    history.close()
    if journal:
        journal.close()
    return cell.n_sessions, cell.negative


def wait_until(is_so, what):
    """Wait for something another process does."""
    end = time.monotonic() + AT_MOST
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextmanager
def small_disk(folder, megabytes):
    """Mount a disk of a few megabytes; skip where that is not allowed."""
    folder.mkdir()
    done = subprocess.run(  # noqa: S603  # a fixed command
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder],  # noqa: S607  # the system's
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("a small disk cannot be mounted here: run as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607  # as above


def set_read_only(folder):
    """Let a small disk be read only from now on."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)  # noqa: S603, S607  # as above


@contextmanager
def filled(folder):
    """Leave no room on a disk."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as handle:
        try:
            while True:
                handle.write(bytes(4096))
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()
