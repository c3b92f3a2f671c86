"""Cuts a message into words, breaks and signs, each in the one spelling that the lexicons use."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from afterword.domain.events import Rating


class Token(NamedTuple):
    """One piece of a message.

    ``word`` is lower case without accents; empty for a break. ``rating`` is what a sign says.
    """

    word: str
    start: int
    end: int
    rating: Rating | None = None

    @property
    def is_break(self) -> bool:
        """Whether it parts clauses: a comma, a stop, a dash, the end of a line."""
        return not self.word


QUESTION: Final = "?"  # the word of any question mark
IRONY: Final = "!?"  # the word of a sign that turns its message around, or makes fun of it

_DROPPED: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200c\u200e-\u200f\u202a-\u202e"
    "\u2060-\u2069\u20e3\ufeff\ud800-\udfff]"
)
_SIGN_TAIL: Final = "[\ufe0e\ufe0f\u200d\u2640\u2642\U0001f3fb-\U0001f3ff]*"
_SIGNS: Final = {
    Rating.POSITIVE: "👍😀😃😄😁😊🙂😍🤩🥰😎❤💚💙💯🎉🙌🌟⭐",
    Rating.NEUTRAL: "😐😑🤷😶🫤",
    Rating.NEGATIVE: "👎😞😠😡🤬😢😤💩🙁☹😕😒😩😖😣😔😟🤮",
}
_IRONIC: Final = "🙄🙃😂🤣😭😏💀👏"
_RATED: Final = {sign: rating for rating, signs in _SIGNS.items() for sign in signs}
_FACES: Final = {
    ":)": Rating.POSITIVE,
    ":-)": Rating.POSITIVE,
    ":D": Rating.POSITIVE,
    "+1": Rating.POSITIVE,
    "5/5": Rating.POSITIVE,
    "10/10": Rating.POSITIVE,
    ":/": Rating.NEUTRAL,
    ":-/": Rating.NEUTRAL,
    ":(": Rating.NEGATIVE,
    ":-(": Rating.NEGATIVE,
    "-1": Rating.NEGATIVE,
}
# English contractions are one word (didnt); elsewhere an apostrophe parts two (c etait).
_TOKEN: Final = re.compile(
    r"(?P<face>(?<!\S)(?::-?[()/]|:D|[+-]1)(?!\S)|(?<![\w/])(?:5/5|10/10)(?![\w/]))"
    r"|(?P<word>[^\W\d_]+(?:['\u2019](?:t|s|m|re|ve|ll|d)\b)?)"
    r"|(?P<number>\d+)"
    r"|(?P<question>[?\u00bf\uff1f\u061f])"
    r"|(?P<break>[^\w\s'\u2019`\"\u201c-\u201e\u00ab\u00bb\U0001f000-\U0001faff\u2600-\u27bf*_~\ufe0e\ufe0f\u200d-]"
    r"|\n|\s-+\s|--+)"
    rf"|(?P<sign>[\U0001f000-\U0001faff\u2600-\u27bf]{_SIGN_TAIL})",
    re.IGNORECASE,
)
_RUN: Final = re.compile(r"(.)\1{2,}")


def clean(text: str) -> str:
    """Give a text without characters that nobody sees, its accents composed."""
    return unicodedata.normalize("NFC", _DROPPED.sub("", text))


def tokens_of(text: str, most: int | None = None) -> list[Token]:
    """Cut a clean text into tokens, at most so many."""
    return [_token(found) for found in islice(_TOKEN.finditer(text), most)]


def _token(found: re.Match[str]) -> Token:
    kind, said = found.lastgroup, found[0]
    start, end = found.span()
    if kind in ("word", "number"):
        return Token(_plain(said), start, end)
    if kind == "face":
        return Token(said, start, end, _FACES[said.upper()])
    if kind == "sign":
        return Token(IRONY if said[0] in _IRONIC else said[0], start, end, _RATED.get(said[0]))
    return Token(QUESTION if kind == "question" else "", start, end)


@lru_cache(maxsize=4096)
def _plain(said: str) -> str:
    folded = unicodedata.normalize("NFKD", said.casefold())
    letters = "".join(one for one in folded if one.isalnum())
    return _RUN.sub(r"\1\1", letters)
