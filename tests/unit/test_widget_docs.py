"""The page about the widget names everything that a host can set, call, hear or style."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from afterword.domain.texts import texts

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "web" / "widget" / "widget.js").read_text()
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


def test_its_english_is_the_servers():
    """A form that the user opens reads like one that the server asked for."""
    told = msgspec.to_builtins(texts("en"))
    del told["locale"]
    own = re.search(r"^const ENGLISH = \{\n(.*?)^\};", SOURCE, re.MULTILINE | re.DOTALL)[1]

    assert re.findall(r"^  (\w+):", own, re.MULTILINE) == [*told]
    assert _strings(own) == [*_leaves(told)]


def _strings(source):
    return [text for _, text in re.findall(r"""(['"])(.*?)\1""", source)]


def _leaves(told):
    for value in told.values():
        if isinstance(value, str):
            yield value
        else:
            for option in value:
                yield from _leaves(option)
