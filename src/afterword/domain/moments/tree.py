"""Phrases as a tree of their words: one walk finds the longest that begins at a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain.moments.phrases import STEM
from afterword.domain.moments.signs import ASKS, BREAKS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tree:
    """The phrases that begin with the words so far: what comes next, and the letter of one.

    Example:
        >>> tree = Tree({"thank you": "T", "bye": "B"})
        >>> tree.letters(["thank", "you", ".", "good", "bye"])
        'T.cB'
        >>> tree.kinds(["thank", "you", ".", "good", "bye"]) == {"T", "B"}
        True
    """

    __slots__ = ("after", "letter")

    def __init__(self, kinds: Mapping[str, str]) -> None:
        """Grow it of phrases, each with its letter."""
        self.letter: str | None = None
        self.after: dict[str, Tree] = {}
        for phrase, letter in kinds.items():
            node = self
            for word in phrase.split(" "):
                if word not in node.after:
                    node.after[word] = Tree({})
                node = node.after[word]
            node.letter = letter

    def letters(self, tokens: list[str]) -> str:
        """Give the letter of each phrase of a message; ``c`` is content that no phrase covers."""
        letters: list[str] = []
        place, end = 0, len(tokens)
        while place < end:
            letter, size = self._longest(tokens, place)
            letters.append(letter or self._other(tokens[place]))
            place += size
        return "".join(letters)

    def kinds(self, tokens: list[str]) -> set[str]:
        """Give the letters of the phrases of an agent's message, most of whose words have none.

        Phrases that stand for all words which begin so are not looked for.
        """
        found: set[str] = set()
        after = self.after
        place, end = 0, len(tokens)
        while place < end:
            if tokens[place] not in after:
                place += 1
                continue
            letter, size = self._longest(tokens, place)
            if letter is not None:
                found.add(letter)
            place += size
        return found

    def _longest(self, tokens: list[str], place: int) -> tuple[str | None, int]:
        node = self.after.get(tokens[place])
        letter, size = None, 1
        at = place
        while node is not None:
            at += 1
            if node.letter is not None:
                letter, size = node.letter, at - place
            if at == len(tokens):
                break
            node = node.after.get(tokens[at])
        return letter, size

    def _other(self, token: str) -> str:
        if token in ASKS:
            return "?"
        if token in BREAKS:
            return "."
        if token.isdigit():
            return "#"
        stem = self.after.get(f"{token[:STEM]}*")
        return "c" if stem is None else stem.letter or "c"
