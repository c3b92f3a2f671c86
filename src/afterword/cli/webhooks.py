"""``afterword webhooks``: what a channel did not take is sent again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from afterword.cli.parsing import add_data, add_json, open_journal, settings_of, show

if TYPE_CHECKING:
    import argparse

EXAMPLE = """
afterword webhooks replay --failed --data ./afterword-data
afterword webhooks replay msg_0199f3a87c6e7d10a2b4c5d6e7f80912
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="replay")
    replay = actions.add_parser("replay", help="send again, beside a running server too")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", help="this one: its webhook-id, as in the log")
    which.add_argument(
        "--failed", action="store_true", help="all that were given up, of the last 30 days"
    )
    add_data(replay)
    add_json(replay)


def run(options: argparse.Namespace) -> int:
    """Put notices back into the outbox; 1 where there is none."""
    from afterword.journal.outbox import replay  # noqa: PLC0415  # heavy: not for --help

    with open_journal(settings_of(options)) as journal, journal.write() as connection:
        n_put_back = replay(connection, time.time_ns() // 1000, options.id)
    words = f"{n_put_back:,} put back: the server sends them at once, or when it starts."
    if not n_put_back:
        words = "Nothing was put back: nothing of that has ended here in the last 30 days."
    show({"put_back": n_put_back}, words, as_json=options.json)
    return 0 if n_put_back else 1
