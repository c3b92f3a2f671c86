"""``afterword channels``: who is told what happens, and whether that works."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from afterword.cli.parsing import add_data, add_json, open_journal, settings_of, show
from afterword.errors import SetupError

if TYPE_CHECKING:
    import argparse

    from afterword.journal.outbox import ChannelCounts
    from afterword.notify import Channel
    from afterword.server.settings import Settings

EXAMPLE = """
afterword channels list --data ./afterword-data
afterword channels test team
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|test")
    listing = actions.add_parser("list", help="list channels, what is wrong, what waits for them")
    trial = actions.add_parser("test", help="send a test message now and print the answer")
    trial.add_argument("name", help="the channel's name in channels.toml")
    for action in (listing, trial):
        add_data(action)
        add_json(action)


def run(options: argparse.Namespace) -> int:
    """Do one of the two; 1 where a channel cannot be sent to."""
    from afterword.notify import read_channels  # noqa: PLC0415  # not for --help

    settings = settings_of(options)
    channels = read_channels(settings.channels_file)
    if options.action == "test":
        return _test(options, settings, channels)
    counts = _counts(settings)
    views = [_view(channel, counts.get(channel.name)) for channel in channels]
    none = f"No channels yet: {settings.channels_file} names them."
    show({"channels": views}, "\n".join(map(_line, views)) or none, as_json=options.json)
    return 1 if any(view["problem"] for view in views) else 0


def _test(options: argparse.Namespace, settings: Settings, channels: tuple[Channel, ...]) -> int:
    from afterword.notify import try_channel  # noqa: PLC0415  # not for --help
    from afterword.reports.wording import printable  # noqa: PLC0415  # same

    channel = next((one for one in channels if one.name == options.name), None)
    if channel is None:
        known = ", ".join(one.name for one in channels) or "none"
        raise SetupError(
            f"{settings.channels_file} names no channel {options.name!r}; there are: {known}."
        )
    answer = try_channel(channel, os.environ, time.time_ns() // 1000)
    body = printable(answer.body.decode("utf-8", "replace"), 200)
    told = f"status {answer.status}" if answer.status else answer.error or ""
    result = {"channel": channel.name, "ok": answer.is_success, "told": told, "body": body}
    words = f"{channel.name}: {told}" + (f", {body}" if body else "")
    show(result, words, as_json=options.json)
    return 0 if answer.is_success else 1


def _counts(settings: Settings) -> dict[str, ChannelCounts]:
    from afterword.journal.outbox import count_notices  # noqa: PLC0415  # heavy: not for --help

    try:
        with open_journal(settings) as journal, journal.read() as connection:
            return count_notices(connection)
    except SetupError:  # channels may be named before anything is kept
        return {}


def _view(channel: Channel, counts: ChannelCounts | None) -> dict[str, Any]:
    return {
        "name": channel.name,
        "kind": channel.kind,
        "project": channel.project,
        "events": channel.events,
        "ratings": channel.ratings,
        "environments": channel.environments,
        "problem": _problem(channel),
        "waiting": counts.waiting if counts else 0,
        "delivered": counts.delivered if counts else 0,
        "dead": counts.dead if counts else 0,
        "last_error": counts.error if counts else None,
    }


def _problem(channel: Channel) -> str | None:
    from afterword.notify.targets import target_of  # noqa: PLC0415  # not for --help

    try:
        target_of(channel, os.environ)
    except SetupError as error:
        return error.detail
    return None


def _line(view: dict[str, Any]) -> str:
    counted = ", ".join(f"{view[state]:,} {state}" for state in ("waiting", "delivered", "dead"))
    lines = [f"{view['name']}  {view['kind']}  {', '.join(view['events'])}  {counted}"]
    if view["last_error"]:
        lines.append(f"  last failure: {view['last_error']}")
    if view["problem"]:
        lines.append(f"  nothing is sent: {view['problem']}")
    return "\n".join(lines)
