"""Day files that are damaged, and writers that are killed: reports stay right, files come back."""

from __future__ import annotations

import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from afterword.history.files import day_files
from cli_harness import COMMAND, afterword, answer
from fault_harness import (
    Asker,
    Client,
    catch_up,
    check_kept,
    counted,
    fill,
    process,
    wait_until,
)
from history_cast import DAY_US, FIRST_US, plain, rated

N_MANY = 10_000  # changed rows after which a server writes day files before the minute is over
N_FEW = 600


def day_file(data):
    """Give the only day file of a folder."""
    (file,) = day_files(data / "history", "default")
    return file.path


def n_rows(path):
    """Give the number of rows of a day file; None where it cannot be read."""
    try:
        return pq.read_metadata(path).num_rows
    except (OSError, ValueError):
        return None


def harm(path, how):
    """Damage a file as crashes, disks and people do, under its name."""
    whole = path.read_bytes()
    middle = len(whole) // 2
    harmed = {
        "half": whole[:middle],
        "wrong bytes": whole[:4] + b"\xff" * (middle - 4) + whole[middle:],
    }
    path.write_bytes(harmed[how])


@pytest.mark.parametrize("how", ["half", "wrong bytes"])
def test_a_file_that_is_damaged_under_a_serving_server(tmp_path, how):
    """While reports are asked and ratings come in: no wrong count, no failure; it is rebuilt."""
    fill(tmp_path, [plain(number) for number in range(N_MANY)])
    afterword("rebuild", "--data", tmp_path)
    log = tmp_path / "log"
    with process(tmp_path, log) as (_, caller):
        asker, client = Asker(caller), Client(caller, "live")
        asker.start()
        wait_until(lambda: len(asker.rows) >= 2, "no report came")
        client.start()
        path = day_file(tmp_path)
        harm(path, how)
        wait_until(lambda: f"{path} cannot be read" in log.read_text(), "the log says nothing")
        wait_until(lambda: n_rows(path) == N_MANY, "it was not rebuilt")
        client.is_ending = True
        client.join()
        asker.end()
        (row,) = caller.report()["rows"]

    n_live = len(client.rated)
    assert client.refused == []
    assert all(N_MANY <= n_sessions <= N_MANY + n_live for n_sessions in asker.told("n_sessions"))
    assert asker.told("n_rated") == sorted(asker.told("n_rated"))
    assert (row["n_sessions"], row["n_rated"]) == (N_MANY + n_live, n_live)
    check_kept(tmp_path, [client])


# Brings the day files up to the journal and dies at one point of it.
WRITER = """
import os
import signal
import sys
from pathlib import Path

import pyarrow.parquet as pq

from afterword.history import Rewriter, files
from afterword.journal import Journal, days

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

write_table = pq.ParquetWriter.write_table

def write_some(*told, **more):
    write_table(*told, **more)
    die()

data, point = Path(sys.argv[1]), sys.argv[2]
if point == "half-written":
    pq.ParquetWriter.write_table = write_some
elif point == "written":
    files.swapping = die
elif point == "renamed":
    files._sync_folder = die
else:
    days.clear_day = die
Rewriter(data / "history", Journal.open(data)).run_once()
"""


@pytest.mark.parametrize("point", ["half-written", "written", "renamed", "synced"])
@pytest.mark.parametrize("n_changed", [N_FEW // 10, N_FEW], ids=["merged", "whole"])
def test_a_writer_that_is_killed_loses_nothing(tmp_path, point, n_changed):
    """In the middle of a file, or between its rename and its mark: the next one ends the work."""
    sessions = [plain(number) for number in range(N_FEW)]
    fill(tmp_path, sessions)
    assert catch_up(tmp_path) == 1
    before = day_file(tmp_path).read_bytes()
    fill(tmp_path, [rated(session, "negative") for session in sessions[:n_changed]])

    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-c", WRITER, tmp_path, point], check=False, capture_output=True
    )

    assert done.returncode == -signal.SIGKILL, done.stderr
    is_renamed = point in ("renamed", "synced")
    assert (day_file(tmp_path).read_bytes() != before) == is_renamed
    assert (len(list(day_file(tmp_path).parent.iterdir())) == 1) == is_renamed
    assert counted(tmp_path) == (N_FEW, n_changed)
    fill(tmp_path, [rated(sessions[0], "positive"), rated(plain(N_FEW), "negative")])
    assert counted(tmp_path) == (N_FEW + 1, n_changed)
    assert [catch_up(tmp_path), catch_up(tmp_path)] == [1, 0]
    assert [path.name for path in day_file(tmp_path).parent.iterdir()] == ["sessions.parquet"]
    assert counted(tmp_path) == counted(tmp_path, None) == (N_FEW + 1, n_changed)


def test_a_rebuild_that_is_killed_leaves_reports_right(tmp_path):
    """Killed from outside while it writes its first or second file, it can be run again."""
    sessions = [plain(number, at_us=FIRST_US + number % 2 * DAY_US) for number in range(N_MANY)]
    fill(tmp_path, [rated(session, "negative") for session in sessions])
    afterword("rebuild", "--data", tmp_path)
    days = sorted((tmp_path / "history" / "project=default").iterdir())
    for day in days:
        rebuild = subprocess.Popen([COMMAND, "rebuild", "--data", tmp_path])  # noqa: S603  # ours
        begun = day / f"sessions.parquet.{rebuild.pid}.tmp"
        wait_until(begun.exists, "it wrote nothing")
        rebuild.kill()
        assert rebuild.wait() == -signal.SIGKILL
        assert counted(tmp_path) == (N_MANY, N_MANY)

    assert answer("rebuild", "--data", tmp_path) == {"days": 2, "written": 2}
    assert [len(list(day.iterdir())) for day in days] == [1, 1]
    assert counted(tmp_path) == counted(tmp_path, None) == (N_MANY, N_MANY)
