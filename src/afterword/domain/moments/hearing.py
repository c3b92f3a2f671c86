"""What a message says about the moment, found before it is known to which session it belongs."""

from __future__ import annotations

from typing import Self

from msgspec import Struct

from afterword.domain.moments import hear, moment_after
from afterword.domain.moments.weights import Heard


class Hearing(Struct, frozen=True):
    """What the detector found in one message.

    Attributes:
        heard: What matters of an agent's message; of a user's: of the agent's before it, if any.
        finished: Probability in [0, 1] that the user has finished, after ``heard`` and without a
            locale; None for an agent's message.
    """

    heard: Heard | None
    finished: float | None = None

    @classmethod
    def of_agent(cls, text: str) -> Self:
        """Hear an agent's message."""
        return cls(hear(text))

    @classmethod
    def of_user(cls, text: str, heard: Heard | None) -> Self:
        """Read a user's message after what was heard."""
        return cls(heard, moment_after(text, heard).finished)
