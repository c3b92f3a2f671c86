"""The words of an ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.events import Rating
from afterword.domain.texts import texts


def test_the_english_ask_says_what_the_pages_promise():
    """Question, three answers best first, one why, one thank-you."""
    english = texts("en")

    assert english.question == "How did this session go?"
    assert [(option.value, option.label) for option in english.options] == [
        (Rating.POSITIVE, "helpful"),
        (Rating.NEUTRAL, "okay"),
        (Rating.NEGATIVE, "not what I needed"),
    ]
    assert english.reason_question == "Anything we could have done better?"
    assert english.acknowledgement == "Thanks \u2014 we'll use that to improve."


@pytest.mark.parametrize(
    "locale", ["en", "EN", "en-GB", "en_US", " en", None, "", "tlh", "-", "\0"]
)
def test_english_stands_in_for_every_other_locale(locale):
    """A host's locale is never checked, and never a reason to show nothing."""
    assert texts(locale).locale == "en"


@given(st.text())
def test_whatever_the_locale_says_there_are_three_answers(locale):
    """Each answer is one of the three levels, once."""
    assert {option.value for option in texts(locale).options} == set(Rating)
