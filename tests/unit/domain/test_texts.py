"""The words of an ask."""

from __future__ import annotations

import msgspec
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


@pytest.mark.parametrize("locale", ["de-AT", "ES", "ja_JP", "ar-EG"])
def test_other_languages_say_everything_too(locale):
    """Every word of the form, and none of it in English."""
    told = texts(locale)
    said = msgspec.structs.astuple(told)
    labels = {option.label for option in told.options}

    assert told.locale == locale[:2].lower()
    assert all(said)
    assert len(labels) == 3
    assert not set(said) & set(msgspec.structs.astuple(texts("en")))


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


SAID = {
    "de": ("Wie lief dieses Gespräch?", "hilfreich", "okay", "nicht, was ich brauchte"),
    "es": ("¿Qué tal fue esta conversación?", "útil", "regular", "no era lo que necesitaba"),
    "ja": ("今回のやり取りはいかがでしたか?", "役に立った", "まあまあ", "求めていたものと違った"),
    "ar": ("كيف كانت هذه المحادثة؟", "مفيدة", "مقبولة", "ليست ما احتجت إليه"),
}


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        *(("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("es-419", "es"), ("es_MX", "es")),
        *(("ja", "ja"), ("ja_JP", "ja"), ("ja-JP-u-ca-japanese", "ja")),
        *(("ar", "ar"), ("ar-EG", "ar"), (" AR ", "ar")),
    ],
)
def test_an_ask_is_in_the_language_of_its_user(locale, language):
    """Whatever the country; each word belongs to its level, the best first."""
    found = texts(locale)
    labels = [option.label for option in found.options]

    assert found.locale == language
    assert (found.question.replace("\uff1f", "?"), *labels) == SAID[language]
    assert [option.value for option in found.options] == ["positive", "neutral", "negative"]


@pytest.mark.parametrize("language", SAID)
def test_a_language_has_words_of_its_own_for_everything(language):
    """Nothing was left in English, and nothing says the same twice."""
    found, english = texts(language), texts("en")
    words = [found.question, found.reason_question, found.acknowledgement]

    assert len(set(words)) == 3
    assert not set(words) & {english.question, english.reason_question, english.acknowledgement}
    assert found.acknowledgement == found.acknowledgement.strip() != ""


@pytest.mark.parametrize("locale", ["deu", "des", "jav", "arn", "est", "es419"])
def test_a_language_is_not_guessed_by_its_first_letters(locale):
    """Javanese is no Japanese."""
    assert texts(locale).locale == "en"
