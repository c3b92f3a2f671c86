"""Files that name kinds of texts: what they may say, and all that is wrong with one at once."""

from __future__ import annotations

import pytest

from afterword.domain.kinds import Kind, kinds_of
from afterword.errors import SetupError

EXAMPLES = ["I want my money back", "please refund me", "where is my refund"]


def test_a_kind_has_phrases_or_examples_or_both():
    """In the order of the file."""
    told = {
        "billing": {"phrases": ["charged twice", "Rechnung*"]},
        "refunds": {"examples": EXAMPLES},
        "travel": {"phrases": ["\u98db\u884c\u6a5f"], "examples": EXAMPLES},
    }

    assert kinds_of(told) == (
        Kind("billing", ("charged twice", "Rechnung*")),
        Kind("refunds", (), tuple(EXAMPLES)),
        Kind("travel", ("\u98db\u884c\u6a5f",), tuple(EXAMPLES)),
    )
    assert kinds_of({}) == ()


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"billing": ["refund"]}, "billing: must be a table with phrases or examples"),
        ({"billing": {"phrases": []}}, "billing: has neither phrases nor examples"),
        ({"billing": {"phrase": ["x"]}}, "billing.phrase: is none of phrases, examples"),
        ({"billing": {"phrases": "refund"}}, "billing.phrases: must be a list of at most 200"),
        ({"billing": {"phrases": ["*"]}}, r"billing.phrases: a text has 1 to 100 .* unlike '\*'"),
        ({"billing": {"phrases": [7]}}, "billing.phrases: .* unlike '7'"),
        ({"billing": {"phrases": ["x" * 101]}}, "billing.phrases: a text has 1 to 100"),
        ({"a": {"examples": EXAMPLES[:2]}}, "a.examples: at least 3 are needed"),
        ({"a": {"examples": EXAMPLES}}, "only a has examples: they tell it from nothing"),
        ({" ": {"phrases": ["x"]}}, "a name has 1 to 200 characters"),
        ({"a\nb": {"phrases": ["x"]}}, "that: a name has 1 to 200 characters"),
        ({f"k{n}": {"phrases": ["x"]} for n in range(201)}, "201 tables; at most 200"),
    ],
)
def test_what_is_wrong_is_named(told, fault):
    """The field, what is wrong, and what is allowed."""
    with pytest.raises(SetupError, match=fault):
        kinds_of(told)


def test_all_mistakes_are_told_at_once():
    """Nobody mends a file line by line."""
    with pytest.raises(SetupError) as raised:
        kinds_of({"a": {"phrases": [""], "more": 1}, "b": {}})

    assert [part.partition(":")[0] for part in raised.value.detail.split("; ")] == [
        "a.phrases",
        "a.more",
        "b",
    ]
