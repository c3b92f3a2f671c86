"""Themes of reasons, as they are shipped."""

from __future__ import annotations

import tomllib

import pytest

from afterword.domain.kinds import Kind
from afterword.reports.themes import FILE, Themes, shipped
from afterword.simulation.reasons import THEMES

# What the simulated worlds' reasons are about, which were written before the themes.
SAME = {
    "clear": "clear",
    "quick": "quick",
    "long": "too long",
    "half": "incomplete",
    "wrong": "wrong",
    "misunderstood": "misunderstood",
    "unable": "refused",
    "slow": "slow",
    "forgets": "repeated itself",
}


def test_reasons_that_somebody_else_wrote_are_told_apart():
    """Half of them, and hardly one is taken for another's: none is better than a wrong one."""
    told = [
        (shipped().theme_of(text), SAME[theme])
        for theme, (_, texts) in THEMES.items()
        for text in texts
    ]

    assert len(told) == 36
    assert sum(found == theme for found, theme in told) >= 18
    assert sum(found not in (None, theme) for found, theme in told) <= 2


@pytest.mark.parametrize(
    ("reason", "theme"),
    [
        ("Not clear at all!", "unclear"),
        ("has not solved my problem", "did not help"),
        ("nothing wrong with it", None),
        ("way too SLOW", "slow"),
        ("it refused to book", "refused"),
        ("The weather in Lisbon", None),
        ("", None),
    ],
)
def test_what_is_denied_is_not_what_is_said(reason, theme):
    """The longest phrase decides; what is about nothing known has no theme."""
    assert shipped().theme_of(reason) == theme


def test_every_shipped_theme_is_named_once_and_learnt_from_ten_examples():
    """And no phrase stands for two of them."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    phrases = [phrase for table in told.values() for phrase in table.get("phrases", [])]

    assert shipped().names == tuple(name for name in told if name != "other")
    assert min(len(table["examples"]) for table in told.values()) >= 10
    assert len(phrases) == len(set(phrases))


def test_a_projects_own_themes_may_be_phrases_alone():
    """Nothing is learnt then, and nothing guessed."""
    themes = Themes([Kind("price", ("too expensive", "price*")), Kind("tone", ("rude",))])

    assert themes.names == ("price", "tone")
    assert themes.theme_of("the prices are steep") == "price"
    assert themes.theme_of("expensive") is None
