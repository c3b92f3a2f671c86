"""The command line: one module a command, loaded only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from afterword.cli.parsing import parser_of
from afterword.errors import AfterwordError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Command, its module, and what it does.
COMMANDS: Final = {
    "demo": ("demo", "show the whole story on simulated data"),
    "serve": ("serve", "take events, ask, keep ratings, answer reports"),
    "keys": ("keys", "make, list and revoke keys"),
    "import": ("importing", "read dialogues and ratings from files"),
    "report": ("report", "count ratings, with intervals and response rate"),
    "gate": ("gate", "say whether a release may stay"),
    "release": ("release", "open a release, or accept it"),
    "export": ("export", "write session rows to a file, for other tools"),
    "moment": ("moment", "tell for messages whether their writer has finished"),
    "asks": ("asks", "say why a session was asked about or not, and what a policy would do"),
    "monitor": ("monitor", "watch streams of ratings for a change that nobody announced"),
    "alerts": ("alerts", "list what people should know of, acknowledge it, resolve it"),
    "digest": ("digest", "print what channels are told of a week on Monday"),
    "simulate": ("simulate", "make a seeded world with its truth"),
    "people": ("people", "print everything that is held of a person"),
    "erase": ("erase", "erase a person, so that only counts of nobody stay"),
    "rebuild": ("rebuild", "write the history anew from the journal"),
    "channels": ("channels", "list who is told what happens, and try them"),
    "webhooks": ("webhooks", "what channels were told, and once more what one did not take"),
    "doctor": ("doctor", "find out whether everything is in order"),
}
WRONG_USE: Final = 2
_INTERRUPTED: Final = 130  # what shells give for Ctrl-C
_SERVER_EXTRA: Final = (
    *("alembic", "altair", "duckdb", "ibis", "litestar", "numpy", "prometheus_client"),
    *("pyarrow", "scipy", "sqlalchemy", "uvicorn", "vl_convert"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Its name and arguments; those of the process when None.

    Returns:
        0 success, 1 "the answer is bad", 2 wrong use, 3 "cannot tell yet" (of the gate).
    """
    told = list(sys.argv[1:] if argv is None else argv)
    name = told[0] if told else "--help"
    if name not in COMMANDS:
        return _without_command(name)
    try:
        command = import_module(f"afterword.cli.{COMMANDS[name][0]}")
        parser = parser_of(name, COMMANDS[name][1], command.EXAMPLE)
        command.add_arguments(parser)
        options = parser.parse_args(told[1:])
        return int(command.run(options))
    except AfterwordError as error:
        return _complain(error.detail)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _SERVER_EXTRA:
            raise
        return _complain(f"{name} needs the server: pip install 'afterword[server]'")
    except BrokenPipeError:  # the reader, such as head, has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED


def _without_command(name: str) -> int:
    if name in ("-h", "--help"):
        print(_overview())
        return 0
    if name in ("-V", "--version"):
        from importlib.metadata import version  # noqa: PLC0415  # only here, and slow

        print(f"afterword {version('afterword')}")
        return 0
    return _complain(f"{name!r} is no command: there are {', '.join(COMMANDS)}.")


def _overview() -> str:
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {does}" for name, (_, does) in COMMANDS.items())
    return (
        "usage: afterword COMMAND [OPTIONS]\n\n"
        "Ask how a session with your AI agent went, and see quality change first.\n\n"
        f"{rows}\n\n"
        "  afterword COMMAND --help   options and an example\n"
        "  afterword --version"
    )


def _complain(what: str) -> int:
    print(f"afterword: {what}", file=sys.stderr)
    return WRONG_USE
