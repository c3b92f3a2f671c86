"""``afterword simulate``: a seeded world with its truth, as events or as a data folder."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from afterword.cli.parsing import Progress, add_json, as_path, show
from afterword.domain.policy import DAY_US
from afterword.errors import SetupError

if TYPE_CHECKING:
    import argparse

    from afterword.simulation import Settings

EXAMPLE = """
afterword simulate --sessions 20000 --world worse-release --data ./world --truth truth.json
afterword simulate --sessions 2000 --out events.jsonl.gz --truth truth.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--sessions", type=int, required=True, metavar="N", help="how many")
    parser.add_argument("--days", type=int, default=90, metavar="N", help="default 90")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default 1")
    parser.add_argument(
        "--world",
        default="steady",
        help="steady (default), worse-release, churn or null",
    )
    parser.add_argument(
        "--end", metavar="TIME", help="when it is over, UTC (default: the last midnight)"
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument(
        "--out", type=as_path, metavar="FILE", help="events, gzipped where it ends in .gz"
    )
    target.add_argument(
        "--data", type=as_path, metavar="DIR", help="a data folder, day files directly"
    )
    parser.add_argument("--project", default="default", help="the tenant, with --data")
    parser.add_argument(
        "--truth", type=as_path, required=True, metavar="FILE", help="what is behind it, as JSON"
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Draw the world, write it, and its truth beside it."""
    from afterword.simulation import (  # noqa: PLC0415  # heavy: not for --help
        simulate,
        write_data,
        write_events,
        write_truth,
    )

    settings = _settings(options)
    simulation = simulate(settings)
    progress = Progress("sessions written", settings.sessions)
    if options.out is not None:
        write_events(simulation, options.out, progress)
    else:
        write_data(simulation, options.data, options.project, progress)
    write_truth(simulation, options.truth)
    progress.end()
    told = {"sessions": settings.sessions, "people": len(simulation.people)}
    target = options.out or options.data
    words = ", ".join(f"{n:,} {name}" for name, n in told.items())
    show(told, f"{words} in {target}; the truth in {options.truth}", as_json=options.json)
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    from afterword.server.times import read_time  # noqa: PLC0415  # not for --help
    from afterword.simulation import WORLDS, Settings  # noqa: PLC0415  # same

    if options.world not in WORLDS:
        raise SetupError(f"world is one of {', '.join(WORLDS)}, not {options.world}.")
    today_us = time.time_ns() // 1000 // DAY_US * DAY_US
    return Settings(
        world=WORLDS[options.world],
        sessions=options.sessions,
        days=options.days,
        seed=options.seed,
        end_us=today_us if options.end is None else read_time(options.end, field="end"),
    )
