"""The how-tos of the examples show what the examples hold, word for word."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_TYPED = ("sh", "toml")  # what the reader types, and a file of the reader's own


@pytest.mark.parametrize(
    ("page", "example", "at_least"),
    [
        ("fastapi-react", "fastapi-react", 6),
        ("slack", "slack-bolt", 6),
        ("text-channels", "terminal", 2),
    ],
)
def test_each_block_stands_in_a_file_of_the_example(page, example, at_least):
    """Indented as it is there."""
    text = (ROOT / "docs" / "howto" / f"{page}.md").read_text()
    files = [
        path.read_text()
        for path in (EXAMPLES / example).rglob("*")
        if path.suffix in (".py", ".jsx", ".html", ".json") and "node_modules" not in path.parts
    ]
    shown = [
        "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True))
        for indent, language, body in _BLOCK.findall(text)
        if language not in _TYPED
    ]

    assert len(shown) >= at_least
    assert [block for block in shown if not any(block in file for file in files)] == []


def test_the_manifest_asks_for_what_its_events_need():
    """Each event of Slack has its scope, no scope is without a use, and both addresses are one."""
    manifest = json.loads((EXAMPLES / "slack-bolt" / "manifest.json").read_text())
    events = manifest["settings"]["event_subscriptions"]
    needed = {f"{event.removeprefix('message.')}:history" for event in events["bot_events"]}

    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed | {"chat:write"}
    assert events["request_url"] == manifest["settings"]["interactivity"]["request_url"]
