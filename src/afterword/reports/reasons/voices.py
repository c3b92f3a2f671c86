"""Who says what: the people behind every theme and phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.kinds import OTHER
from afterword.domain.terms import terms
from afterword.reports.themes import shipped
from afterword.statistics.phrases import LEAST_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from afterword.history.questions.reasons import Said

    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]

THEME: Final = "theme"
PHRASE: Final = "phrase"
Item = tuple[str, str]  # kind and text
_LETTERS: Final = 4  # of a word that stands alone


class Voices:
    """The themes and phrases of reasons, each of five people or more, and who used them."""

    def __init__(self, said: Sequence[Said]) -> None:
        """Read the reasons."""
        texts = {text: place for place, text in enumerate(dict.fromkeys(one.text for one in said))}
        items: dict[Item, int] = {}
        of = [[items.setdefault(item, len(items)) for item in _items(text)] for text in texts]
        persons: dict[int, int] = {}
        self._person = np.array(
            [persons.setdefault(one.person, len(persons)) for one in said], np.int64
        )
        held = [of[texts[one.text]] for one in said]
        self._row = np.repeat(np.arange(len(said)), [len(one) for one in held])
        self._item = np.array([item for one in held for item in one], np.int64)
        self._forget_rare(len(items))
        self.items = tuple(items)

    def people(self, rows: Mask) -> int:
        """Count the people of some reasons."""
        return int(np.unique(self._person[rows]).size)

    def counts(self, rows: Mask) -> Ints:
        """Count the people of some reasons who used each item."""
        return self._users(rows[self._row], len(self.items))

    def users(self, rows: Mask, item: int) -> set[int]:
        """Name the people of some reasons who used an item, by a number of their own."""
        return set(self._person[self.rows(rows, item)].tolist())

    def rows(self, rows: Mask, item: int) -> Ints:
        """Give the places of those reasons that use an item."""
        found: Ints = self._row[(self._item == item) & rows[self._row]]
        return found

    def _users(self, pairs: Mask, n_items: int) -> Ints:
        width = int(self._person.max(initial=0)) + 1
        told = np.unique(self._item[pairs] * width + self._person[self._row[pairs]])
        found: Ints = np.bincount(told // width, minlength=n_items)
        return found

    def _forget_rare(self, n_items: int) -> None:
        # Most pairs of words were said once: looking at them takes nearly all of the time.
        enough = self._users(np.ones(len(self._row), bool), n_items) >= LEAST_PEOPLE
        kept = enough[self._item] if len(self._item) else np.zeros(0, bool)
        self._row, self._item = self._row[kept], self._item[kept]


def _items(text: str) -> list[Item]:
    theme = shipped().theme_of(text) or OTHER
    return [(THEME, theme), *((PHRASE, term) for term in sorted(terms(text)) if _says(term))]


def _says(term: str) -> bool:
    # "it" and "the" tell levels apart too, and a reader nothing.
    return " " in term or not term.isascii() or len(term) >= _LETTERS
