"""A system clock set back and forward under a server: server time never runs backwards."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from cli_harness import afterword
from fault_harness import process, wait_until
from server_harness import DAY, said

HOUR = 3600
# Our own command, on a machine whose clock is ahead by what a file says.
BENT = """
import sys
import time
from pathlib import Path

ahead, real = Path(sys.argv.pop(1)), time.time_ns
time.time_ns = lambda: real() + int(ahead.read_text()) * 10**9

from afterword.cli import main

sys.exit(main())
"""


class SystemClock:
    """The clock of the machine that a server runs on."""

    def __init__(self, folder):
        """Begin at the true time."""
        self.path = folder / "ahead"
        self.set(0)

    def set(self, seconds):
        """Set it so far ahead of the true time, or behind."""
        beside = self.path.with_suffix(".new")
        beside.write_text(str(seconds))
        beside.replace(self.path)  # a server that reads it meanwhile sees one of both

    @contextmanager
    def serving(self, data, log):
        """Run a server by it; give a caller."""
        command = (sys.executable, "-W", "error", "-c", BENT, str(self.path))
        with process(data, log, command=command) as (_, caller):
            yield caller


@pytest.fixture
def clock(tmp_path):
    """The machine's clock."""
    return SystemClock(tmp_path)


def check_times(data, n_events):
    """Check that no event was taken in at an earlier server time than one before it."""
    with closing(sqlite3.connect(data / "journal.db")) as kept:
        times = kept.execute("SELECT received_us FROM events ORDER BY seq").fetchall()
    assert len(times) == n_events
    assert times == sorted(times)


def test_a_clock_set_back_under_a_server_is_waited_for(tmp_path, clock):
    """Events go on in order and in their session; no server time lies before an earlier one."""
    with clock.serving(tmp_path / "data", tmp_path / "log") as caller:
        for place, behind in enumerate([0, HOUR, 2 * DAY, 60, 0]):
            clock.set(-behind)
            caller.send(said("c-1", "agent" if place % 2 else "user", f"word {place}"))
        found = caller.session("c-1~1")
        assert caller.rate("c-1", rating="neutral").status_code == 201

    assert (found["session"]["n_user"], found["session"]["n_agent"]) == (3, 2)
    order = [one["at"] for one in found["events"] if one["type"] == "message"]
    assert order == sorted(set(order))
    check_times(tmp_path / "data", 6)


def test_a_clock_set_forward_ends_sessions_and_set_back_brings_none_again(tmp_path, clock):
    """Two days ahead: the talk closes and the next is another; back again: time stands still."""
    with clock.serving(tmp_path / "data", tmp_path / "log") as caller:
        caller.chat("c-1")
        clock.set(2 * DAY)
        wait_until(
            lambda: caller.session("c-1~1")["session"]["closed_at"] is not None, "it did not close"
        )
        caller.chat("c-1")
        clock.set(0)
        caller.chat("c-1")
        # What hosts say by their own, true clocks is still near enough.
        true = datetime.now(UTC).isoformat()
        answer = caller.send({**said("c-2", "user"), "at": true})
        assert (answer["accepted"], answer["rejected"]) == (1, [])
        counts = [caller.session(f"c-1~{number}")["session"]["n_user"] for number in (1, 2)]

    assert counts == [1, 2]
    check_times(tmp_path / "data", 7)


def test_a_clock_that_was_once_far_ahead_is_found_by_the_doctor(tmp_path, clock):
    """Time stands still after a restart, what hosts date is refused, and words say until when."""
    data, log = tmp_path / "data", tmp_path / "log"
    clock.set(400 * DAY)
    with clock.serving(data, log) as caller:
        caller.chat("c-1")
    ahead = datetime.fromtimestamp(time.time(), UTC) + timedelta(days=400)
    clock.set(0)
    assert log.read_text() == ""
    with clock.serving(data, log) as caller:
        caller.chat("c-1")
        dated = caller.send({**said("c-1", "user"), "at": datetime.now(UTC).isoformat()})
    done = json.loads(afterword("doctor", "--data", data, "--json", expect=1).stdout)
    (bad,) = [one for one in done["findings"] if one["status"] == "bad"]

    assert [one["code"] for one in dated["rejected"]] == ["time_out_of_range"]
    check_times(data, 4)
    assert bad["what"] == "clock"
    assert f"{ahead:%Y-%m-%d}" in bad["told"]
    assert "afterword doctor" in log.read_text()
