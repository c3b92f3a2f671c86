"""Words: the limit of thirty, by vectors shared with the widget and by properties."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.words import UNSPACED, count_words, cut

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "words.json").read_text(encoding="utf-8")
)
TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab1 '-\u2019\u0301\u624b\u304b\u0e02\u200d_.\U0001f44d"), st.characters()
    )
)


@pytest.mark.parametrize("vector", VECTORS["count"], ids=lambda vector: vector["name"])
def test_every_shared_vector_is_counted(vector):
    """The widget counts the same: it is tested against the same file."""
    assert count_words(vector["text"]) == vector["words"]


@pytest.mark.parametrize("vector", VECTORS["cut"], ids=lambda vector: vector["name"])
def test_every_shared_vector_is_cut(vector):
    """What is kept ends with the last word within the limit."""
    assert cut(vector["text"], vector["limit"]) == (vector["cut"], vector["is_cut"])


def test_the_vectors_name_the_unspaced_ranges():
    """The widget reads its ranges from the vectors, so they must be ours."""
    assert VECTORS["unspaced"] == [f"U+{low:04X}-U+{high:04X}" for low, high in UNSPACED]


@given(TEXTS, st.integers(0, 12))
def test_a_cut_text_is_the_longest_beginning_that_fits(text, limit):
    """A cut keeps exactly the limit, and only ever shortens from the end."""
    kept, is_cut = cut(text, limit)

    assert text.startswith(kept)
    assert is_cut == (count_words(text) > limit)
    assert count_words(kept) == min(limit, count_words(text))
    assert is_cut or kept == text


@given(TEXTS, TEXTS)
def test_texts_set_apart_by_a_space_add_up(left, right):
    """A space ends every word, so counting is additive over it."""
    assert count_words(f"{left} {right}") == count_words(left) + count_words(right)


@given(st.text(st.characters(max_codepoint=127)))
def test_the_quick_way_for_ascii_counts_the_same(text):
    """A trailing emoji counts nothing and forces the slow way."""
    assert count_words(text) == count_words(text + "\U0001f44d")


@given(st.text(st.sampled_from("\u304b\u304d\u3099\u3046e\u0301o\u0308 ")))
def test_composed_and_decomposed_forms_count_the_same(text):
    """How a keyboard composes its accents is not the user's doing."""
    assert count_words(unicodedata.normalize("NFC", text)) == count_words(
        unicodedata.normalize("NFD", text)
    )


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("xy", 1),
        ("a-", 1),
        ("-'", 0),
        ("a--", 50_000),
        ("\u624b\u0301", 25_000),
        ("\U0001f44d ", 0),
    ],
)
def test_a_hostile_text_of_any_shape_is_counted(unit, words):
    """100,000 characters are one pass; quadratic work would hit the test's time limit."""
    text = unit * 50_000

    assert count_words(text) == words
    assert cut(text, 30)[1] is (words > 30)
