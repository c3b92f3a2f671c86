"""The words of an alert: what happened, as its state stands."""

from __future__ import annotations

import pytest

from afterword.notify.telling import Words, words_of
from notify_cast import alert, digest

TITLE = "Negative ratings rose to 16 % in billing"


@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("alert.opened", TITLE),
        ("alert.updated", f"Update: {TITLE}"),
        ("alert.resolved", f"Resolved: {TITLE}"),
    ],
)
def test_a_title_says_what_became_of_it(topic, title):
    """It was opened, there is news of it, it is over."""
    words = words_of(alert(topic))

    assert (words.title, words.lines[0]) == (title, "Release v42 carries most of it.")
    assert words.url == "https://aw.example/alerts/al_1"


def test_another_project_is_named():
    """Its people may share a channel with those of the usual one."""
    assert words_of(alert(project="shop")).lines[-1] == "Project shop."
    assert "Project" not in "".join(words_of(alert()).lines)


def test_a_part_is_one_line_and_not_endless():
    """Whatever a host called its use case."""
    words = words_of(alert(title="x\n" * 1_000, summary=["a\r\nb\x1b[31m", "y" * 10_000]))

    assert len(words.title) == 200
    assert "\n" not in words.title
    assert words.lines[0] == "a  b\ufffd[31m"
    assert len(words.lines[1]) == 500


def test_a_digest_is_its_lines():
    """As they were written."""
    words = words_of(digest())

    assert (words.title, words.lines) == (
        "Last week: 62 % helpful",
        ("62 % helpful, 9 % not.", "Nothing moved."),
    )


def test_what_does_not_fit_is_left_out_and_seen():
    """By whole lines."""
    words = Words(title="t", lines=("aaaa", "bbbb", "cccc"))

    assert words.cut(8) == ("aaaa", "bbbb", "…")
    assert words.cut(12) == ("aaaa", "bbbb", "cccc")
