"""Themes of short texts, learnt from a handful of examples of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST_EXAMPLES: Final = 3  # of each theme
SURE: Final = 0.6
_UNSEEN: Final = 1.0  # uses of each term that are taken as seen before in every theme
_POWERS: Final = tuple(2 ** (-k / 2) for k in range(-2, 9))


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest theme of a text, and how likely it is among the themes known."""

    theme: str
    probability: float

    @property
    def is_sure(self) -> bool:
        """Whether it may be counted; otherwise the text is of another theme, or of none."""
        return self.probability > SURE


@dataclass(frozen=True, slots=True, eq=False)
class Themes:
    """What each theme's texts are like. It holds no text, only terms and how often they came."""

    names: tuple[str, ...]
    places: Mapping[str, int]  # of each term in ``logs``
    logs: Array  # (themes, terms): log of a term's part in its theme
    power: float  # of the likelihood: terms of one text are no independent evidence

    def guess(self, terms: Collection[str]) -> Guess | NotEstimable:
        """Name the likeliest theme; or none, where no term was ever seen."""
        known = sorted(self.places[term] for term in set(terms) if term in self.places)
        if not known:
            return NotEstimable(Reason.NO_OVERLAP, len(terms))
        likely = _probabilities(self.logs[:, known].sum(1), self.power)
        return Guess(self.names[int(likely.argmax())], float(likely.max()))


def learn_themes(examples: Mapping[str, Sequence[Collection[str]]]) -> Themes | NotEstimable:
    """Learn themes from texts that somebody sorted, each given by its terms.

    Args:
        examples: At least two themes, at least three texts each. How many there are of each says
            nothing about how common it is. Texts of no theme need examples too, as one more.

    Returns:
        The themes, or why there are none.

    References:
        Multinomial naive Bayes: Manning, Raghavan & Schütze (2008), Introduction to Information
        Retrieval, ch. 13; each term once a text, all themes alike beforehand. The likelihood's
        power is the one at which examples that are left out in turn are told best.
    """
    few = min(map(len, examples.values()), default=0) if len(examples) > 1 else 0
    if few < LEAST_EXAMPLES:
        return NotEstimable(Reason.FEW_VALUES, few)
    texts = [set(text) for each in examples.values() for text in each]
    places = {term: at for at, term in enumerate(sorted(set().union(*texts)))}
    uses = np.zeros((len(texts), len(places)))
    for row, text in zip(uses, texts, strict=True):
        row[[places[term] for term in text]] = 1
    theme = np.repeat(np.arange(len(examples)), [len(each) for each in examples.values()])
    counts = np.stack([uses[theme == k].sum(0) for k in range(len(examples))])
    return Themes(tuple(examples), places, _logs(counts), _power(uses, theme, counts))


def _logs(counts: Array) -> Array:
    smoothed = counts + _UNSEEN
    parts: Array = np.log(smoothed / smoothed.sum(1, keepdims=True))
    return parts


def _probabilities(logs: Array, power: float) -> Array:
    weights = np.exp(power * (logs - logs.max()))
    likely: Array = weights / weights.sum()
    return likely


def _power(uses: Array, theme: NDArray[np.intp], counts: Array) -> float:
    told = []
    for row, own in zip(uses, theme, strict=True):
        left = counts.copy()
        left[own] -= row
        known = left.sum(0) > 0  # what nobody else said is unseen, as in a new text
        told.append((_logs(left[:, known]) @ row[known], own))
    losses = [
        -sum(np.log(_probabilities(logs, power)[own]) for logs, own in told) for power in _POWERS
    ]
    return _POWERS[int(np.argmin(losses))]
