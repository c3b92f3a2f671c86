"""``afterword people export``: everything that is held of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from afterword.cli.parsing import (
    add_data,
    add_project,
    add_url,
    ask_server,
    open_journal,
    settings_of,
)

if TYPE_CHECKING:
    import argparse

EXAMPLE = """
afterword people export u-7 --data ./afterword-data > u-7.json
afterword people export u-7 --url https://afterword.example.com --key aw_sk_...
"""
_PATH: Final = "/v1/people"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="export")
    export = actions.add_parser("export", help="print everything held of a person as JSON")
    export.add_argument(
        "person", metavar="USER", help="a user id; c:CONVERSATION where none was told"
    )
    add_data(export)
    add_project(export)
    add_url(export)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    print((_ask_server(options) if options.url else _read(options)).decode())
    return 0


def _ask_server(options: argparse.Namespace) -> bytes:
    return ask_server(options, f"{_PATH}/{quote(options.person, safe='')}/export")


def _read(options: argparse.Namespace) -> bytes:
    import msgspec  # noqa: PLC0415  # with what follows

    from afterword.journal.person_exports import export_person  # noqa: PLC0415  # heavy

    with open_journal(settings_of(options)) as journal, journal.read() as connection:
        return msgspec.json.encode(export_person(connection, options.project, options.person))
