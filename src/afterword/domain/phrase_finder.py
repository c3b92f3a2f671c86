"""Finding phrases in texts: whole words in any case, the longest phrase first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from afterword.domain.moments.signs import prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_READ: Final = 1_000  # characters: what somebody came for is said early
_Entry = tuple[str, int]  # a phrase between blanks, and how late it was told, negative


class PhraseFinder:
    """Finds which kind of text a phrase speaks for."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Index the phrases.

        Args:
            phrases: Each with its kind. ``refund*`` stands for all words that begin so, at the
                end of a phrase. Where a script has no blanks between words, a phrase may stand
                anywhere.
        """
        self._kinds: list[str] = []
        self._by_word: dict[str, list[_Entry]] = {}
        self._stems: list[_Entry] = []
        self._anywhere: list[_Entry] = []
        for phrase, kind in phrases:
            self._add(prepared(phrase), -len(self._kinds))
            self._kinds.append(kind)
        self._heads = tuple(stem[1:] for stem, _ in self._stems)

    def find(self, text: str) -> str | None:
        """Give the kind of the longest phrase in a text; of equally long ones the one told first.

        Args:
            text: Its first 1,000 characters are read.
        """
        plain = prepared(text[:_READ])
        words = _WORD.findall(plain)
        spaced = f" {' '.join(words)} "
        tried = [entry for word in self._by_word.keys() & words for entry in self._by_word[word]]
        if any(word.startswith(self._heads) for word in words):
            tried += self._stems
        found = [(len(phrase), place) for phrase, place in tried if phrase in spaced]
        found += [(len(phrase), place) for phrase, place in self._anywhere if phrase in plain]
        return self._kinds[-max(found)[1]] if found else None

    def _add(self, plain: str, place: int) -> None:
        if _UNSPACED.search(plain):
            self._anywhere.append((plain.strip(" *"), place))
            return
        words = _WORD.findall(plain)
        is_stem = plain.endswith("*")
        phrase = f" {' '.join(words)}{'' if is_stem else ' '}"
        if is_stem and len(words) == 1:
            self._stems.append((phrase, place))
        else:
            self._by_word.setdefault(words[0], []).append((phrase, place))
