"""``afterword erase``: a person goes, through the server or in a folder that none serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from afterword.cli.parsing import (
    add_data,
    add_json,
    add_project,
    add_url,
    open_journal,
    settings_of,
    tell_server,
)

if TYPE_CHECKING:
    import argparse

    from afterword.server.api.people.schemas import ErasureView

EXAMPLE = """
afterword erase u-7 --url https://afterword.example.com --key aw_sk_...
afterword erase u-7 --data ./afterword-data
"""
_PATH: Final = "/v1/people"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "person", metavar="USER", help="a user id; c:CONVERSATION where none was told"
    )
    add_json(parser)
    add_data(parser)
    add_project(parser)
    add_url(parser)


def run(options: argparse.Namespace) -> int:
    """Erase the person and say what went and what stays."""
    import msgspec  # noqa: PLC0415  # with what follows

    view = _tell_server(options) if options.url else _erase(options)
    print(msgspec.json.encode(view).decode() if options.json else _words(view))
    return 0


def _tell_server(options: argparse.Namespace) -> ErasureView:
    import msgspec  # noqa: PLC0415  # as above

    from afterword.server.api.people.schemas import ErasureView  # noqa: PLC0415  # heavy: not for --help

    path = f"{_PATH}/{quote(options.person, safe='')}"
    return msgspec.json.decode(tell_server(options, path, None, "DELETE"), type=ErasureView)


def _erase(options: argparse.Namespace) -> ErasureView:
    from afterword.history import Rewriter  # noqa: PLC0415  # heavy: not for --help
    from afterword.history.erasing import Eraser  # noqa: PLC0415  # same
    from afterword.intake.clock import Clock  # noqa: PLC0415  # same
    from afterword.server.api.people.schemas import erasure_view  # noqa: PLC0415  # same
    from afterword.server.lock import alone  # noqa: PLC0415  # same

    settings = settings_of(options)
    with alone(settings), open_journal(settings) as journal:
        now_us = journal.now_us or Clock().now_us
        eraser = Eraser(journal, Rewriter(settings.history_dir, journal), now_us)
        return erasure_view(eraser.erase(options.project, options.person))


def _words(view: ErasureView) -> str:
    import msgspec  # noqa: PLC0415  # as above

    gone, stays = (
        ", ".join(
            f"{n:,} {name.replace('_', ' ')}" for name, n in msgspec.to_builtins(part).items()
        )
        for part in (view.gone, view.stays)
    )
    return f"gone: {gone}\nstays, of nobody: {stays}\n{view.why}"
