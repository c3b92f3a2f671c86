"""``afterword digest``: what channels are told of a week on Monday."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from afterword.cli.parsing import add_data, add_json, add_project, open_journal, settings_of

if TYPE_CHECKING:
    import argparse

EXAMPLE = """
afterword digest --data ./afterword-data
afterword digest --week 2026-11-23 --html > week.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--week", metavar="MONDAY", help="its first day (default: the newest that was told)"
    )
    parser.add_argument("--html", action="store_true", help="print the mail's HTML")
    add_json(parser)
    add_data(parser)
    add_project(parser)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    import msgspec  # noqa: PLC0415  # heavy: not for --help

    from afterword.history import History  # noqa: PLC0415  # same
    from afterword.monitoring.digest.finding import digest_of  # noqa: PLC0415  # same
    from afterword.monitoring.digest.week import newest_week, week_of  # noqa: PLC0415  # same
    from afterword.monitoring.digest.writing import data_of  # noqa: PLC0415  # same

    settings = settings_of(options)
    now_us = int(datetime.now(UTC).timestamp()) * 1_000_000
    week = week_of(options.week) if options.week else newest_week(now_us)
    with open_journal(settings) as journal:
        history = History(settings.history_dir, journal)
        found = digest_of(history, journal, options.project, week)
        history.close()
    told = None if found is None else data_of(found, settings.public_url)
    if options.json:
        print(msgspec.json.encode(told).decode())
    elif told is None:
        print(f"No session opened in the week of {week.monday}, or the one before.")
    else:
        print(told["html"] if options.html else f"{told['title']}\n{told['text']}")
    return 0
