"""What was learnt: the worth of words and shapes, in log-odds."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.domain.moments.phrases import Phrases
from afterword.domain.moments.reading import Reader, Said, pieces_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.domain.moments.reading import Reading, Shape

# What an agent did last, what its words are worth in units, its language: no word of it.
Heard = tuple[str, int, str | None]
FILE: Final = Path(__file__).with_name("weights.json")
_MOST: Final = 30.0  # log-odds beyond which nothing changes
_COMMON: Final = 24  # letters of a shape that comes again; longer ones are not kept
_KEPT: Final = 4096  # shapes; they hold no text


class Weights(Struct, frozen=True):
    """The detector's numbers, in units of ``step`` log-odds.

    Attributes:
        step: What one unit is worth.
        bias: That of a message of which nothing is known, in a language learnt from dialogues.
        languages: What such a language adds.
        words: For each such language, the weights of its words, undecoded until it is spoken.
        shape: The weights of shapes beside words.
        agent: The weights of what an agent had said, beside words.
        bias_alone: The bias in the other languages.
        shape_alone: The weights of shapes there.
        alone: For some languages learnt from dialogues, the share of what shapes alone say in the
            whole; below 0 where words say more than was learnt.
        phrases: What shapes are made of.
    """

    step: float
    bias: int
    languages: dict[str, int]
    words: dict[str, msgspec.Raw]
    shape: dict[str, int]
    agent: dict[str, int]
    bias_alone: int
    shape_alone: dict[str, int]
    alone: dict[str, float]
    phrases: Phrases


class Detector:
    """Weights, and a reader of what they are about."""

    def __init__(self, weights: Weights) -> None:
        """Index the phrases."""
        self.weights = weights
        self._reader = Reader(weights.phrases)
        self._common = lru_cache(_KEPT)(self._shape_units)
        self._words: dict[str, dict[str, int] | None] = {}

    def hear(self, agent_text: str | None) -> Heard:
        """Give what matters of an agent's message to the answer that it gets."""
        said = self._reader.hear(agent_text)
        return said.state, _sum(self.weights.agent, said.words), said.language

    def detect(
        self, text: str, heard: Heard, locale: str | None
    ) -> tuple[float | None, str | None]:
        """Give the probability in [0, 1] that the writer has finished, and the language.

        Both are None where the language is none that is known.
        """
        state, n_units, language = heard
        reading = self._reader.answer(text, Said(state, set(), language), locale)
        if reading.language is None:
            return None, None
        odds = self._units(reading, reading.language, n_units) * self.weights.step
        return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, odds)))), reading.language

    def words(self, language: str) -> dict[str, int] | None:
        """Give the weights of a language's words; None where none were learnt."""
        if language not in self._words:
            raw = self.weights.words.get(language)
            self._words[language] = (
                None if raw is None else msgspec.json.decode(raw, type=dict[str, int])
            )
        return self._words[language]

    def _units(self, reading: Reading, language: str, n_agent_units: int) -> int:
        words = self.words(language)
        is_short = len(reading.shape.letters) <= _COMMON
        units_of = self._common if is_short else self._shape_units
        if words is None:
            return units_of(reading.shape, is_alone=True)
        units = units_of(reading.shape, is_alone=False) + self.weights.languages.get(language, 0)
        units += _sum(words, reading.words) + n_agent_units
        share = self.weights.alone.get(language)
        if share is not None:
            units += round(share * (units_of(reading.shape, is_alone=True) - units))
        return units

    def _shape_units(self, shape: Shape, *, is_alone: bool) -> int:
        known = self.weights
        if is_alone:
            return known.bias_alone + _sum(known.shape_alone, pieces_of(shape))
        return known.bias + _sum(known.shape, pieces_of(shape))


def detector_of(encoded: bytes) -> Detector:
    """Make a detector of its file's bytes."""
    return Detector(msgspec.json.decode(encoded, type=Weights))


@cache
def shipped() -> Detector:
    """Give the detector of this package; read when it is first needed, and once."""
    return detector_of(FILE.read_bytes())


def _sum(weights: Mapping[str, int], names: set[str]) -> int:
    return sum(map(weights.get, names, repeat(0)))
