"""What did the user come for? Inferred from what was said where the host did not tell."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain.kinds import OTHER
from afterword.domain.phrase_finder import PhraseFinder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.domain.kinds import Kind

Classify = Callable[[str], str | None]
Hint = tuple[int, str]  # place in ``InferredBy``, and the use case


class InferredBy(StrEnum):
    """What a use case was inferred by, the surer first."""

    PHRASE = "phrase"
    CLASSIFIER = "classifier"


class Inferred(Struct, frozen=True, array_like=True):
    """A use case that nobody told.

    Attributes:
        rank: Orders those of one session: the first message with a phrase decides, without one
            the first that was classified. By kind, time in microseconds and event.
        use_case: As the file names it.
    """

    rank: tuple[int, int, str]
    use_case: str

    @classmethod
    def by_hint(cls, hint: Hint, at_us: int, event_id: str) -> Inferred:
        """Make what a message's hint says of its session."""
        return cls((hint[0], at_us, event_id), hint[1])

    @property
    def by(self) -> InferredBy:
        """What it was inferred by."""
        return tuple(InferredBy)[self.rank[0]]


class UseCases:
    """The use cases of one project, and how messages speak of them."""

    def __init__(self, kinds: Iterable[Kind], classify: Classify | None = None) -> None:
        """Index the phrases.

        Args:
            kinds: The file's.
            classify: Names the use case of a message that no phrase names, if it is sure.
        """
        held = tuple(kinds)
        self.names = tuple(kind.name for kind in held)
        self._finder = PhraseFinder((phrase, one.name) for one in held for phrase in one.phrases)
        self._classify = classify

    def infer(
        self, text: str, at_us: int, event_id: str, known: Inferred | None
    ) -> Inferred | None:
        """Infer the use case of a session from one message of its user.

        Args:
            text: The message.
            at_us: When it was said.
            event_id: Orders messages of one moment.
            known: What was inferred before; nothing is looked for that could not go before it.
        """
        if known is not None and known.rank < (0, at_us, event_id):
            return None
        may_guess = known is None or known.rank > (1, at_us, event_id)
        found = self.hint(text, may_guess=may_guess)
        return None if found is None else Inferred.by_hint(found, at_us, event_id)

    def hint(self, text: str, *, may_guess: bool = True) -> Hint | None:
        """Tell what a message speaks of: by its phrases, else by the classifier if it may."""
        found = self._finder.find(text)
        if found is not None:
            return None if found == OTHER else (0, found)
        if self._classify is None or not may_guess:
            return None
        found = self._classify(text)
        return None if found is None else (1, found)
