"""How long every report takes on ten million sessions, and its questions against SQL by hand.

A simulated folder (18 months, an eighth as many people as sessions; ten copies of a million) is
asked by every report in turn, warm. The time inside questions is set against queries that a person
would write for DuckDB on the same files (`bench/by_hand/<report>.sql`); the time of the whole
report against its bar. Those queries run in a process of their own, so that the peak of memory is
that of reports; seconds of processor tell more where other work runs. With `--also N` the same on
N sessions, to see whether time grows faster than the data.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from afterword.history import Filter, History
from afterword.history.files import day_files, write_day
from afterword.reports import KINDS, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.history.engines.compiler import Build

MOST_RATIO = 1.5
MOST_SECONDS = {"segments": 4.0, "rhythm": 4.0, "releases": 4.0}
USUAL_SECONDS = 1.0
MOST_MIB = 2048
COLD_SECONDS = 2.5
_ODD = 0x9E3_779B_97F4_A7C1  # spreads a number over all bits
SIMULATED = 1_000_000  # more are copies of a million, with people of their own
BY_HAND = Path(__file__).parent / "by_hand"
_FILES = "read_parquet('{folder}/project=default/day=*/sessions.parquet')"


class Timed(History):
    """A history that knows how long its questions took."""

    seconds = 0.0

    def run(
        self,
        shape: tuple[Any, ...],
        build: Build,
        chosen: Filter,
        *,
        by_day: Build | None = None,
        adds_up: bool = False,
    ) -> list[tuple[Any, ...]]:
        """Answer, and remember the time."""
        started = time.perf_counter()
        try:
            return super().run(shape, build, chosen, by_day=by_day, adds_up=adds_up)
        finally:
            self.seconds += time.perf_counter() - started


def main() -> None:
    """Measure and print; exit 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000_000)
    parser.add_argument("--also", type=int, help="a smaller number of sessions, to compare")
    parser.add_argument("--data", type=Path, help="a folder that is kept, and used again")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=list(KINDS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = given.data or Path(temporary)
        smaller = _measure(root, given.also, given) if given.also else {}
        cold = _cold(root / f"{given.also}") if given.also else True
        whole = _measure(root, given.sessions, given)
    is_good = cold and all(good for _, good in whole.values())
    for name, (seconds, _) in smaller.items():
        times = whole[name][0] / seconds
        print(f"  {name:14}{times:6.1f} times as long for {given.sessions / given.also:.0f} times")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process {peak:,.0f} MiB (bar {MOST_MIB:,})")
    sys.exit(0 if is_good and peak < MOST_MIB else 1)


def _measure(root: Path, n: int, given: argparse.Namespace) -> dict[str, tuple[float, bool]]:
    folder = root / f"{n}" / "history"
    if not folder.exists():
        started = time.perf_counter()
        _simulate(root / f"{n}", n)
        print(f"{n:,} sessions written in {time.perf_counter() - started:.0f} s")
    history = Timed(folder, None)
    history.warm()
    found = {name: _report(name, history, folder, given.repeats) for name in given.only}
    history.close()
    return found


def _cold(folder: Path) -> bool:
    """Run a report from the command line, nothing loaded before."""
    command = [str(Path(sys.executable).with_name("afterword")), "report", "distribution"]
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([*command, "--data", f"{folder}"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own
        seconds.append(time.perf_counter() - started)
    print(f"a report from the command line, cold: {median(seconds):.2f} s (bar {COLD_SECONDS})")
    return median(seconds) <= COLD_SECONDS


def _simulate(folder: Path, n: int) -> None:
    # In a process of its own: what it takes is not the reports' memory.
    n_copies = max(1, n // SIMULATED)
    world = folder if n_copies == 1 else folder.with_name(f"{folder.name}-one")
    command = [str(Path(sys.executable).with_name("afterword")), "simulate"]
    wanted = ["--sessions", f"{n // n_copies}", "--days", "540", "--data", f"{world}"]
    truth = ["--truth", f"{folder}.json"]
    subprocess.run([*command, *wanted, *truth], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own
    if n_copies > 1:
        for file in day_files(world / "history", "default"):
            parts = _copies(pq.read_table(file.path), n_copies)
            write_day(folder / "history", "default", file.day, parts)
        shutil.rmtree(world)


def _copies(day: pa.Table, n: int) -> Iterator[pa.Table]:
    """Give a day several times over, each time with people and sessions of its own."""
    for number in range(n):
        told = {
            "person_key": pc.bit_wise_xor(day["person_key"], number * _ODD),
            "session_id": pc.binary_join_element_wise(f"{number}", day["session_id"], "-"),
        }
        one = day
        for name, values in told.items():
            place = day.schema.get_field_index(name)
            one = one.set_column(place, day.schema.field(name), values)
        yield one


def _report(name: str, history: Timed, folder: Path, repeats: int) -> tuple[float, bool]:
    first = _timed(name, history)
    again, inside, by_hand = [], [], []
    for _ in range(repeats):
        history.seconds = 0.0
        again.append(_timed(name, history))
        inside.append(history.seconds)
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            by_hand.append(other.submit(_by_hand, name, folder).result())
    seconds, hand = median(one.wall for one in again), median(one.wall for one in by_hand)
    ratio, bar = median(inside) / hand, MOST_SECONDS.get(name, USUAL_SECONDS)
    print(
        f"  {name:14}{seconds:7.2f} s (bar {bar:.0f}), at first {first.wall:.2f} s;"
        f" questions {median(inside):.2f} s, by hand {hand:.2f} s,"
        f" ratio {ratio:.2f} (bar {MOST_RATIO}); seconds of processor: at best"
        f" {min(again).processor:.2f}, at first {first.processor:.2f},"
        f" by hand {min(by_hand).processor:.2f}"
    )
    return seconds, seconds <= bar and ratio <= MOST_RATIO


class _Took(NamedTuple):
    """Seconds; those of the processor depend less on what else the machine does."""

    processor: float
    wall: float


def _timed(name: str, history: Timed) -> _Took:
    started, worked = time.perf_counter(), time.process_time()
    run(name, history, Filter())
    return _Took(time.process_time() - worked, time.perf_counter() - started)


def _by_hand(name: str, folder: Path) -> _Took:
    database = duckdb.connect(":memory:")
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET enable_progress_bar = false")
    sql = (BY_HAND / f"{name}.sql").read_text().replace("$FILES", _FILES.format(folder=folder))
    started, worked = time.perf_counter(), time.process_time()
    for statement in filter(str.strip, sql.split(";")):
        database.execute(statement).fetchall()
    took = _Took(time.process_time() - worked, time.perf_counter() - started)
    database.close()
    return took


if __name__ == "__main__":
    main()
