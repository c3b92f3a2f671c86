"""Who says what: the people behind every theme and phrase, level by level."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.kinds import OTHER
from afterword.domain.terms import terms
from afterword.reports.themes import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.history.questions.reasons import Said

THEME: Final = "theme"
PHRASE: Final = "phrase"
Item = tuple[str, str]  # kind and text
_LETTERS: Final = 4  # of a word that stands alone


class Group(NamedTuple):
    """Reasons of one level and side: their people, and the people of each theme and phrase."""

    people: set[int]
    of: dict[Item, set[int]]


def items_of(texts: Iterable[str]) -> dict[str, frozenset[Item]]:
    """Find the theme and the phrases of each text."""
    themes = shipped()
    return {
        text: frozenset({(THEME, themes.theme_of(text) or OTHER)})
        | {(PHRASE, term) for term in terms(text) if _says_something(term)}
        for text in set(texts)
    }


def group_of(said: Iterable[Said], items: dict[str, frozenset[Item]]) -> Group:
    """Gather the people of some reasons."""
    of: dict[Item, set[int]] = defaultdict(set)
    people: set[int] = set()
    speakers: dict[str, set[int]] = defaultdict(set)
    for one in said:
        speakers[one.text].add(one.person)
    for text, persons in speakers.items():
        people |= persons
        for item in items[text]:
            of[item] |= persons
    return Group(people, of)


def _says_something(term: str) -> bool:
    # "it" and "the" tell levels apart too, and a reader nothing.
    return " " in term or not term.isascii() or len(term) >= _LETTERS
