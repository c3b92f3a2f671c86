"""Themes learnt from a handful of examples."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from afterword.domain.terms import terms
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.themes import SURE, Guess, learn_themes

WORDS = {
    "billing": [
        "charged",
        "twice",
        "invoice",
        "refund",
        "price",
        "money",
        "fee",
        "bill",
        "payment",
        "card",
    ],
    "speed": [
        "slow",
        "waited",
        "minutes",
        "took",
        "forever",
        "lag",
        "fast",
        "quick",
        "long",
        "speed",
    ],
    "wrong": [
        "wrong",
        "incorrect",
        "answer",
        "hallucinated",
        "false",
        "mistake",
        "facts",
        "outdated",
        "error",
    ],
    "loop": [
        "repeated",
        "loop",
        "same",
        "circles",
        "kept",
        "asking",
        "question",
        "stuck",
        "over",
        "again",
    ],
    "tone": [
        "rude",
        "cold",
        "friendly",
        "polite",
        "patient",
        "robotic",
        "kind",
        "tone",
        "nice",
        "warm",
    ],
    "none": ["it"],
}
FILLERS = [
    "the",
    "it",
    "i",
    "was",
    "and",
    "to",
    "my",
    "of",
    "a",
    "this",
    "that",
    "for",
    "with",
    "not",
    "very",
    "but",
    "just",
    "me",
    "so",
    "had",
]
TWO = {
    "money": [("a", "b"), ("a", "c"), ("a",)],
    "time": [("d", "b"), ("d", "e", "f"), ("d", "e")],
}
THREE = {**TWO, "mixed": [("a", "d"), ("a", "e"), ("b", "d", "f")]}
LONG = {**THREE, "mixed": [("a", "d"), ("a", "e"), ("b", "d", *"fghijklmnopqrst")]}


def reason(rng, theme):
    """Write four to eleven words, a quarter of them about the theme."""
    own = WORDS[theme]
    words = [
        own[rng.integers(len(own))] if rng.random() < 0.25 else FILLERS[rng.integers(20)]
        for _ in range(rng.integers(4, 12))
    ]
    return terms(" ".join(words))


def judged(n, seed=91, runs=4):
    """Learn from n examples a theme; give (is right, probability) of 100 others a run."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(runs):
        themes = learn_themes({name: [reason(rng, name) for _ in range(n)] for name in WORDS})
        for name in rng.choice(list(WORDS), 100):
            guess = themes.guess(reason(rng, name))
            if isinstance(guess, Guess):
                found.append((guess.theme == name, guess.probability))
    return np.array(found).T


def test_probabilities_are_those_of_bayes():
    """Worked out in fractions: six terms, one use of each seen before; then to the power."""
    themes = learn_themes(TWO)
    found = themes.guess(("a", "b", "unheard"))

    money = Fraction(3 + 1, 5 + 6) * Fraction(1 + 1, 5 + 6)
    time = Fraction(0 + 1, 7 + 6) * Fraction(1 + 1, 7 + 6)
    odds = float(money / time) ** themes.power
    assert found.theme == "money"
    assert found.probability == pytest.approx(odds / (1 + odds))


@pytest.mark.parametrize(
    ("text", "theme", "probability"),
    [("ab", "money", 0.58275862), ("bd", "time", 0.47637795), ("aef", "mixed", 0.48775423)],
)
def test_without_a_power_it_is_naive_bayes(text, theme, probability):
    """As scikit-learn 1.9.1 finds it: MultinomialNB(alpha=1, fit_prior=False)."""
    found = replace(learn_themes(THREE), power=1.0).guess(text)

    assert (found.theme, found.probability) == (theme, pytest.approx(probability, abs=5e-9))


@pytest.mark.parametrize("examples", [THREE, LONG])
def test_the_power_is_the_one_that_tells_left_out_examples_best(examples):
    """Leaving out each example, the log loss at the next power up or down is no smaller."""
    themes = learn_themes(examples)

    def loss(power):
        total, named = 0.0, [(name, text) for name in examples for text in examples[name]]
        for at, (name, text) in enumerate(named):
            others = named[:at] + named[at + 1 :]
            known = {term for _, each in others for term in each}
            weights = {}
            for one in examples:
                said = [term for theme, each in others if theme == one for term in each]
                parts = [
                    (said.count(t) + 1) / (len(said) + len(known)) for t in text if t in known
                ]
                weights[one] = np.prod(parts) ** power
            total -= np.log(weights[name] / sum(weights.values()))
        return total

    assert loss(themes.power) <= min(loss(themes.power / 2**0.5), loss(themes.power * 2**0.5))


def test_more_examples_tell_more():
    """From three to twenty examples a theme; what is sure is mostly right, at any number."""
    right = {n: judged(n) for n in (3, 8, 20)}
    share = {n: is_right.mean() for n, (is_right, _) in right.items()}
    sure = {n: (probability > SURE).mean() for n, (_, probability) in right.items()}

    assert share[3] + 0.05 < share[8]
    assert share[8] + 0.05 < share[20]
    assert share[20] > 0.65
    assert sure[3] < sure[8] < sure[20]
    is_right, probability = right[20]
    assert is_right[probability > SURE].mean() > 0.8


def test_no_surer_than_right():
    """The mean probability is the share that is right; with few examples it is less."""
    few, many = judged(5), judged(20)

    assert few[1].mean() <= few[0].mean() + 0.03
    assert many[1].mean() == pytest.approx(many[0].mean(), abs=0.06)


def test_scripts_without_spaces():
    """Two letters in a row do as words in Japanese and Chinese."""
    themes = learn_themes(
        {
            "refund": [
                terms(t) for t in ("返金してほしい", "返金がまだ来ない", "二重に請求された返金")
            ],
            "speed": [
                terms(t) for t in ("返事が遅い", "とても遅くて待った", "遅い、待ち時間が長い")
            ],
        }
    )

    assert themes.guess(terms("返金をお願いします")).theme == "refund"
    assert themes.guess(terms("ずっと待ったし遅い")).theme == "speed"


def test_order_and_repeats_do_not_matter():
    """Of examples of a theme, nor of terms of a text."""
    turned = learn_themes({name: texts[::-1] for name, texts in TWO.items()})

    assert turned.guess(("b", "a", "a")) == learn_themes(TWO).guess(("a", "b"))


def test_a_text_of_unheard_terms_has_no_theme():
    """Nor has an empty one."""
    assert learn_themes(TWO).guess(("x", "y")) == NotEstimable(Reason.NO_OVERLAP, 2)
    assert learn_themes(TWO).guess(()) == NotEstimable(Reason.NO_OVERLAP, 0)


def test_sure_is_above_six_in_ten():
    """At six in ten exactly it is not."""
    assert Guess("money", 0.601).is_sure
    assert not Guess("money", 0.6).is_sure


@pytest.mark.parametrize(
    ("examples", "n"),
    [({}, 0), ({"money": TWO["money"]}, 0), ({**TWO, "few": [("a",), ("b",)]}, 2)],
)
def test_too_few_examples_are_said(examples, n):
    """No themes, one theme, and two examples."""
    assert learn_themes(examples) == NotEstimable(Reason.FEW_VALUES, n)
