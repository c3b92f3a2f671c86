"""In which of the languages is this? Scripts decide first, then the words that each has."""

from __future__ import annotations

import re
from itertools import repeat
from struct import Struct
from typing import TYPE_CHECKING, Final

from afterword.domain.moments.phrases import LANGUAGES
from afterword.domain.moments.signs import LATIN_RUN

if TYPE_CHECKING:
    from collections.abc import Mapping

_EAST: Final = re.compile(r"[\u3040-\u30ff\u31f0-\u9fff]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
# A language, its script, and letters by which its neighbours are told from it.
_SCRIPTS: Final = (
    (
        "ru",
        re.compile(r"[\u0400-\u052f]+"),
        re.compile("[\u0456\u0457\u0454\u0491\u045e\u0452\u045b\u0459\u045a\u045f\u0458]"),
    ),
    (
        "ar",
        re.compile(r"[\u0620-\u06d3]+"),
        re.compile("[\u067e\u0686\u0698\u06af\u0679\u0688\u0691]"),
    ),
    ("hi", re.compile(r"[\u0900-\u0963]+"), re.compile("\u0933")),
)
_BITS: Final = 16  # for each language: 500 tokens of 4 votes need 11
_COUNTS: Final = Struct(f"<{len(LANGUAGES)}H")


def packed(votes: Mapping[str, str]) -> dict[str, int]:
    """Pack the votes of each word into one number, so that a message's are one sum."""
    patterns = {
        pattern: sum(int(digit) << (_BITS * place) for place, digit in enumerate(pattern))
        for pattern in set(votes.values())
    }
    return {word: patterns[pattern] for word, pattern in votes.items()}


def far_east(plain: str) -> str | None:
    """Tell Japanese and Chinese by their signs."""
    if plain.isascii() or not _EAST.search(plain):
        return None
    return "ja" if _KANA.search(plain) else "zh"


def language_of(
    plain: str,
    tokens: list[str],
    answered: str | None,
    locale: str | None,
    votes: Mapping[str, int],
) -> str | None:
    """Find the language of a message that is not of the far east.

    Args:
        plain: The prepared message.
        tokens: Its tokens.
        answered: Language of the agent's message before it, where that is known.
        locale: What the host believes; it breaks a tie and is never trusted over the text.
        votes: Of each word, packed.
    """
    if not plain.isascii():
        n_latin = _length(LATIN_RUN.findall(plain))
        for language, script, foreign in _SCRIPTS:
            if _length(script.findall(plain)) > n_latin:
                return None if foreign.search(plain) else language
    first = likely(tokens, votes)
    if len(first) == 1:
        return first[0]
    # Nothing to go by, such as a name or a number, or words that several languages have: the
    # host's word decides, then the agent's.
    for told in (_told(locale), answered):
        if told is not None and (not first or told in first):
            return told
    if first:
        return first[0]
    return "en" if locale is None and tokens and plain.isascii() else None


def likely(tokens: list[str], votes: Mapping[str, int]) -> list[str]:
    """Give the languages that most words speak for; none where none does."""
    cast = sum(map(votes.get, tokens, repeat(0)))
    if not cast:
        return []
    counts = _COUNTS.unpack(cast.to_bytes(_COUNTS.size, "little"))
    best = max(counts)
    if counts.count(best) == 1:
        return [LANGUAGES[counts.index(best)]]
    return [LANGUAGES[place] for place, count in enumerate(counts) if count == best]


def _told(locale: str | None) -> str | None:
    language = (locale or "")[:2].lower()
    return language if language in LANGUAGES else None


def _length(runs: list[str]) -> int:
    return sum(map(len, runs))
