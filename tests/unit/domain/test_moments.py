"""Has the user finished?"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.moments import THRESHOLD, moment
from afterword.domain.moments.english import WEIGHTS, features, tokens_of

ROOT = Path(__file__).parents[3]
DIALOGUES = Path(os.environ.get("AFTERWORD_SHARED", ROOT.parent / "shared")) / "data" / "dev"
ANYTHING_ELSE = "Your table is booked. Is there anything else I can help you with?"


def fires(text, agent=None, locale=None):
    """Tell whether asking would begin here."""
    return moment(text, agent, locale).finished >= THRESHOLD


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("Thanks, bye!", None),
        ("Thank you so much for your help. Goodbye!", None),
        ("Great, thanks a lot! Have a nice day.", "You're all set."),
        ("That's all I needed, thanks.", "The reference number is WX81."),
        ("No, that will be all.", ANYTHING_ELSE),
        ("No thanks", ANYTHING_ELSE),
        ("nope, i'm good", ANYTHING_ELSE),
        ("No. That\u2019s all", ANYTHING_ELSE),
        ("THANK YOU, GOODBYE", None),
        ("ok bye", "You're welcome!"),
    ],
)
def test_farewells_are_heard(text, agent):
    """Thanks, goodbyes, and a no to the question whether there is more."""
    assert fires(text, agent)
    assert moment(text, agent).language == "en"


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("Why was I charged twice?", None),
        ("Thanks! Can you also book a taxi to the hotel?", "Your room is booked."),
        ("thanks, and what time does it open?", None),
        ("Great, thank you. I also need a restaurant in the centre.", None),
        ("Thanks, but that is not what I asked. Please try again.", None),
        ("Yes please", ANYTHING_ELSE),
        ("No, I want the other one", "Shall I take the early train?"),
        ("I need a cheap hotel for 3 nights", None),
        ("hello", None),
        ("def bye(): return 'thanks'  # why does this not work?", None),
    ],
)
def test_who_goes_on_is_left_alone(text, agent):
    """A question, a new request, or thanks with either."""
    assert not fires(text, agent)


@pytest.mark.parametrize(
    "text",
    [
        "Vielen Dank, auf Wiedersehen!",
        "Merci, au revoir",
        "Gracias, adi\u00f3s",
        "\u8c22\u8c22\uff0c\u518d\u89c1",
        "\u3042\u308a\u304c\u3068\u3046\u3054\u3056\u3044\u307e\u3059",
        "\u0441\u043f\u0430\u0441\u0438\u0431\u043e, \u043f\u043e\u043a\u0430",
        "\u0634\u0643\u0631\u0627 \u0645\u0639 \u0627\u0644\u0633\u0644\u0627\u0645\u0629",
    ],
)
def test_other_languages_are_left_to_silence(text):
    """What cannot be read is not guessed at, even where the host believes in English."""
    for locale in (None, "en", "en-GB"):
        found = moment(text, None, locale)
        assert found.language is None
        assert found.finished < 0.1


@pytest.mark.parametrize(
    "text", ["", " \n", "?!", "\U0001f44d", "\u200d\u200d", "\u0301", "\ufeff"]
)
def test_what_holds_no_word_says_nothing(text):
    """Emoji, signs and marks alone."""
    assert not fires(text, ANYTHING_ELSE)


@given(st.text(), st.none() | st.text(), st.none() | st.text(max_size=9))
def test_any_text_gets_a_probability_and_the_same_one_again(text, agent, locale):
    """Odd Unicode and nonsense locales do not break it."""
    found = moment(text, agent, locale)

    assert 0 <= found.finished <= 1
    assert found == moment(text, agent, locale)


@given(st.text(st.characters(codec=None), max_size=50))
def test_surrogates_and_unassigned_characters_are_read_past(text):
    """They stand beside the words and change nothing of them."""
    odd = text + "\ud800 \udfff \U000e0001"

    assert 0 <= moment(odd, odd, odd).finished <= 1


@pytest.mark.parametrize("unit", ["a", "a'", "bye ", "? ", "\U0001f600", "\u0130", "thanks but "])
def test_a_long_text_costs_what_its_last_500_characters_cost(unit):
    """Nothing before them is looked at: 100,000 characters say what their end says."""
    long = unit * (100_000 // len(unit))
    agent = ANYTHING_ELSE[::-1] * 1_000 + ANYTHING_ELSE * 10

    assert moment(long, agent) == moment(long[-500:], agent[-500:])


def test_a_farewell_after_a_long_text_is_heard():
    """People paste something and say goodbye below it."""
    assert fires("the log says it works now. " * 4_000 + "\n" * 500 + "Thanks a lot, goodbye!")


def test_the_host_breaks_a_tie_and_no_more():
    """A name or a number may be of any language; words are believed over the locale."""
    assert moment("Berlin", None, "en").language == "en"
    assert moment("Berlin", None, "de").language is None
    assert moment("thank you, bye", None, "de").language == "en"


def test_every_weight_has_its_feature():
    """And every feature is a plain number."""
    text = "thanks, that's all 4711"
    found = features(text, tokens_of(text), "")

    assert len(found) == len(WEIGHTS)
    assert all(float(value) >= 0 for value in found)


# The real dialogues


@pytest.fixture(scope="module")
def bench():
    """Load the bench, which labels and counts as the published baselines do."""
    if not DIALOGUES.is_dir():
        pytest.skip(f"the dialogues are not here: {DIALOGUES}")
    spec = importlib.util.spec_from_file_location("bench_moments", ROOT / "bench" / "moments.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Between the two halves of a corpus the share of interrupted dialogues differs by chance: with
# 500 dialogues and 10 % interrupted its standard error is 1.3 points. The baselines were measured
# on the other half, so staying a fifth below them here is worth more than one such error, and what
# was measured when this was written (.068, .032, .067, .127) leaves room for another.
@pytest.mark.parametrize("corpus", ["sgd", "star", "mwoz", "redial"])
def test_fewer_dialogues_are_interrupted_than_by_a_regex(bench, corpus):
    """At the shipped threshold, a fifth fewer than by closing words, and more precisely."""
    precision, _, fir, interrupted = bench.BASELINE[corpus]
    found = bench.measure(corpus, DIALOGUES)

    assert found.interrupted <= 0.8 * interrupted / 100
    assert found.fir <= 0.8 * fir / 100
    assert found.precision >= precision


@pytest.mark.parametrize(("corpus", "least"), [("sgd", 0.8), ("mwoz", 0.8), ("redial", 0.65)])
def test_most_closings_are_still_heard(bench, corpus, least):
    """Silence would interrupt nobody: a detector must be of use, too."""
    assert bench.measure(corpus, DIALOGUES).recall >= least


@pytest.mark.parametrize("corpus", ["realhumaneval", "crsarena"])
def test_where_nobody_says_goodbye_it_stays_silent(bench, corpus):
    """In chat with a language model it interrupts at most 2 % of the dialogues."""
    assert bench.measure(corpus, DIALOGUES).interrupted <= 0.02


@pytest.mark.parametrize(
    ("closing", "resumes", "after", "corpus", "label"),
    [
        (True, False, 0, "sgd", True),
        (True, True, 2, "sgd", False),
        (False, True, 2, "sgd", False),
        (False, False, 1, "sgd", None),
        (None, True, 3, "sgd", None),
        (True, True, 1, "star", True),
        (False, False, 1, "star", False),
        (False, False, 0, "star", None),
        (None, False, 0, "redial", True),
        (None, False, 1, "redial", None),
        (None, False, 2, "redial", False),
        (None, False, 2, "mwoz", None),
        (None, True, 2, "mwoz", False),
    ],
)
def test_labels_are_those_of_the_baselines(bench, closing, resumes, after, corpus, label):
    """Acts decide where there are any, the last message elsewhere, and doubt is left out."""
    row = {
        "is_closing": closing,
        "resumes": resumes,
        "user_turns_after": after,
        "is_last_user_turn": after == 0,
    }

    assert bench.has_finished(corpus, row) is label
