"""The phrases of sixteen languages, and what kind each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.domain.moments.signs import prepared, tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "pl"),
    *("tr", "id", "sw", "ar", "hi", "ru", "zh", "ja"),
)
# The kinds of a user's phrases, each with its letter. Of two that list the same phrase, the
# first has it.
KINDS: Final = {
    "farewell": "B",
    "thanks": "T",
    "done": "D",
    "helped": "H",
    "want": "W",
    "question": "Q",
    "more": "M",
    "not": "X",
    "no": "N",
    "yes": "Y",
    "praise": "P",
    "realised": "A",
    "okay": "K",
    "greeting": "G",
    "light": "L",
}
# Those of an agent: asks whether there is more, closes, reports what it did; takes leave is "B".
AGENT_KINDS: Final = {"agent_more": "E", "agent_closes": "F", "agent_reports": "R"}
# Characters of a phrase that stands for all words which begin so, such as "reser*".
STEM: Final = 5
_VOTES: Final = 4  # of a word that one language alone has


class Phrases(Struct, frozen=True):
    """The phrases, ready to be found.

    Attributes:
        kinds: For each language, the letter of each phrase.
        agent_kinds: The letters of agents' phrases, of all languages.
        votes: For each word, one digit a language: how much it speaks for it.
    """

    kinds: dict[str, dict[str, str]]
    agent_kinds: dict[str, str]
    votes: dict[str, str]


def index(listed: Mapping[str, Mapping[str, str]]) -> Phrases:
    """Make the phrases ready.

    Args:
        listed: For each language the phrases of each kind, parted by comma and blank.
    """
    kinds: dict[str, dict[str, str]] = {}
    agent_kinds: dict[str, str] = {}
    for language in LANGUAGES:
        own = kinds[language] = {}
        for kind, letter in KINDS.items():
            for phrase in _keys(listed[language][kind]):
                own.setdefault(phrase, letter)
        for kind, letter in AGENT_KINDS.items():
            for phrase in _keys(listed[language][kind]):
                agent_kinds.setdefault(phrase, letter)
        agent_kinds |= dict.fromkeys(_keys(listed[language]["farewell"]), "B")
    return Phrases(kinds, agent_kinds, _votes(kinds))


def _keys(phrases: str) -> list[str]:
    return [
        one if one.endswith("*") else " ".join(tokens_of(prepared(one)))
        for one in phrases.split(", ")
    ]


def _votes(kinds: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    speakers: dict[str, set[int]] = {}
    for place, language in enumerate(LANGUAGES):
        for phrase in kinds[language]:
            for word in phrase.split(" "):
                speakers.setdefault(word, set()).add(place)
    return {
        word: "".join(
            str(max(1, _VOTES // len(places))) if place in places else "0"
            for place in range(len(LANGUAGES))
        )
        for word, places in speakers.items()
    }
