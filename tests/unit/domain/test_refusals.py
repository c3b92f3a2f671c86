"""Did the agent decline? Sentences of sixteen languages, written before any was tried."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afterword.domain.moments.phrases import LANGUAGES
from afterword.domain.refusals import is_refusal

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "refusals.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_declining_is_told_from_finding_nothing_and_from_offering(language):
    """An agent that found nothing, or asks what else it can do, has declined nothing."""
    told = VECTORS[language]

    assert [text for text in told["declines"] if not is_refusal(text)] == []
    assert [text for text in told["does_not"] if is_refusal(text)] == []


@pytest.mark.parametrize(
    ("text", "declines"),
    [
        ("I\u2019m sorry, but I can\u2019t help with that.", True),
        ("I CANNOT ASSIST WITH THAT", True),
        ("Sure! " + "word " * 60 + "I can't help with that.", False),
        ("Are you sure I can't help you find a hotel?", False),
        ("Don't worry, we can't give up now.", False),
        ("Sie k\u00f6nnen Cookies jederzeit ablehnen.", False),
        ("", False),
    ],
)
def test_only_the_head_is_read_and_spelling_does_not_matter(text, declines):
    """Agents decline at once; what they talk about later may be anything."""
    assert is_refusal(text) is declines
