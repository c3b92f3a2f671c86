"""Disks that are full or read only: nothing acknowledged is lost, and words say what is wrong."""

from __future__ import annotations

import resource
import signal
from contextlib import contextmanager

import pytest

from cli_harness import afterword, answer
from fault_harness import check_kept, fill, filled, process, set_read_only, small_disk, wait_until
from history_cast import plain
from server_harness import named, problem, said

N_MANY = 10_000  # changed rows after which a server writes day files before the minute is over


class Sent:
    """What one caller sent and saw acknowledged."""

    def __init__(self):
        """Begin with nothing."""
        self.events, self.rated = [], []

    def send(self, caller, n_envelopes):
        """Send until something is not acknowledged; give that body and its answer."""
        for number in range(n_envelopes):
            talk = f"c-{len(self.events)}-{number}"
            body = {"events": named(*(said(talk, "user", model="m" * 90) for _ in range(50)))}
            told = caller.http.post("/v1/events", json=body)
            if told.status_code != 202:
                return body, told
            self.events += [one["id"] for one in body["events"]]
        return None, None


@contextmanager
def on_a_full_disk(data, _server):
    """Fill the disk of the journal."""
    with filled(data):
        yield


@contextmanager
def at_a_limit(data, server):
    """Let the journal's log not grow, as a quota would: every commit appends to it."""
    size = (data / "journal.db-wal").stat().st_size
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        everything = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, everything)


@pytest.mark.parametrize("shortage", [on_a_full_disk, at_a_limit])
def test_a_journal_without_room_takes_nothing_and_recovers_by_itself(tmp_path, shortage):
    """503 and nothing of it kept; reading goes on; with room again the same request succeeds."""
    sent = Sent()
    with (
        small_disk(tmp_path / "data", 32) as data,
        process(data, tmp_path / "log") as (server, caller),
    ):
        assert sent.send(caller, 3) == (None, None)
        with shortage(data, server):
            body, refused = sent.send(caller, 2_000)
            assert refused is not None
            problem(refused, 503, "journal_unavailable")
            assert refused.headers["retry-after"] == "1"
            for _ in range(3):
                again = caller.http.post("/v1/events", json=body)
                problem(again, 503, "journal_unavailable")
            rating = caller.rate("c-0-0", rating="positive")
            n_sessions = caller.report()["rows"][0]["n_sessions"]
            assert caller.reads("/readyz") == {"status": "ready"}
        answered = caller.send(*body["events"])
        assert (answered["accepted"], answered["duplicates"]) == (50, 0)
        sent.events += [one["id"] for one in body["events"]]
        problem(rating, 503, "journal_unavailable")
        assert n_sessions == len(sent.events) / 50 - 1
        server.send_signal(signal.SIGKILL)
        server.wait()
        check_kept(data, [sent])
    assert "could not be committed" in (tmp_path / "log").read_text()


def test_a_server_without_room_to_begin_says_so(tmp_path):
    """Exit code 2 and one sentence."""
    with small_disk(tmp_path / "data", 1) as data, filled(data):
        done = afterword("serve", "--data", data, "--port", 0, expect=2)

    told = done.stderr.decode()
    assert str(data) in told
    assert "full" in told
    assert "Traceback" not in told


def test_day_files_without_room_hold_up_nobody(tmp_path):
    """Events are taken in and reports are right; the log says why; with room they are written."""
    fill(tmp_path, [plain(number) for number in range(N_MANY)])
    log = tmp_path / "log"
    with small_disk(tmp_path / "history", 1) as history, process(tmp_path, log) as (_, caller):
        with filled(history):
            wait_until(lambda: "cannot be written" in log.read_text(), "the log says nothing")
            caller.chat("c-new")
            assert caller.report()["rows"][0]["n_sessions"] == N_MANY + 1
            done = afterword("rebuild", "--data", tmp_path, expect=2)
            assert list(history.rglob("*.parquet*")) == []
        wait_until(lambda: list(history.rglob("*.parquet")), "no day file was written")
        assert caller.report()["rows"][0]["n_sessions"] == N_MANY + 1

    told = log.read_text()
    assert "2026-11-01 of default cannot be written: [Errno 28] No space left on device" in told
    assert "No space left" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_a_folder_that_became_read_only_can_still_be_read(tmp_path, ends):
    """Serving and writing are refused with words; reports go on, with the last rating in them."""
    with small_disk(tmp_path / "data", 32) as data:
        with process(data, tmp_path / "log") as (server, caller):
            caller.chat("c-1")
            assert caller.rate("c-1", rating="negative").status_code == 201
            server.send_signal(ends)
            server.wait()
        set_read_only(data)

        for command in (("serve", "--port", 0), ("keys", "create"), ("rebuild",)):
            told = afterword(*command, "--data", data, expect=2).stderr.decode()
            assert "read" in told, told
            assert "Traceback" not in told
        (row,) = answer("report", "distribution", "--data", data)["rows"]
        assert (row["n_sessions"], row["negative"]["count"]) == (1, 1)
