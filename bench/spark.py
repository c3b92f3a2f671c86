"""What the engine Spark costs beside DuckDB: the same questions on the same day files, in turn.

Prints for each engine how long the first answer takes (Spark starts Java first), and then, warm,
wall and processor seconds of the question of ratings, whole and by person-heavy splits; rows a
second; and the ratio Spark/DuckDB. Processor time counts the Java that this process started, so
that it means something on a busy machine too. Then an overlay of changed rows is handed over.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import pyarrow.parquet as pq

from afterword.history import Filter, History
from afterword.history.engines import engine_of
from afterword.history.files import day_files, read_day
from afterword.history.overlay import NoOverlay
from afterword.history.questions.ratings import ratings
from afterword.simulation import WORLDS, Settings, simulate, write_data

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

_TICKS = os.sysconf("SC_CLK_TCK")
_END_US = 1_793_491_200_000_000  # 2026-11-01
READ = {
    *("environment", "opened_at", "rating", "person_key", "closed_at"),
    *("n_shown", "n_answered", "is_unasked"),
}
SPLITS = (None, "week", "release")


class Cost(NamedTuple):
    """Wall and processor seconds."""

    wall: float
    cpu: float


class Changed(NoOverlay):
    """An overlay of rows that are given."""

    def __init__(self, table: pa.Table) -> None:
        """Take the rows, with every column."""
        self._table = table

    def table(self, project: str, columns: frozenset[str]) -> pa.Table:  # noqa: ARG002  # one project
        """Give them."""
        return self._table.select(
            sorted(columns | {"environment", "session_id", "day", "opened_at"})
        )


def measure(work: Callable[[], object]) -> Cost:
    """Run something once."""
    wall, cpu = time.perf_counter(), _processor_s()
    work()
    return Cost(time.perf_counter() - wall, _processor_s() - cpu)


def main() -> int:
    """Measure both engines and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--master", default="local[*]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "history"
        _write(directory.parent, options)
        duckdb = History(directory, None)
        spark = History(directory, None, engine=engine_of("spark", options.master))
        _print_start(duckdb, spark)
        for by in SPLITS:
            _compare(duckdb, spark, by, options)
        _print_overlay(directory, options)
        spark.close()
        duckdb.close()
    return 0


def _write(data: Path, options: argparse.Namespace) -> None:
    world = simulate(
        Settings(
            world=WORLDS["steady"],
            sessions=options.sessions,
            days=options.days,
            seed=1,
            end_us=_END_US,
        )
    )
    cost = measure(lambda: write_data(world, data))
    files = day_files(data / "history", "default")
    size = sum(file.path.stat().st_size for file in files)
    print(
        f"{options.sessions:,} sessions in {len(files)} day files, {size / 1e6:,.0f} MB:"
        f" {size / options.sessions:.0f} bytes a session; simulated in {cost.wall:.1f} s;"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    read = sum(_read_bytes(file.path) for file in files)
    print(f"the question of ratings reads {read / options.sessions:.1f} bytes a session")


def _read_bytes(path: Path) -> int:
    found = pq.ParquetFile(path).metadata
    chunks = (
        found.row_group(group).column(column)
        for group in range(found.num_row_groups)
        for column in range(found.num_columns)
    )
    return sum(one.total_compressed_size for one in chunks if one.path_in_schema in READ)


def _print_start(duckdb: History, spark: History) -> None:
    for name, history in (("duckdb", duckdb), ("spark", spark)):
        cost = measure(lambda history=history: ratings(history, Filter()))
        print(f"first answer, {name}: {cost.wall:.2f} s, {cost.cpu:.2f} s of processor")


def _compare(duckdb: History, spark: History, by: str | None, options: argparse.Namespace) -> None:
    if ratings(duckdb, Filter(), by) != ratings(spark, Filter(), by):
        sys.exit(f"The engines differ by {by}.")
    found: dict[str, list[Cost]] = {"duckdb": [], "spark": []}
    for _ in range(options.rounds):
        for name, history in (("duckdb", duckdb), ("spark", spark)):
            found[name].append(measure(lambda history=history: ratings(history, Filter(), by)))
    middle = {
        name: Cost(median(one.wall for one in costs), median(one.cpu for one in costs))
        for name, costs in found.items()
    }
    told = ", ".join(
        f"{name} {cost.wall:.3f} s ({options.sessions / cost.wall:,.0f} rows/s,"
        f" {cost.cpu:.2f} s of processor)"
        for name, cost in middle.items()
    )
    wall = middle["spark"].wall / middle["duckdb"].wall
    cpu = middle["spark"].cpu / middle["duckdb"].cpu
    print(f"ratings by {by}: {told}; spark/duckdb {wall:.1f}, of processor {cpu:.1f}")


def _print_overlay(directory: Path, options: argparse.Namespace) -> None:
    day = day_files(directory, "default")[-1].day
    changed = next(read_day(directory, "default", day))
    for name in ("duckdb", "spark"):
        history = History(
            directory, None, overlay=Changed(changed), engine=engine_of(name, options.master)
        )
        ratings(history, Filter())
        costs = [measure(lambda h=history: ratings(h, Filter())) for _ in range(options.rounds)]
        print(
            f"with {changed.num_rows:,} changed rows, {name}:"
            f" {median(one.wall for one in costs):.3f} s"
        )


def _processor_s() -> float:
    return time.process_time() + sum(map(_java_s, Path("/proc").glob("[0-9]*")))


def _java_s(process: Path) -> float:
    # Fields of proc(5): the parent, then user and system time, its children's too.
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    is_ours = int(fields[1]) == os.getpid()
    return sum(map(int, fields[11:15])) / _TICKS if is_ours else 0.0


if __name__ == "__main__":
    sys.exit(main())
