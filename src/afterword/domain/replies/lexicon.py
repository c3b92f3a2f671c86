"""What a language's words do in an answer: judge, turn around, weaken, frame, or ask for more."""

from __future__ import annotations

from enum import Enum, auto
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

from afterword.domain.events import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONG: Final = 7  # letters from which one that is wrong, missing, doubled or swapped is forgiven


class Part(Enum):
    """What a phrase does at the head of an answer."""

    POSITIVE = auto()
    PRAISE = auto()  # positive, but also said to what the agent just did: "great"
    FAULTLESS = auto()  # positive; denied it is no more than neutral: "not perfect"
    NEUTRAL = auto()
    ASSENT = auto()  # neutral, but also said to anything: "ok"
    NEGATIVE = auto()
    MERIT = auto()  # a good side, "fast": an answer alone, a reason after one
    FLAW = auto()  # a bad side, "slow"
    DENIES = auto()  # turns what follows around
    REFUSES = auto()  # the same, and negative where nothing follows: "not really"
    MORE = auto()
    LESS = auto()  # makes what follows neutral: "somewhat"
    UTTERLY = auto()  # after a denial: "not bad at all"
    FRAME = auto()  # says that the session is meant: "it was"
    POINTS = auto()  # may mean what was just said, a proposal: "that is"
    AGREES = auto()  # answers something else: "yes", "sure"
    HEDGE = auto()  # softens, and shows an answer: "I guess"
    FILLER = auto()
    THANKS = auto()
    AND = auto()
    BUT = auto()
    BECAUSE = auto()
    NEVER = auto()  # ends asking, where nothing else is said
    PLEASE = auto()  # goes with that only: elsewhere it begs the agent
    OTHER = auto()  # looks like an answer and is none: "good morning"


RATINGS: Final = {
    Part.POSITIVE: Rating.POSITIVE,
    Part.PRAISE: Rating.POSITIVE,
    Part.FAULTLESS: Rating.POSITIVE,
    Part.MERIT: Rating.POSITIVE,
    Part.NEUTRAL: Rating.NEUTRAL,
    Part.ASSENT: Rating.NEUTRAL,
    Part.NEGATIVE: Rating.NEGATIVE,
    Part.FLAW: Rating.NEGATIVE,
}


_MENDED: Final = (*RATINGS, Part.MORE, Part.LESS)


class Phrases:
    """A set of phrases that can be looked for among words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Take them."""
        self.all = frozenset(phrases)
        self._longest = _longest(self.all)

    def begin(self, words: Sequence[str]) -> bool:
        """Tell whether the words begin with one."""
        return self._begin_at(words, 0)

    def stand_in(self, words: Sequence[str]) -> bool:
        """Tell whether one stands anywhere among the words."""
        return any(self._begin_at(words, place) for place in range(len(words)))

    def _begin_at(self, words: Sequence[str], place: int) -> bool:
        most = self._longest.get(words[place], 0) if words else 0
        return any(
            " ".join(words[place : place + length]) in self.all for length in range(1, most + 1)
        )


class Lexicon:
    """One language's phrases: without accents, in lower case, parted by commas."""

    def __init__(
        self,
        parts: dict[Part, str],
        *,
        numbers: str,
        clues: str,
        subjects: str,
        requests: str,
        openers: str,
    ) -> None:
        """Take the phrases.

        Args:
            parts: What may stand at the head of an answer; a phrase may have two parts.
            numbers: The words for one, two and three.
            clues: By which a reason is known anywhere in it: "took", "repeated".
            subjects: With which a reason begins: "it", "the bot", "you".
            requests: What no reason holds: "please", "can you".
            openers: With which a clause for the agent begins: "book", "what".
        """
        self.parts: dict[str, tuple[Part, ...]] = {}
        for part, said in parts.items():
            for phrase in _cut(said):
                self.parts[phrase] = (*self.parts.get(phrase, ()), part)
        self.numbers = dict(zip(_cut(numbers), Rating, strict=True))
        self.clues = Phrases(_cut(clues))
        self.subjects = Phrases(_cut(subjects))
        self.requests = Phrases(_cut(requests))
        self.openers = Phrases(_cut(openers))
        self._longest = _longest(self.parts)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every phrase."""
        sets = (self.clues, self.subjects, self.requests, self.openers)
        phrases = {*self.parts, *self.numbers}.union(*(one.all for one in sets))
        return frozenset(word for phrase in phrases for word in phrase.split())

    def spell(self, word: str) -> str:
        """Give the word that is meant: held letters shortened, one wrong letter mended."""
        if word in self.words:
            return word
        short = "".join(one for at, one in enumerate(word) if one != word[at - 1 : at])
        if short in self.words:
            return short
        if len(word) < _LONG - 1:
            return word
        meant = (self._meant[key] for key in _keys(word) if key in self._meant)
        return next((one for one in meant if not _is_inflected(one, word)), word)

    def parts_at(self, words: Sequence[str], place: int) -> tuple[tuple[Part, ...], int]:
        """Find the longest phrase that begins at a place; give its parts and its length."""
        most = self._longest.get(words[place], 0) if place < len(words) else 0
        for length in range(min(most, len(words) - place), 0, -1):
            parts = self.parts.get(" ".join(words[place : place + length]))
            if parts is not None:
                return parts, length
        return (), 1

    @cached_property
    def _meant(self) -> dict[str, str]:
        long = [
            phrase
            for phrase, parts in self.parts.items()
            if parts[0] in _MENDED and len(phrase) >= _LONG and " " not in phrase
        ]
        return {key: word for word in long for key in _keys(word)}


def _cut(said: str) -> list[str]:
    return [one for phrase in said.split(",") for one in _spelt_out(phrase)]


def _spelt_out(phrase: str) -> list[str]:
    """Give what "stop/quit asking /me /every_time" stands for; _ keeps an alternative together."""
    choices = (place.replace("_", " ").split("/") for place in phrase.split())
    return [" ".join(filter(None, chosen)) for chosen in product(*choices) if any(chosen)]


def _longest(phrases: Iterable[str]) -> dict[str, int]:
    """Give, by first word, how many words the longest phrase has."""
    longest: dict[str, int] = {}
    for phrase in phrases:
        first, *others = phrase.split()
        longest[first] = max(longest.get(first, 0), 1 + len(others))
    return longest


def _is_inflected(one: str, other: str) -> bool:
    return len(one) == len(other) and one[:-1] == other[:-1]  # funciono is not funciona


def _keys(word: str) -> list[str]:
    # Two words that differ by one letter, or by two swapped ones, share one of these.
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
