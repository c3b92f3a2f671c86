"""The words of an ask."""

from __future__ import annotations

import re
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.events import Rating
from afterword.domain.own_texts import own_words
from afterword.domain.phrasebook import PHRASES
from afterword.domain.texts import NAMES, texts


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
    "locale",
    ["de-AT", "ES", "ja_JP", "ar-EG", "fr-CA", "pt-BR", "it", "nl-BE", "pl", "TR", "zh-CN"],
)
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
    "ja": ("今回の会話はいかがでしたか?", "役に立った", "まあまあ", "求めていたものと違った"),
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


def test_there_are_twelve_languages():
    """Those that the documents name."""
    assert sorted(PHRASES) == sorted(
        ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "ar", "zh", "ja"]
    )


@pytest.mark.parametrize("language", PHRASES)
def test_every_text_is_whole_and_short(language):
    """Nothing is missing, doubled, padded or longer than the form has room for."""
    told = dict(zip(NAMES, PHRASES[language], strict=True))

    assert {name: text for name, text in told.items() if not 0 < len(text) <= NAMES[name]} == {}
    assert len(set(told.values())) == len(told)
    plain = [text.replace("\u202f", " ") for text in told.values()]  # French, before its ?
    assert [text for text in plain if text != text.strip() or not text.isprintable()] == []
    assert "30" in told["too_long"]


_BEGGING = re.compile(
    r"please|rate us|bitte|s'il vous|por favor|per favore|alstublieft|proszę|prosimy|lütfen"
    r"|من فضلك|请|請|ください|\uff01|!|[1-5] ?(stars|Sterne)|⭐|🙏",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", PHRASES)
def test_nobody_is_begged(language):
    """No please, no exclamation, no stars: one plain question, and thanks for an answer."""
    told = dict(zip(NAMES, PHRASES[language], strict=True))

    assert [text for text in told.values() if _BEGGING.search(text)] == []
    assert told["question"].endswith(("?", "\uff1f", "\u061f"))
    assert told["reason_question"].endswith(("?", "\uff1f", "\u061f"))


_SCRIPTS = {"ar": "ARABIC", "zh": "CJK", "ja": "(CJK|HIRAGANA|KATAKANA)"}


@pytest.mark.parametrize("language", PHRASES)
def test_a_text_is_written_in_the_script_of_its_language(language):
    """A line that was put under the wrong language shows."""
    script = re.compile(_SCRIPTS.get(language, "LATIN"))
    letters = {letter for text in PHRASES[language] for letter in text if letter.isalpha()}

    assert [one for one in letters if not script.match(unicodedata.name(one))] == []


OWN = {
    "en": {"question": "Did we get there?"},
    "de": {"question": "Hat es geklappt?", "neutral": "ging so"},
    "de-at": {"question": "Hat's gepasst?"},
    "sv": {name: f"sv {name}" for name in NAMES},
}


@pytest.mark.parametrize(
    ("locale", "spoken", "question", "neutral"),
    [
        ("de", "de", "Hat es geklappt?", "ging so"),
        ("de_AT", "de-at", "Hat's gepasst?", "ging so"),
        ("de-AT-1996", "de-at", "Hat's gepasst?", "ging so"),
        ("de-CH", "de", "Hat es geklappt?", "ging so"),
        ("en-GB", "en", "Did we get there?", "okay"),
        ("sv-SE", "sv", "sv question", "sv neutral"),
        ("fi", "en", "Did we get there?", "okay"),
        (None, "en", "Did we get there?", "okay"),
        ("fr", "fr", texts("fr").question, "moyenne"),
    ],
)
def test_a_product_speaks_in_its_own_words(locale, spoken, question, neutral):
    """The nearest of its texts wins; what it leaves out is said as everywhere."""
    told = texts(locale, own_words(locale, OWN))

    assert (told.locale, told.question, told.options[1].label) == (spoken, question, neutral)
    assert [option.value for option in told.options] == list(Rating)
    if spoken.startswith("de"):
        assert (told.send, told.options[0].label) == ("Senden", "hilfreich")


@given(st.text())
def test_own_words_never_fail(locale):
    """Whatever the host calls a locale."""
    assert texts(locale, own_words(locale, OWN)).question
