"""Has the user finished? The moments at which asking does not interrupt.

An English detector of words and shapes; a later version learns more languages behind the same
call. What it cannot read gets a low probability, and silence asks instead.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from afterword.domain.moments import lexicon
from afterword.domain.moments.english import finished, tokens_of

DETECTOR_VERSION: Final = "en-1"  # docs/reference/moments.md
THRESHOLD: Final = 0.7
_READ: Final = 500  # characters, the last ones
_UNREAD: Final = 0.02  # what a message says that cannot be read
_FEW: Final = 3  # words in which a single known one settles the language


class Moment(Struct, frozen=True):
    """What a user message says about the moment.

    Attributes:
        finished: Probability in [0, 1] that the user has finished.
        language: ``en`` where it reads as English, else None.
    """

    finished: float
    language: str | None


def moment(text: str, previous_agent_text: str | None = None, locale: str | None = None) -> Moment:
    """Read a user message for its writer's having finished.

    Args:
        text: The message; its last 500 characters are read.
        previous_agent_text: The agent's message before it, where it is known.
        locale: What the host believes; it breaks a tie and is never trusted over the text.
    """
    lowered, tokens, agent = prepared(text, previous_agent_text)
    if not tokens or not _is_english(tokens, locale):
        return Moment(_UNREAD, None)
    return Moment(finished(lowered, tokens, agent), "en")


def prepared(text: str, previous_agent_text: str | None) -> tuple[str, list[str], str]:
    """Give what the detector reads: the message in lower case, its tokens, the agent's message."""
    lowered = text[-_READ:].lower().replace("\u2019", "'")
    agent = "" if previous_agent_text is None else previous_agent_text[-_READ:].lower()
    return lowered, tokens_of(lowered), agent


def _is_english(tokens: list[str], locale: str | None) -> bool:
    n_english = sum(token in lexicon.ENGLISH for token in tokens)
    n_foreign = sum(token in lexicon.FOREIGN for token in tokens)
    if n_english == n_foreign == 0:
        # Nothing to go by, such as a name or a number: the host's word decides, and if it has
        # none, plain Latin letters pass.
        is_told = locale is None or locale.lower().startswith("en")
        return is_told and all(token.isascii() for token in tokens)
    if len(tokens) <= _FEW:
        return n_english > n_foreign
    return n_english > n_foreign and n_english * 5 >= len(tokens)
