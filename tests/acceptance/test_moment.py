"""``afterword moment`` from outside: rows in, rows out, in any language, whatever they hold."""

from __future__ import annotations

import json
import subprocess

import pytest

import afterword as package
from cli_harness import COMMAND, afterword


def moments(*rows, expect=0):
    """Pipe rows through the command."""
    told = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows)
    done = subprocess.run(  # noqa: S603  # our own command
        [COMMAND, "moment", "--jsonl"], input=told.encode(), capture_output=True, check=False
    )
    assert done.returncode == expect, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def test_rows_come_back_with_the_answer():
    """In order, with their other fields; a blank line is none."""
    rows = [
        {"id": 7, "text": "no, that's all", "previous_agent_text": "Anything else?"},
        "",
        {"text": "Wie komme ich zum Bahnhof?", "locale": "de", "previous_agent_text": None},
        {"text": "再见谢谢", "finished": "an older answer"},
    ]

    found, _ = moments(*rows)

    assert [one["ask"] for one in found] == [True, False, True]
    assert [one["language"] for one in found] == ["en", "de", "zh"]
    assert list(found[0]) == ["id", "text", "previous_agent_text", "finished", "ask", "language"]
    same = package.moment("no, that's all", "Anything else?")
    assert found[0]["finished"] == pytest.approx(same.finished, abs=1e-6)


def test_odd_texts_are_answered():
    """Nothing, a lone half of a character, a hundred thousand signs, a nonsense locale."""
    odd = ["", "\ud800", "\u200b" * 9, "\U0001f600" * 25_000, "def f(): pass\n" * 7_000]

    found, _ = moments(*({"text": one, "locale": "\u0000!"} for one in odd))

    assert [one["ask"] for one in found] == [False] * len(odd)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{nonsense", "Line 2 is no JSON"),
        ("[1]", "Line 2 is no JSON object"),
        ('{"previous_agent_text": "hello"}', "Line 2 needs a text"),
        ('{"text": 7}', "Line 2 needs a text"),
        ('{"text": "bye", "locale": 7}', "locale is no string"),
    ],
)
def test_a_wrong_row_is_named(line, told):
    """What came before it has been answered."""
    found, complaint = moments({"text": "bye"}, line, expect=2)

    assert len(found) == 1
    assert told in complaint


def test_the_format_must_be_said():
    """There is one so far."""
    assert b"--jsonl" in afterword("moment", expect=2).stderr
