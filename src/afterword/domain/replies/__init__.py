"""Replies: is a message the user's answer to "How did this session go?", and which?

For channels of text: SMS, a terminal, a voice transcript. Read by rules, without a model; a
message that is not surely an answer is none, for it belongs to the agent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.domain.events import Rating
from afterword.domain.replies.english import ENGLISH
from afterword.domain.replies.french import FRENCH
from afterword.domain.replies.german import GERMAN
from afterword.domain.replies.portuguese import PORTUGUESE
from afterword.domain.replies.reading import OFFERED, Reading, read
from afterword.domain.replies.spanish import SPANISH
from afterword.domain.replies.tokens import IRONY, QUESTION, clean, tokens_of
from afterword.domain.texts import texts
from afterword.domain.words import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.replies.lexicon import Lexicon
    from afterword.domain.replies.tokens import Token

LEXICONS: Final = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "pt": PORTUGUESE,
}
THRESHOLD: Final = 0.8
_READ: Final = 500  # characters; a longer message is no answer to a question of one line


_TOKENS: Final = 80  # words and signs; so many are no answer either


class Reply(Struct, frozen=True):
    """What a message says as an answer.

    Attributes:
        rating: None where it is no answer, or not surely one.
        reason: The user's own words, at most the first 30 of them.
        probability: In [0, 1], that it is the answer it was read as; below 0.8 it is none.
        never: Whether it ends asking: "stop".
    """

    rating: Rating | None = None
    reason: str | None = None
    probability: float = 0.0
    never: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether it is for us and not for the agent."""
        return self.never or self.rating is not None


def reply(text: str, locale: str | None = None, *, digits: bool = True) -> Reply:
    """Read a message that came after the question, with nothing in between.

    Args:
        text: The message; its first 500 characters are read.
        locale: What the host believes; it breaks a tie and is never trusted over the text.
        digits: Whether the question offered 1, 2 and 3; where it did not, they are content.
    """
    start = clean(text[: _READ + 1]).strip()
    tokens = tokens_of(start, _TOKENS + 1)
    is_out = len(start) > _READ or len(tokens) > _TOKENS
    if is_out or not {QUESTION, IRONY}.isdisjoint(token.word for token in tokens):
        return Reply()
    if not any(token.word for token in tokens):
        return Reply()
    found = _offered(tokens, locale) or read(_lexicon(tokens, locale), tokens, digits=digits)
    if found.probability < THRESHOLD:
        return Reply(probability=found.probability)
    reason = None if found.reason is None else _cut(start, tokens, *found.reason)
    return Reply(found.rating, reason, found.probability, found.never)


def _offered(tokens: Sequence[Token], locale: str | None) -> Reading | None:
    """Find the option that was repeated word for word, in whatever language it was offered."""
    said = _words(tokens)
    for option in texts(locale).options:
        if _words(tokens_of(clean(option.label))) == said:
            return Reading(OFFERED, option.value)
    return None


def _words(tokens: Sequence[Token]) -> list[str]:
    return [token.word for token in tokens if token.word]


def _lexicon(tokens: Sequence[Token], locale: str | None) -> Lexicon:
    language = (locale or "").replace("_", "-").split("-", 1)[0].strip().lower()

    def known(name: str) -> tuple[int, bool]:
        words = LEXICONS[name].words
        return sum(token.word in words for token in tokens), name == language

    return LEXICONS[max(LEXICONS, key=known)]


def _cut(text: str, tokens: Sequence[Token], first: int, end: int) -> str | None:
    stop = len(text) if end == len(tokens) else tokens[end].start
    words = text[tokens[first].start : stop]
    return cut(words.strip(" \t\r\n\"'\u2019\u201c\u201d\u201e\u00ab\u00bb,;:-"))[0] or None
