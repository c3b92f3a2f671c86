"""Has the user finished? The moments at which asking does not interrupt.

Sixteen languages, offline, in tens of microseconds: phrases sorted by kind give a message its
shape, and a logistic regression knows what shapes and words are worth. What it cannot read gets
a low probability, and silence asks instead.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from afterword.domain.moments.weights import Heard, shipped

__all__ = ["DETECTOR_VERSION", "THRESHOLD", "Heard", "Moment", "hear", "moment", "moment_after"]

DETECTOR_VERSION: Final = "shapes-3"  # docs/reference/moments.md
THRESHOLD: Final = 0.81
_UNREAD: Final = 0.02  # what a message says that cannot be read


class Moment(Struct, frozen=True):
    """What a user message says about the moment.

    Attributes:
        finished: Probability in [0, 1] that the user has finished.
        language: ISO 639-1 code of one of the sixteen languages, None where it is none of them.
    """

    finished: float
    language: str | None


def moment(text: str, previous_agent_text: str | None = None, locale: str | None = None) -> Moment:
    """Read a user message for its writer's having finished.

    Args:
        text: The message; its last 500 characters are read.
        previous_agent_text: The agent's message before it, where it is known; its end is read.
        locale: What the host believes; it breaks a tie and is never trusted over the text.
    """
    return moment_after(text, hear(previous_agent_text), locale)


def hear(agent_text: str | None) -> Heard:
    """Give what matters of an agent's message to the answer that it gets, without its words."""
    return shipped().hear(agent_text)


def moment_after(text: str, heard: Heard | None, locale: str | None = None) -> Moment:
    """Read a user message as ``moment`` does, where the agent's has been heard before."""
    finished, language = shipped().detect(text, heard or hear(None), locale)
    return Moment(_UNREAD if finished is None else finished, language)
