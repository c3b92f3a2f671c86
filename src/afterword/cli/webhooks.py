"""``afterword webhooks``: what channels were told, and what one did not take is sent again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from afterword.cli.parsing import add_data, add_json, open_journal, settings_of, show

if TYPE_CHECKING:
    import argparse

    from afterword.journal.outbox import Told

EXAMPLE = """
afterword webhooks list --state dead --data ./afterword-data
afterword webhooks replay --dead
afterword webhooks replay msg_0199f3a87c6e7d10a2b4c5d6e7f80912
"""
_STATES = ("waiting", "delivered", "dead")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|replay")
    listing = actions.add_parser("list", help="list what channels of every kind were told")
    listing.add_argument("--state", choices=_STATES, help="only what waits, came or was given up")
    listing.add_argument("--channel", metavar="NAME", help="only what is for this channel")
    listing.add_argument(
        "--limit", type=int, default=50, metavar="N", help="the newest so many (default 50)"
    )
    replay = actions.add_parser("replay", help="send again, beside a running server too")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", help="this one: its webhook-id, as in the list")
    which.add_argument(
        "--dead", action="store_true", help="all that were given up, of the last 30 days"
    )
    for action in (listing, replay):
        add_data(action)
        add_json(action)


def run(options: argparse.Namespace) -> int:
    """Do one of the two."""
    return _list(options) if options.action == "list" else _replay(options)


def _list(options: argparse.Namespace) -> int:
    from afterword.journal.outbox import NoticeState, list_notices  # noqa: PLC0415  # heavy

    state = None if options.state is None else NoticeState(options.state)
    with open_journal(settings_of(options)) as journal, journal.read() as connection:
        found = list_notices(
            connection, state=state, channel=options.channel, limit=max(options.limit, 0)
        )
    views = [_view(one) for one in found]
    words = "\n".join(map(_line, views)) or "Nothing of that in the last 30 days."
    show({"notices": views}, words, as_json=options.json)
    return 0


def _replay(options: argparse.Namespace) -> int:
    from afterword.journal.outbox import replay  # noqa: PLC0415  # heavy: not for --help

    with open_journal(settings_of(options)) as journal, journal.write() as connection:
        n_put_back = replay(connection, time.time_ns() // 1000, options.id)
    words = f"{n_put_back:,} put back: the server sends them at once, or when it starts."
    if not n_put_back:
        words = "Nothing was put back: nothing of that has ended here in the last 30 days."
    show({"put_back": n_put_back}, words, as_json=options.json)
    return 0 if n_put_back else 1


def _view(told: Told) -> dict[str, Any]:
    is_waiting = told.ended_us is None
    return {
        "id": told.id,
        "project": told.project,
        "channel": told.channel,
        "event": told.topic.value,
        "subject": told.subject,
        "state": told.state.value,
        "attempts": told.attempts,
        "last_error": told.error,
        "since": _time(told.since_us),
        "next_attempt": _time(told.due_us) if is_waiting else None,
        "ended": None if told.ended_us is None else _time(told.ended_us),
    }


def _time(time_us: int) -> str:
    from afterword.domain.times import write_time  # noqa: PLC0415  # not for --help

    return write_time(time_us - time_us % 1_000_000)


def _line(view: dict[str, Any]) -> str:
    from afterword.reports.wording import printable  # noqa: PLC0415  # not for --help

    tried = "1 attempt" if view["attempts"] == 1 else f"{view['attempts']} attempts"
    told = (view["since"], view["state"], view["channel"], view["event"], view["subject"])
    line = "  ".join((*map(printable, told), tried))
    if view["last_error"]:
        line += f", the last that failed: {view['last_error']}"
    if view["next_attempt"]:
        line += f", next {view['next_attempt']}"
    return f"{line}\n  {view['id']}"
