"""What the user came for, inferred from what was said."""

from __future__ import annotations

import pytest

from afterword.domain.kinds import Kind
from afterword.domain.phrase_finder import PhraseFinder
from afterword.domain.session import Session
from afterword.domain.use_cases import Inferred, InferredBy, UseCases

FINDER = PhraseFinder(
    [
        ("charge", "billing"),
        ("charged twice", "refunds"),
        ("refund*", "refunds"),
        ("Rechnung*", "billing"),
        ("f\u00fcr meine Rechnung*", "receipts"),
        ("\u8fd4\u91d1", "refunds"),
        ("plan b", "plans"),
        ("plan c", "never"),
        ("b plan", "later"),
    ]
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Why was I CHARGED  TWICE?!", "refunds"),
        ("The charge, please", "billing"),
        ("I was charged; twice more I paid", "refunds"),
        ("Are you recharged?", None),
        ("discharge twice", None),
        ("I'd like refunding", "refunds"),
        ("Wo ist die Rechnungsnummer?", "billing"),
        ("Einen Beleg f\u00fcr meine Rechnungen bitte", "receipts"),
        ("\u5168\u984d\u8fd4\u91d1\u3057\u3066\u304f\u3060\u3055\u3044", "refunds"),
        ("plan b plan c", "plans"),
        ("", None),
        ("x " * 600 + "charge", None),
    ],
)
def test_phrases_are_whole_words_in_any_case(text, kind):
    """The longest decides, of equally long ones the first of the file; beginnings where told."""
    assert FINDER.find(text) == kind


def session(**fields):
    """Make a session of which nothing else is known."""
    return Session(project="p", conversation_id="c", number=1, opened_us=0, **fields)


def test_the_first_phrase_goes_before_every_guess():
    """Then the first guess; and what could not go before what is known is not looked at."""
    asked = []

    def guess(text):
        asked.append(text)
        return "travel" if "fly" in text else None

    kinds = [Kind("billing", ("charged twice",)), Kind("travel"), Kind("other", ("just looking",))]
    cases = UseCases(kinds, guess)
    guessed = cases.infer("I fly", 5, "e", None)
    told = cases.infer("charged twice", 9, "e", guessed)

    assert guessed == Inferred((1, 5, "e"), "travel")
    assert (told.use_case, told.by) == ("billing", InferredBy.PHRASE)
    assert cases.infer("I fly", 4, "e", guessed) == Inferred((1, 4, "e"), "travel")
    assert cases.infer("I fly", 6, "e", guessed) is None
    assert cases.infer("charged twice", 10, "e", told) is None
    assert cases.infer("hello", 1, "e", None) is None
    assert cases.infer("just looking to fly", 1, "e", None) is None
    assert asked == ["I fly", "I fly", "hello"]


def test_what_the_host_says_is_never_mixed_with_what_was_inferred():
    """It stands alone, and nothing is inferred beside it."""
    found = Inferred((1, 5, "e"), "travel")
    alone, told = session(inferred=found), session(inferred=found, use_case="billing")

    assert (alone.use_case, alone.inferred_use_case) == (None, "travel")
    assert alone.inferred_by is InferredBy.CLASSIFIER
    assert (told.inferred_use_case, told.inferred_by) == (None, None)
