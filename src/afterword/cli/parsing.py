"""Options that several commands share, and where they lead."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from afterword.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.journal import Journal
    from afterword.server.settings import Settings


def parser_of(name: str, does: str, example: str) -> argparse.ArgumentParser:
    """Make the parser of one command, with an example below its help."""
    return argparse.ArgumentParser(
        prog=f"afterword {name}",
        description=f"{does[:1].upper()}{does[1:]}.",
        epilog="example:\n" + "\n".join(f"  {line}" for line in example.strip().splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add where the data lies."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="the data folder (default ./afterword-data, or AFTERWORD_DATA)",
    )
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help="the journal's database (default DIR/journal.db, or AFTERWORD_DATABASE_URL)",
    )


def add_project(parser: argparse.ArgumentParser) -> None:
    """Add which tenant."""
    parser.add_argument("--project", default="default", help="the tenant (default: default)")


def add_url(parser: argparse.ArgumentParser) -> None:
    """Add the choice of asking a server."""
    parser.add_argument("--url", help="ask this server instead of a data folder")
    parser.add_argument("--key", help="its key (default AFTERWORD_KEY)")


def ask_server(
    options: argparse.Namespace,
    path: str,
    query: dict[str, Any] | None = None,
    *,
    answers: frozenset[int] = frozenset(),
) -> bytes:
    """Read something from the server that the options name.

    Args:
        options: With ``url`` and ``key``.
        path: Of the call.
        query: Its parameters.
        answers: Statuses from 400 on that are answers to the question, not errors.

    Raises:
        SetupError: No key, no answer, or the server's own refusal.
    """
    return _call(options, answers, "GET", path, params=query)


def tell_server(
    options: argparse.Namespace, path: str, body: dict[str, Any] | None, method: str = "POST"
) -> bytes:
    """Write something to the server that the options name.

    Raises:
        SetupError: As for ``ask_server``.
    """
    return _call(options, frozenset(), method, path, json=body)


def _call(
    options: argparse.Namespace,
    answers: frozenset[int],
    method: str,
    path: str,
    **told: Any,  # noqa: ANN401  # as httpx takes them
) -> bytes:
    import httpx  # noqa: PLC0415  # heavy: only where a server is asked

    key = options.key or os.environ.get("AFTERWORD_KEY")
    if not key:
        raise SetupError("A server wants a key: --key, or AFTERWORD_KEY.", field="key")
    headers = {"Authorization": f"Bearer {key}"}
    url = f"{options.url.rstrip('/')}{path}"
    try:
        answer = httpx.request(method, url, headers=headers, timeout=60, **told)
    except httpx.HTTPError as exc:
        raise SetupError(f"{options.url} does not answer: {exc}.", field="url") from exc
    if answer.is_error and not (answer.status_code in answers and _is_answer(answer)):
        raise SetupError(_detail(answer))
    return answer.content


def _is_answer(answer: Any) -> bool:  # noqa: ANN401  # an httpx.Response; httpx loads late
    return str(answer.headers.get("content-type", "")).startswith("application/json")


def _detail(answer: Any) -> str:  # noqa: ANN401  # an httpx.Response; httpx loads late
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered {answer.status_code}, and not as Afterword does."


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice of JSON."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def settings_of(options: argparse.Namespace, **more: object) -> Settings:
    """Give the settings that options and environment say.

    Raises:
        SetupError: One of them is impossible.
    """
    from afterword.server.settings import Settings  # noqa: PLC0415  # not for --help

    told = {"data_dir": options.data, "database_url": options.database_url, **more}
    return Settings.read(os.environ, **told)


@contextmanager
def open_journal(settings: Settings, *, is_new: bool = False) -> Iterator[Journal]:
    """Open the journal for a command.

    Args:
        settings: Where it lies.
        is_new: Whether it may be made; else it must be there.

    Raises:
        SetupError: There is none.
    """
    from afterword.journal import Journal  # noqa: PLC0415  # heavy: not for --help
    from afterword.journal.engine import FILE  # noqa: PLC0415  # same

    path = settings.data_dir / FILE
    if not is_new and settings.database_url is None and not path.exists():
        raise SetupError(
            f"There is no journal in {settings.data_dir}: name its folder with --data, or begin"
            " with 'afterword serve', 'import' or 'simulate'."
        )
    data_dir = None if settings.database_url else settings.data_dir
    journal = Journal.open(data_dir, settings.database_url)
    try:
        yield journal
    finally:
        journal.close()


def show(result: dict[str, Any], words: str, *, as_json: bool) -> None:
    """Print a result for a program or for a person."""
    print(msgspec.json.encode(result).decode() if as_json else words)


def as_path(text: str) -> Path:
    """Read a path, with ``~`` for the home folder."""
    return Path(text).expanduser()


class Progress:
    """One line on a terminal that says how far a command is; nothing elsewhere."""

    def __init__(self, noun: str, total: int | None = None) -> None:
        """Begin at nothing.

        Args:
            noun: What is counted.
            total: Where it ends, if that is known.
        """
        self._noun, self._total = noun, total
        self._is_shown = sys.stderr.isatty()

    def __call__(self, n_done: int) -> None:
        """Show a count."""
        if not self._is_shown:
            return
        told = f"{n_done:,} {self._noun}"
        if self._total:
            filled = round(_BAR * min(1.0, n_done / self._total))
            told = f"{'█' * filled}{'░' * (_BAR - filled)}  {told}"
        print(f"\r\x1b[K{told}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the line away."""
        if self._is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


_BAR = 30
