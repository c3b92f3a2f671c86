"""``afterword gate``: may a release stay? Its exit code tells a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.cli.parsing import (
    add_data,
    add_json,
    add_project,
    add_url,
    ask_server,
    open_journal,
    settings_of,
)

if TYPE_CHECKING:
    import argparse

    from afterword.monitoring.releases.answer import GateAnswer

EXAMPLE = """
afterword gate --candidate v42 --baseline v41 --data ./afterword-data
afterword gate --candidate m-2 --by model --margin 0.03
afterword gate --candidate v42 --url https://afterword.example.com --key aw_sk_... --json
exit code: 0 not worse or better, 1 worse, 2 wrong use, 3 cannot tell yet
"""
_CODES: Final = {"not_worse": 0, "better": 0, "worse": 1, "cannot_tell_yet": 3}
_WORSE: Final = frozenset({409})  # the server's status for it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--candidate", required=True, metavar="NAME", help="the new one")
    parser.add_argument(
        "--baseline",
        metavar="NAME",
        help="what it is held against (default: the one accepted last, else the one before)",
    )
    parser.add_argument(
        "--by", default="release", help="release (default), model or prompt_version"
    )
    parser.add_argument(
        "--margin",
        type=float,
        default=0.05,
        metavar="SHARE",
        help="by how much it may be worse, as a share (default 0.05)",
    )
    parser.add_argument("--environment", default="production", help="default: production")
    add_json(parser)
    add_data(parser)
    add_project(parser)
    add_url(parser)


def run(options: argparse.Namespace) -> int:
    """Print the answer; give the code of its verdict."""
    import msgspec  # noqa: PLC0415  # with what follows

    from afterword.monitoring.releases.words import words_of  # noqa: PLC0415  # heavy: not for --help

    answer = _ask_server(options) if options.url else _ask_folder(options)
    print(msgspec.json.encode(answer).decode() if options.json else words_of(answer))
    return _CODES[answer.verdict]


def _ask_server(options: argparse.Namespace) -> GateAnswer:
    import msgspec  # noqa: PLC0415  # as above

    from afterword.monitoring.releases.answer import GateAnswer  # noqa: PLC0415  # same

    names = ("candidate", "baseline", "by", "margin", "environment")
    told = {name: getattr(options, name) for name in names}
    query = {name: value for name, value in told.items() if value is not None}
    body = ask_server(options, "/v1/gate", query, answers=_WORSE)
    return msgspec.json.decode(body, type=GateAnswer)


def _ask_folder(options: argparse.Namespace) -> GateAnswer:
    from afterword.history import History  # noqa: PLC0415  # heavy: not for --help
    from afterword.intake.clock import Clock  # noqa: PLC0415  # same
    from afterword.monitoring.releases.gate import Wanted, gate, known_of  # noqa: PLC0415  # same

    wanted = Wanted(
        options.candidate,
        options.baseline,
        options.by,
        options.margin,
        options.project,
        options.environment,
    )
    settings = settings_of(options)
    with open_journal(settings) as journal:
        with journal.read() as connection:
            known = known_of(connection, wanted)
        history = History(settings.history_dir, journal)
        try:
            return gate(history, wanted, known, Clock().now_us())
        finally:
            history.close()
