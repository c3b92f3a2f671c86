"""``afterword moment``: has the user finished? Reads rows, writes them with the answer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from afterword.domain.moments import THRESHOLD, moment
from afterword.errors import InvalidField

if TYPE_CHECKING:
    import argparse

EXAMPLE = """
afterword moment --jsonl < messages.jsonl > moments.jsonl
echo '{"text": "no thanks", "previous_agent_text": "Anything else?"}' | afterword moment --jsonl
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--jsonl",
        action="store_true",
        required=True,
        help='one JSON object a line, with "text" and, where known, "previous_agent_text" and'
        ' "locale"; each comes back with "finished", "ask" and "language"',
    )


def run(_: argparse.Namespace) -> int:
    """Answer line by line, so that a program may keep the pipe open."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            print(json.dumps(_answered(line, number)), flush=True)
    return 0


def _answered(line: bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InvalidField(f"Line {number} is no JSON: {error}.", field="line") from error
    if not isinstance(row, dict):
        raise InvalidField(f"Line {number} is no JSON object.", field="line")
    text, agent, locale = (row.get(one) for one in ("text", "previous_agent_text", "locale"))
    if not isinstance(text, str):
        raise InvalidField(f"Line {number} needs a text, a string.", field="text")
    for name, told in (("previous_agent_text", agent), ("locale", locale)):
        if told is not None and not isinstance(told, str):
            raise InvalidField(f"Line {number}: {name} is no string.", field=name)
    found = moment(text, agent, locale)
    return row | {
        "finished": round(found.finished, 6),
        "ask": found.finished >= THRESHOLD,
        "language": found.language,
    }
