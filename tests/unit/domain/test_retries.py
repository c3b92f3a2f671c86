"""Was the same asked for again? Told by turns, in whatever order they came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain import retries
from afterword.domain.retries import AGENT, TOOL, USER, add_turn, count_retries, mark_of
from afterword.domain.words import count_words

CHAT = "c-1"
QUESTION = "Why was I charged twice?"


def mark(text, chat=CHAT):
    """Mark a message of five words or so."""
    return mark_of(text, len(text.split()), chat)


def turns(*told):
    """Keep turns, a second apart: a role, or what the user said."""
    kept = []
    for second, one in enumerate(told):
        is_text = isinstance(one, str)
        add_turn(kept, second * 10**6, USER if is_text else one, mark(one) if is_text else 0)
    return kept


def test_a_second_answer_to_the_same_message_is_a_retry():
    """Each one more; an opening line of two, and an answer after a tool's, are none."""
    assert count_retries(turns(QUESTION, AGENT, AGENT, AGENT, "And on Friday then?", AGENT)) == 2
    assert count_retries(turns(AGENT, AGENT, QUESTION, AGENT)) == 0
    assert count_retries(turns(QUESTION, AGENT, TOOL, AGENT)) == 0


def test_a_message_said_again_is_a_retry():
    """In other letters too; short ones are said anew each time, and stand between for nothing."""
    again = "why was I charged TWICE??"

    assert count_retries(turns(QUESTION, AGENT, again, AGENT, again, AGENT)) == 2
    assert count_retries(turns(QUESTION, AGENT, "hello?", AGENT, again, AGENT)) == 1
    assert count_retries(turns("yes", AGENT, "yes", AGENT)) == 0
    assert count_retries(turns(QUESTION, AGENT, "What about my card then?", AGENT, again)) == 0


def test_marks_are_short_and_say_nothing_elsewhere():
    """Sixteen bits, other ones in another conversation, in any script; none for a short text."""
    assert 0 < mark(QUESTION) < 2**16
    assert mark(QUESTION) != mark(QUESTION, "c-2")
    assert mark_of("\u00dcber f\u00fcnf \u00c4pfel hier!", 4, CHAT) == mark_of(
        "\u00fcber f\u00dcnf \u00e4pfel HIER", 4, CHAT
    )
    assert mark_of("\ud800 half a pair", 4, CHAT) > 0
    assert mark("go on") == 0


@pytest.mark.parametrize(
    "text",
    [
        "Yes, that works for me.",
        "no, please find another one",
        "Ja, das passt mir gut",
        "\u306f\u3044\u3001\u305d\u308c\u3067\u304a\u9858\u3044\u3057\u307e\u3059",
        "go on now",
    ],
)
def test_answers_are_said_again_and_mean_something_new(text):
    """They have no mark; a question in the same script has one."""
    assert mark_of(text, count_words(text), CHAT) == 0
    assert mark_of("\u4e8c\u91cd\u306b\u8acb\u6c42\u3055\u308c\u307e\u3057\u305f", 5, CHAT) > 0


@given(
    st.lists(
        st.tuples(st.integers(-5, 5), st.sampled_from((USER, TOOL, AGENT)), st.integers(0, 2)),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
    st.integers(1, 6),
)
def test_the_order_of_arrival_does_not_matter(told, chance, most):
    """Nor does it where more turns come than are kept: the first ones in time stay."""
    kept, shuffled = [], []
    before, retries.TURNS_KEPT = retries.TURNS_KEPT, most
    try:
        for since_us, role, number in told:
            add_turn(kept, since_us, role, number if role == USER else 0)
        for since_us, role, number in chance.sample(told, len(told)):
            add_turn(shuffled, since_us, role, number if role == USER else 0)
    finally:
        retries.TURNS_KEPT = before

    assert kept == shuffled == sorted(kept)
    times = sorted(since_us for since_us, _, _ in told)
    assert [turn >> 18 for turn in kept] == times[:most]
