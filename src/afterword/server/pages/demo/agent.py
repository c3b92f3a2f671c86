"""A scripted support agent: good with bills and refunds, bad with passwords, fine at talk."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Answer(NamedTuple):
    """What the agent says, and what it takes the user to have come for."""

    text: str
    use_case: str | None = None


@dataclass(slots=True)
class Talk:
    """What has been spoken of so far."""

    topic: str | None = None
    n_answers: dict[str, int] = field(default_factory=dict)


# The first topic that a message names; its lines come in turn, and the last one again and again.
_TOPICS: Final = {
    "billing": (
        re.compile(r"charge|bill|invoice|twice|payment|paid|price", re.IGNORECASE),
        (
            "I see two charges of 29.00. One of them is a pending hold; it drops off on Friday.",
            "If it is still there on Friday, write here again: I will have it taken off.",
        ),
    ),
    "refund": (
        re.compile(r"refund|money back|return|cancel", re.IGNORECASE),
        (
            "Done: 29.00 go back to your card and arrive within three working days.",
            "The refund has the number R-2210; the receipt is in your mail.",
        ),
    ),
    "password": (
        re.compile(r"password|log ?in|sign ?in|locked|reset", re.IGNORECASE),
        (
            "Have you tried the link 'Forgot password' on the sign-in page?",
            "Please use the link 'Forgot password' on the sign-in page.",
            "You can reset it with the link 'Forgot password' on the sign-in page.",
        ),
    ),
}
_THANKS: Final = re.compile(r"\b(?:thanks?|thank you|thx|cheers|bye|goodbye)\b", re.IGNORECASE)
_HELLO: Final = re.compile(r"\b(?:hi|hello|hey|good (?:morning|evening))\b", re.IGNORECASE)


def answer(text: str, talk: Talk) -> Answer:
    """Answer a message; what names no topic goes on with the last one."""
    named = next((topic for topic, (words, _) in _TOPICS.items() if words.search(text)), None)
    if named is None and _THANKS.search(text):
        return Answer("You're welcome!")
    if named is None and _HELLO.search(text):
        return Answer("Hello! I can help with bills, refunds and passwords.")
    talk.topic = named or talk.topic
    if talk.topic is None:
        return Answer("I am a small demo: ask me about a bill, a refund or a password.")
    lines = _TOPICS[talk.topic][1]
    place = talk.n_answers.get(talk.topic, 0)
    talk.n_answers[talk.topic] = place + 1
    return Answer(lines[min(place, len(lines) - 1)], talk.topic)
