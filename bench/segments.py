"""How often the report on segments names somebody where all are served alike.

Worlds without any difference, of strangers, and of people who agree with
themselves (correlation .4). The bar: 5 % of worlds, and two standard errors of so many worlds.
And how often it finds people who came by an advertisement and are served worse by so many points.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.history import Filter, History
from afterword.history.engines import engine_of
from afterword.reports import run
from afterword.simulation import WORLDS, Settings, simulate, write_data
from afterword.simulation.worlds import Part

if TYPE_CHECKING:
    from afterword.history.engines.engine import Engine
    from afterword.simulation.worlds import World

END_US = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 1_000_000
ALPHA = 0.05
ADS = "trait.acquisition:ads"


def main() -> None:
    """Measure and print; exit 1 where more worlds than allowed name somebody."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--sessions", type=int, default=5_000)
    parser.add_argument("--points", type=float, default=0.06)
    given = parser.parse_args()
    engine = engine_of("duckdb")
    null = WORLDS["null"]
    most = ALPHA + 2 * (ALPHA * (1 - ALPHA) / given.worlds) ** 0.5
    is_good = True
    for correlation in (0.0, 0.4):
        alike = replace(null, correlation=correlation)
        named = [_named(alike, seed, given.sessions, engine) for seed in range(given.worlds)]
        share = sum(map(bool, named)) / given.worlds
        is_good &= share <= most
        print(f"correlation {correlation}: {share:.1%} of worlds name somebody (bar {most:.1%})")
    ways = (Part("search", 0.6), Part("friend", 0.2), Part("ads", 0.2, given.points))
    worse = replace(null, correlation=0.4, acquisitions=ways)
    named = [_named(worse, seed, given.sessions, engine) for seed in range(given.worlds)]
    found = sum(ADS in one for one in named) / given.worlds
    false = sum(any(not key.startswith("trait.acq") for key in one) for one in named)
    print(f"{100 * given.points:g} points: found in {found:.0%}, others named in {false} worlds")
    sys.exit(0 if is_good else 1)


def _named(world: World, seed: int, sessions: int, engine: Engine) -> set[str]:
    settings = Settings(world=world, sessions=sessions, days=30, seed=seed, end_us=END_US)
    with tempfile.TemporaryDirectory() as folder:
        write_data(simulate(settings), Path(folder))
        told = run("segments", History(Path(folder) / "history", None, engine=engine), Filter())
    return {row.key for row in told.rows if row.verdict in ("worse", "better")}


if __name__ == "__main__":
    main()
