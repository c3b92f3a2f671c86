"""What a message shows of its writer's having finished: its language, its words, and its shape.

The shape is the row of kinds of phrases, one letter each: ``T.QWc?`` is thanks, then a question
that wants something. What is learnt about shapes in one language holds in all.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.moments.language import far_east, language_of, likely, packed
from afterword.domain.moments.signs import ASKS, prepared, tokens_of
from afterword.domain.moments.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.domain.moments.phrases import Phrases

_READ: Final = 500  # characters of a message, the last ones
_READ_OF_AGENT: Final = 80  # an agent's question stands at the end of what it says
_NEAR: Final = 4  # tokens from the end, within which a question mark is the agent's last word
_SAME: Final = re.compile(r"([^c])\1+")
_CONTENT: Final = re.compile("c+")
_RUN: Final = {1: "c", 2: "d"}  # words of content in a row; more are "e"
_SHORT: Final = 8  # letters up to which a framed shape counts as a whole
_MANY: Final = 9  # words of content; more say no more
_MANY_AT_LAST: Final = 4
_SIGNS: Final = frozenset({"ja", "zh"})  # where a token is one sign
_CLOSING: Final = frozenset(
    "BTDHPKNYG"
)  # kinds of which a sentence that closes or answers has one


class Shape(NamedTuple):
    """The form of a message without its words.

    Attributes:
        letters: The kinds of its phrases, light words left away.
        state: What the agent did last: asked for more (E), asked (?), took leave (B), closed
            (F), reported (R), talked (S), or is not known (0).
        length: Binary digits of the number of tokens.
    """

    letters: str
    state: str
    length: int


class Reading(NamedTuple):
    """What of a message the weights are about.

    Attributes:
        language: One of ``LANGUAGES``; None where it is none of them.
        words: Words, alone and beside what the agent had done, and two in a row; signs of the far
            east also three in a row.
        shape: Its form.
        agent: Words of the agent's last ones, and two in a row.
    """

    language: str | None
    words: set[str]
    shape: Shape
    agent: set[str]


class Said(NamedTuple):
    """What of an agent's message matters to the answer that it gets.

    Attributes:
        state: As in ``Shape``.
        words: Its last words, and two in a row.
        language: The one that most of them speak for.
    """

    state: str
    words: set[str]
    language: str | None


_UNREAD: Final = Reading(None, set(), Shape("", "0", 0), set())


class Reader:
    """Reads messages with a set of phrases."""

    def __init__(self, phrases: Phrases) -> None:
        """Index the phrases."""
        self._kinds = phrases.kinds
        self._votes = packed(phrases.votes)
        self._trees: dict[str, Tree] = {}  # of the languages met so far
        self._tree_of_agent = Tree(phrases.agent_kinds)

    def read(self, text: str, previous_agent_text: str | None, locale: str | None) -> Reading:
        """Read a message and the agent's before it; their ends are enough."""
        return self.answer(text, self.hear(previous_agent_text), locale)

    def hear(self, agent_text: str | None) -> Said:
        """Read an agent's message, if any."""
        tokens = tokens_of(prepared((agent_text or "")[-_READ_OF_AGENT:]))
        words = set(tokens)
        words.update(map(" ".join, pairwise(tokens)))
        return Said(self._state(tokens), words, next(iter(likely(tokens, self._votes)), None))

    def answer(self, text: str, said: Said, locale: str | None) -> Reading:
        """Read a message as the answer to what an agent said."""
        plain = prepared(text[-_READ:])
        tokens = tokens_of(plain)
        language = far_east(plain) or language_of(
            plain, tokens, said.language, locale, self._votes
        )
        if language is None:
            return _UNREAD
        if language not in self._trees:
            self._trees[language] = Tree(self._kinds[language])
        letters = self._trees[language].letters(tokens)
        bare = letters.replace("L", "").rstrip(".")
        shape = Shape(bare, said.state, len(tokens).bit_length())
        return Reading(language, _grams(tokens, language, said.state), shape, said.words)

    def _state(self, said: list[str]) -> str:
        if not said:
            return "0"
        kinds = self._tree_of_agent.kinds(said)
        if "E" in kinds:
            return "E"
        if not ASKS.isdisjoint(said[-_NEAR:]):
            return "?"
        for state in "BFR":
            if state in kinds:
                return state
        return "S"


def pieces_of(shape: Shape) -> set[str]:
    """Cut a shape into the pieces that have weights, alone and beside what the agent had done."""
    letters, state, length = shape
    n_content = min(letters.count("c"), _MANY)
    row = _SAME.sub(r"\1", letters)
    if "cc" in row:
        row = _CONTENT.sub(_content, row)
    framed = f"^{row}$"
    size = len(framed)
    pairs = [framed[at : at + 2] for at in range(size - 1)]
    kinds = sorted(set(row))
    alone = [f"n{length}", f"c{n_content}", *kinds, *pairs]
    pieces = {f"{state}|", *alone, *[state + one for one in alone]}
    pieces.update([framed[at : at + 3] for at in range(size - 2)])
    pieces.update([f"{one}&{two}" for at, one in enumerate(kinds) for two in kinds[at + 1 :]])
    pieces.update(_sentences(letters, state))
    if size <= _SHORT:
        pieces.update((framed, f"{state}={framed}"))
    return pieces


def _sentences(letters: str, state: str) -> Iterator[str]:
    """Tell of the last sentence, and whether one of them closes nothing."""
    last = letters[letters.rfind(".") + 1 :]
    for kind in set(last):
        yield f"/{kind}"
    yield f"/{min(last.count('c'), _MANY_AT_LAST)}"
    if any(one and _CLOSING.isdisjoint(one) for one in letters.split(".")):
        yield "open"
        yield f"{state}open"


def _grams(tokens: list[str], language: str, state: str) -> set[str]:
    grams = set(tokens)
    grams.update([f"{state}~{one}" for one in tokens])
    grams.update(map(" ".join, pairwise(["^", *tokens, "$"])))
    if language in _SIGNS:
        grams.update(map(" ".join, zip(tokens, tokens[1:], tokens[2:], strict=False)))
    return grams


def _content(run: re.Match[str]) -> str:
    return _RUN.get(len(run[0]), "e")
