"""``afterword release``: opened when it is rolled out, accepted when it may stay."""

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
    from collections.abc import Iterator

    from afterword.server.api.releases.schemas import ReleaseList, ReleaseView

EXAMPLE = """
afterword release open v42 --data ./afterword-data
afterword release accept v42
afterword release list
afterword release open m-2 --by model --url https://afterword.example.com --key aw_sk_...
"""
_PATH: Final = "/v1/releases"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="open|accept|list")
    opening = actions.add_parser("open", help="watch it against what is there, with a marker")
    accepting = actions.add_parser(
        "accept", help="later ones stand against it, monitors gather anew"
    )
    listing = actions.add_parser("list", help="what was opened, the newest first")
    for action in (opening, accepting):
        action.add_argument("name", metavar="NAME", help="as sessions carry it")
        action.add_argument(
            "--by", default="release", help="release (default), model or prompt_version"
        )
    for action in (opening, accepting, listing):
        add_json(action)
        add_data(action)
        add_project(action)
        add_url(action)
    opening.add_argument(
        "--baseline",
        metavar="NAME",
        help="what it stands against (default: the one accepted last, else the one before)",
    )


def run(options: argparse.Namespace) -> int:
    """Do one of the three."""
    import msgspec  # noqa: PLC0415  # with what follows

    if options.action == "list":
        found = _listed(options)
        show(msgspec.to_builtins(found), "\n".join(_table(found)), as_json=options.json)
        return 0
    view = _tell_server(options) if options.url else _tell_journal(options)
    print(msgspec.json.encode(view).decode() if options.json else _words(view))
    return 0


def _listed(options: argparse.Namespace) -> ReleaseList:
    import msgspec  # noqa: PLC0415  # as above

    from afterword.journal.releases import releases  # noqa: PLC0415  # heavy: not for --help
    from afterword.server.api.releases.schemas import (  # noqa: PLC0415  # same
        ReleaseList,
        release_view,
    )

    if options.url:
        return msgspec.json.decode(ask_server(options, _PATH), type=ReleaseList)
    with open_journal(settings_of(options)) as journal, journal.read() as connection:
        return ReleaseList(tuple(map(release_view, releases(connection, options.project))))


def _table(found: ReleaseList) -> Iterator[str]:
    from afterword.monitoring.releases.budget import ALPHA  # noqa: PLC0415  # heavy: not for --help
    from afterword.reports.wording import percent, printable  # noqa: PLC0415  # same

    if not found.releases:
        yield "No release was opened."
        return
    head = ("release", "state", "opened", "by", "against", "of the budget")
    rows = [
        (
            printable(one.id, 60),
            one.state.value,
            one.opened_at[:10],
            one.opened_by.value,
            "the one before" if one.baseline is None else printable(one.baseline, 40),
            percent(one.alpha / ALPHA),
        )
        for one in found.releases
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        told = (f"{text:<{width}}" for text, width in zip(row, widths, strict=True))
        yield "  ".join(told).rstrip()


def _tell_server(options: argparse.Namespace) -> ReleaseView:
    import msgspec  # noqa: PLC0415  # as above

    from afterword.server.api.releases.schemas import ReleaseView  # noqa: PLC0415  # heavy: not for --help

    path, body = _PATH, None
    if options.action == "accept":
        path = f"{_PATH}/{quote(f'{options.by}:{options.name}', safe='')}/accept"
    else:
        body = {"name": options.name, "by": options.by, "baseline": options.baseline}
    return msgspec.json.decode(tell_server(options, path, body), type=ReleaseView)


def _tell_journal(options: argparse.Namespace) -> ReleaseView:
    from afterword.intake.clock import Clock  # noqa: PLC0415  # heavy: not for --help
    from afterword.monitoring.releases import register  # noqa: PLC0415  # same
    from afterword.server.api.releases.schemas import release_view  # noqa: PLC0415  # same

    project, name, now_us = options.project, options.name, Clock().now_us()
    register.check_kind(options.by)
    with open_journal(settings_of(options)) as journal, journal.write() as connection:
        if options.action == "accept":
            wanted = register.id_of(options.by, name)
            return release_view(register.accept(connection, project, wanted, now_us))
        made, _ = register.open_by_hand(
            connection, project, name, options.by, options.baseline, now_us
        )
        return release_view(made)


def _words(view: ReleaseView) -> str:
    from afterword.reports.wording import printable  # noqa: PLC0415  # heavy: not for --help

    told = f"{view.by} {printable(view.name, 80)} is {view.state}"
    if view.state == "accepted":
        return f"{told}: later ones stand against it, and monitors gather a new baseline."
    against = "the one before it" if view.baseline is None else printable(view.baseline, 80)
    return f"{told}, against {against}: afterword gate says how it does."
