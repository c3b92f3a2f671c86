"""``afterword monitor``: streams watched for a change that nobody announced."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from afterword.cli.parsing import add_json, as_path, show

if TYPE_CHECKING:
    from typing import Any

EXAMPLE = """
afterword monitor replay counts.csv
afterword monitor replay counts.csv --streams 12 --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="replay")
    replay = actions.add_parser("replay", help="what a monitor would have said of daily counts")
    replay.add_argument(
        "file",
        metavar="FILE",
        type=as_path,
        help="CSV: date,positive,neutral,negative[,persons[,m2,my,y2]], one row a day, in order",
    )
    replay.add_argument(
        "--streams",
        type=_positive,
        default=1,
        metavar="N",
        help="streams that share the budget of one false alarm a year (default 1)",
    )
    replay.add_argument(
        "--rebase-after",
        type=_day,
        metavar="DAY",
        help="accept the stream as it is then: a new baseline begins after this day",
    )
    add_json(replay)


def run(options: argparse.Namespace) -> int:
    """Replay; alarms of the past are no failure."""
    import msgspec  # noqa: PLC0415  # heavy: not for --help

    from afterword.cli.daily_counts import read_counts  # noqa: PLC0415  # same
    from afterword.cli.monitor_words import words  # noqa: PLC0415  # same
    from afterword.monitoring.streams.back_test import back_test  # noqa: PLC0415  # same

    days = read_counts(options.file)
    found = back_test(days, n_streams=options.streams, rebase_after=options.rebase_after)
    told: dict[str, Any] = msgspec.to_builtins(found)
    show(told, words(found, options.file.name), as_json=options.json)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-30") from None


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value
