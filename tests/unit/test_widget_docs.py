"""The page about the widget names everything that a host can set, call, hear or style."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afterword.domain.texts import texts

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "web" / "widget" / "widget.v1.js").read_text()
PAGE = (ROOT / "docs" / "howto" / "widget.md").read_text()
NAMED = set(re.findall(r"`([\w-]+)(?:\(.*?\))?`", PAGE))


def test_every_attribute_is_described():
    """What the element reads or its style asks for."""
    read = re.findall(r"(?<!\.)\bget\('([\w-]+)'\)", SOURCE)
    names = {*read, *re.findall(r":host\(\[(\w+)=", SOURCE)}

    assert len(names) == 10
    assert names - NAMED == set()


def test_every_event_method_and_property_is_described():
    """The element's interface."""
    events = {f"afterword-{name}" for name in re.findall(r"tell\('(\w+)'", SOURCE)}

    assert events == {
        "afterword-ask",
        "afterword-rated",
        "afterword-dismissed",
        "afterword-action",
    }
    assert events | {"open", "end", "rate", "afterNegative"} <= NAMED


def test_every_variable_and_part_is_described():
    """What a host's style sheet may name."""
    variables = set(re.findall(r"var\((--afterword-\w+)", SOURCE))
    parts = {name.split()[0] for name in re.findall(r"make\(\s*['`]([\w -]+)", SOURCE)}

    assert len(variables) == 7
    assert len(parts) >= 16
    assert (variables | parts) - NAMED == set()


@pytest.mark.parametrize("locale", ["en", "de", "es", "ja", "ar"])
def test_its_words_are_the_servers(locale):
    """A form that the user opens reads like one that the server asked for."""
    line = re.search(rf"^  {locale}: (['\"])(.*)\1,$", SOURCE, re.MULTILINE)[2].split("|")
    told = texts(locale)

    assert told.locale == locale
    assert line[1:7] == [
        told.question,
        *(option.label for option in told.options),
        told.reason_question,
        told.acknowledgement,
    ]
    assert len(line) == 12
