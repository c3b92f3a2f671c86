"""Was the same asked for again? Told by the order of turns, without a word of them.

A turn is kept as one whole number: its time since the session opened, who spoke, and of a user
message a mark of 16 bits. Sorted numbers are the same whatever order the messages came in.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Final
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

USER, TOOL, AGENT = range(3)
TURNS_KEPT: Final = 100  # the first ones: a session of a whole day must not grow without end
# What is said twice and means something new each time: a few words, or the answer to a question,
# which begins with one of these in the sixteen languages of ``moments``.
_LEAST_WORDS: Final = 4
_ANSWER_WORDS: Final = (
    "yes yeah yep no nope ok okay sure that that's sounds ja nein gut oui non d'accord s\u00ed si"
    " vale sim n\u00e3o va tak nie dobrze nee evet hay\u0131r tamam ya iya tidak ndiyo hapana sawa"
    " \u0646\u0639\u0645 \u0644\u0627 \u0939\u093e\u0901 \u0939\u093e\u0902"
    " \u0928\u0939\u0940\u0902 \u0434\u0430 \u043d\u0435\u0442"
)
_ANSWERS: Final = frozenset(_ANSWER_WORDS.split())
_EASTERN_ANSWERS: Final = (
    *("\u597d", "\u662f", "\u53ef\u4ee5", "\u4e0d\u7528", "\u4e0d\u662f", "\u4e0d\u8981"),
    *("\u306f\u3044", "\u3044\u3044\u3048"),
)
_PUNCTUATION: Final = ".,!;:?\u060c\u3001\u3002\uff0c\uff01"
_MARK_BITS: Final = 16
_ROLE_BITS: Final = 2
_MARKS: Final = (1 << _MARK_BITS) - 1
_ROLES: Final = (1 << _ROLE_BITS) - 1
_BETWEEN_WORDS: Final = bytes(
    code for code in range(128) if not bytes((code,)).isalnum()
)  # of ASCII


def mark_of(text: str, n_words: int, conversation_id: str) -> int:
    """Give the mark by which the same message is known again in its conversation.

    Args:
        text: A user message; case, blanks and punctuation do not matter.
        n_words: As ``words.count_words`` counts them.
        conversation_id: Of it the mark depends, so that marks say nothing across conversations.

    Returns:
        1 to 65,535; 0 where the message is too short to be known again, or answers a question.
        One in 65,536 other messages has the same mark: no text can be told from it.
    """
    if n_words < _LEAST_WORDS:
        return 0
    lowered = text.lower()
    first = lowered.split(None, 1)[0].strip(_PUNCTUATION)
    if first in _ANSWERS or first.startswith(_EASTERN_ANSWERS):
        return 0
    if lowered.isascii():
        letters = lowered.encode().translate(None, _BETWEEN_WORDS)
    else:
        letters = "".join(filter(str.isalnum, lowered)).encode("utf-8", "replace")
    found = crc32(letters, crc32(conversation_id.encode("utf-8", "replace")))
    return (found & _MARKS) or 1


def add_turn(turns: list[int], since_us: int, role: int, mark: int = 0) -> None:
    """Put a turn among those of its session, in place.

    Args:
        turns: In order.
        since_us: Microseconds since the session opened; negative for what came late.
        role: ``USER``, ``TOOL`` or ``AGENT``; in this order at the same moment.
        mark: Of a user message.
    """
    insort(turns, (since_us << _ROLE_BITS | role) << _MARK_BITS | mark)
    if len(turns) > TURNS_KEPT:
        del turns[-1]


def count_retries(turns: Sequence[int]) -> int:
    """Count the messages that mean "again".

    They are: an agent's answer right after another one to the same user message, and a user
    message that says what the user's last marked one said.
    """
    n_retries = last_mark = 0
    # Before the first question there is nothing to be answered again.
    is_waiting, has_asked = True, False
    for turn in turns:
        role, mark = turn >> _MARK_BITS & _ROLES, turn & _MARKS
        if role == AGENT:
            n_retries += has_asked and not is_waiting
            is_waiting = False
            continue
        is_waiting = True
        if role == USER:
            has_asked = True
            n_retries += bool(mark) and mark == last_mark
            last_mark = mark or last_mark
    return n_retries
