"""The how-to says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from afterword.journal.outbox import Topic
from afterword.notify.channels import Channel, Kind, read_channels
from afterword.notify.schedule import DELAYS
from afterword.notify.sender import REDIRECTS, SECONDS

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "notify.md").read_text()
UNITS = {"s": 1, "min": 60, "h": 3_600}


def test_its_channels_are_right(tmp_path):
    """Each example can be copied as it stands."""
    examples = re.findall(r"^ *```toml\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
    path = tmp_path / "channels.toml"
    path.write_text("".join(examples))

    assert [channel.kind for channel in read_channels(path)] == [
        *(Kind.SLACK, Kind.EMAIL, Kind.DISCORD, Kind.TEAMS, Kind.PAGERDUTY, Kind.APPRISE),
        Kind.WEBHOOK,
    ]


def test_it_names_every_field_event_and_kind():
    """And no field that is none."""
    section = PAGE.partition("## Every field")[2]
    fields = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)

    assert sorted(fields) == sorted(Channel.__struct_fields__)
    assert [name for name in (*Topic, *Kind) if f"`{name}`" not in section] == []


def test_its_webhook_is_what_is_sent():
    """Every field of the data, in the order of the wire; the courier's tests hold the same set."""
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    told = msgspec.json.decode(example)

    assert list(told) == ["type", "timestamp", "data"]
    assert list(told["data"]) == [
        *("session_id", "conversation_id", "rating", "reason", "trigger", "user_id", "release"),
        *("use_case", "environment", "rated_at", "url"),
    ]


def test_its_schedule_is_the_one_kept():
    """After each failure the wait that stands there."""
    (told,) = re.findall(r"tried again after (.*?), each", PAGE)
    waits = [int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+) (s|min|h)\b", told)]

    assert tuple(waits) == DELAYS
    assert f"no answer in {SECONDS:.0f} s" in PAGE
    assert f"at most {REDIRECTS} times" in PAGE
