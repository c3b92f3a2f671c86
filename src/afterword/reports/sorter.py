"""Sorting texts by kind: learnt from a few examples of each, silent where it is not sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.kinds import OTHER
from afterword.domain.terms import terms
from afterword.statistics.shares import NotEstimable
from afterword.statistics.themes import learn_themes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from afterword.domain.kinds import Kind

_READ: Final = 500  # characters: as long as an example may be
# Of a text's words: where most were never seen, the few that were ("the", "my") decide nothing.
_KNOWN: Final = 0.5


def sorter_of(kinds: Iterable[Kind]) -> Callable[[str], str | None] | NotEstimable:
    """Learn to sort texts.

    Args:
        kinds: Those with examples count; ``kinds_of`` has seen to it that they are enough.

    Returns:
        What gives the name of a text's kind; None where it is not surer than 0.6, where most of
        the text's words are new, and where it is of none (``OTHER``). Or why nothing can be
        learnt.
    """
    themes = learn_themes(
        {kind.name: [terms(text) for text in kind.examples] for kind in kinds if kind.examples}
    )
    if isinstance(themes, NotEstimable):
        return themes

    def sort(text: str) -> str | None:
        found = terms(text[:_READ])
        words = [term for term in found if " " not in term]
        if sum(word in themes.places for word in words) <= _KNOWN * len(words):
            return None
        guess = themes.guess(found)
        if isinstance(guess, NotEstimable) or not guess.is_sure:
            return None
        return None if guess.theme == OTHER else guess.theme

    return sort
