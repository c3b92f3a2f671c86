"""``afterword alerts``: what people should know of, and what they know of already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from afterword.cli.parsing import (
    add_data,
    add_json,
    add_project,
    add_url,
    ask_server,
    open_journal,
    settings_of,
    show,
    tell_server,
)

if TYPE_CHECKING:
    import argparse

    from afterword.server.api.alerts.schemas import AlertList, AlertView

EXAMPLE = """
afterword alerts list
afterword alerts show alert_5f0c1d2e3a4b5c6d
afterword alerts acknowledge alert_5f0c1d2e3a4b5c6d --by ann
afterword alerts list --url https://afterword.example.com --key aw_sk_... --json
"""
_PATH: Final = "/v1/alerts"
_STATES: Final = {"acknowledge": "acknowledged", "resolve": "resolved"}
_LIVE: Final = ("open", "acknowledged")
_ALL: Final = (*_LIVE, "resolved")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="list|show|acknowledge|resolve"
    )
    listed = actions.add_parser("list", help="what is not resolved; exits with 1 if one is worse")
    listed.add_argument("--all", action="store_true", help="what was resolved, too")
    shown = actions.add_parser("show", help="one, with everything behind it")
    known = actions.add_parser("acknowledge", help="somebody knows of it")
    over = actions.add_parser("resolve", help="it is over")
    for action in (shown, known, over):
        action.add_argument("alert", metavar="ALERT", help="its id")
    for action in (known, over):
        action.add_argument("--by", metavar="WHO", help="who says so")
    for action in (listed, shown, known, over):
        add_json(action)
        add_data(action)
        add_project(action)
        add_url(action)


def run(options: argparse.Namespace) -> int:
    """Do one of the four."""
    if options.action == "list":
        return _list(options)
    import msgspec  # noqa: PLC0415  # with what follows

    from afterword.cli.alert_words import words  # noqa: PLC0415  # heavy: not for --help

    view = _by_server(options) if options.url else _by_journal(options)
    show(msgspec.to_builtins(view), words(view), as_json=options.json)
    return 0


def _list(options: argparse.Namespace) -> int:
    import msgspec  # noqa: PLC0415  # with what follows

    from afterword.cli.alert_words import table  # noqa: PLC0415  # heavy: not for --help
    from afterword.server.api.alerts.schemas import AlertList, alert_view  # noqa: PLC0415  # same

    states = _ALL if options.all else _LIVE
    if options.url:
        query = {"state": list(states)}
        found = msgspec.json.decode(ask_server(options, _PATH, query), type=AlertList)
    else:
        from afterword.journal.alerts import AlertState, alerts  # noqa: PLC0415  # same

        with open_journal(settings_of(options)) as journal, journal.read() as connection:
            kept = alerts(connection, options.project, [AlertState(one) for one in states])
        found = AlertList(tuple(map(alert_view, kept)))
    show(msgspec.to_builtins(found), table(found), as_json=options.json)
    return int(_is_bad(found))


def _is_bad(found: AlertList) -> bool:
    return any(one.direction != "better" and one.state in _LIVE for one in found.alerts)


def _by_server(options: argparse.Namespace) -> AlertView:
    import msgspec  # noqa: PLC0415  # as above

    from afterword.server.api.alerts.schemas import AlertView  # noqa: PLC0415  # same

    path = f"{_PATH}/{quote(options.alert, safe='')}"
    if options.action == "show":
        body = ask_server(options, path)
    else:
        told = {"state": _STATES[options.action], "by": options.by}
        body = tell_server(options, path, told, method="PATCH")
    return msgspec.json.decode(body, type=AlertView)


def _by_journal(options: argparse.Namespace) -> AlertView:
    import os  # noqa: PLC0415  # with what follows

    from afterword.intake.clock import Clock  # noqa: PLC0415  # heavy: not for --help
    from afterword.journal.alerts import find_alert  # noqa: PLC0415  # same
    from afterword.monitoring.alerts.operating import Wanted, set_state  # noqa: PLC0415  # same
    from afterword.monitoring.alerts.sessions import sessions_of  # noqa: PLC0415  # same
    from afterword.notify import ChannelBook  # noqa: PLC0415  # same
    from afterword.server.api.alerts.schemas import alert_view  # noqa: PLC0415  # same
    from afterword.server.filter_file import read_filters  # noqa: PLC0415  # same

    settings = settings_of(options)
    project, alert_id = options.project, options.alert
    with open_journal(settings) as journal:
        if options.action == "show":
            with journal.read() as connection:
                alert = find_alert(connection, project, alert_id)
                named = read_filters(settings.filters_file)
                return alert_view(alert, sessions_of(connection, alert, named))
        wanted = Wanted(_STATES[options.action], options.by)
        subscribers = ChannelBook(settings.channels_file, os.environ).subscribers
        with journal.write() as connection:
            return alert_view(
                set_state(connection, project, alert_id, wanted, Clock().now_us(), subscribers)
            )
