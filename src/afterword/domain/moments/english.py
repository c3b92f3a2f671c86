"""What an English message shows of its writer's being finished, and what that is worth.

The weights are a logistic regression on eight public English corpora of dialogues; each corpus
weighs the same, so the probability is that of a balanced mix and not of any one product.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from afterword.domain.moments import lexicon as lex

if TYPE_CHECKING:
    from collections.abc import Iterator

# Log-odds that the writer has finished, by feature.
WEIGHTS: Final = {
    "bias": -1.378,
    "thanks": 1.499,
    "farewell": 1.439,
    "done": 0.779,
    "helped": 0.330,
    "praise": 0.201,
    "assent_first": -0.524,
    "refusal_first": 0.606,
    "question_mark": -0.247,
    "question_first": -0.595,
    "n_questions": -0.326,
    "n_wants": -0.275,
    "n_going_on": 0.313,
    "has_digits": -0.363,
    "residual": -1.027,
    "no_residual": 0.163,
    "residual_after": -1.313,
    "length": 0.597,
    "no_agent": 0.119,
    "asks_more": 0.541,
    "asks_other": -0.979,
    "agent_closes": 0.621,
    "agent_reports": 0.367,
    "thanks_alone": 0.244,
    "thanks_to_question": 0.030,
    "farewell_alone": 0.744,
    "done_to_question": 0.152,
    "done_alone": 0.280,
    "refusal_to_more": 0.404,
    "refusal_to_other": -0.018,
    "assent_to_question": -0.128,
    "closer_and_more": 0.226,
    "light_after_close": 0.285,
    "light_without_closer": -0.999,
    "thanks_and_farewell": 0.164,
    "thanks_helped": 0.265,
    "refusal_alone_no_agent": 0.275,
    "thanks_after_report": 0.089,
}
_COEFFICIENTS: Final = tuple(WEIGHTS.values())
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")
_MANY: Final = 3  # of a kind of word say as much as more of them
_CLOSERS: Final = lex.THANKS | lex.FAREWELLS


def tokens_of(lowered: str) -> list[str]:
    """Cut lower-case text into words and numbers."""
    return _TOKEN.findall(lowered)


def finished(lowered: str, tokens: list[str], agent: str) -> float:
    """Give the probability in [0, 1] that the writer has finished.

    Args:
        lowered: The user's message in lower case.
        tokens: Its tokens.
        agent: The agent's message before it in lower case; empty where there is none.
    """
    score = sum(
        weight * value
        for weight, value in zip(_COEFFICIENTS, features(lowered, tokens, agent), strict=True)
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def features(lowered: str, tokens: list[str], agent: str) -> tuple[float, ...]:
    """Measure a message, in the order of ``WEIGHTS``."""
    n_rest = sum(token not in lex.LIGHT for token in tokens)
    is_light = bool(tokens) and n_rest == 0
    thanks, farewell, done, helped, praise = _closers(tokens)
    assents, refuses = _first_word(tokens)
    has_question = "?" in lowered
    n_questions = min(_MANY, sum(token in lex.QUESTION_WORDS for token in tokens))
    n_wants = min(_MANY, sum(token in lex.WANTS for token in tokens))
    asks, more, closes, reports = _agent_says(agent)
    other = asks and not more
    closer = thanks or farewell or done
    return (
        1.0,
        thanks,
        farewell,
        done,
        helped,
        praise,
        assents,
        refuses,
        has_question,
        bool(tokens) and tokens[0] in lex.QUESTION_WORDS,
        n_questions,
        n_wants,
        min(_MANY, sum(token in lex.GOING_ON for token in tokens)),
        any(token.isdigit() for token in tokens),
        math.log1p(n_rest),
        is_light,
        math.log1p(_rest_after_closer(tokens, n_rest)),
        math.log1p(len(tokens)),
        not agent,
        more,
        other,
        closes,
        reports,
        thanks and is_light,
        thanks and other,
        farewell and is_light,
        done and other,
        done and is_light,
        refuses and more,
        refuses and other,
        assents and asks,
        closer and (has_question or n_wants > 0),
        is_light and closes,
        is_light and not closer,
        thanks and farewell,
        thanks and helped,
        refuses and is_light and not agent,
        thanks and is_light and reports,
    )


def _closers(tokens: list[str]) -> Iterator[bool]:
    known = set(tokens)
    spaced = f" {' '.join(tokens)} "
    yield not lex.THANKS.isdisjoint(known)
    yield not lex.FAREWELLS.isdisjoint(known) or _holds(spaced, lex.FAREWELL_PHRASES)
    yield _holds(spaced, lex.DONE_PHRASES)
    yield _holds(spaced, lex.HELPED_PHRASES)
    yield not lex.PRAISE.isdisjoint(known)


def _first_word(tokens: list[str]) -> tuple[bool, bool]:
    first = tokens[0] if tokens else ""
    return first in lex.ASSENT, first in lex.REFUSAL


def _agent_says(agent: str) -> tuple[bool, bool, bool, bool]:
    asks = "?" in agent[-40:]
    return (
        asks,
        asks and _holds(agent, lex.AGENT_ASKS_MORE),
        _holds(agent, lex.AGENT_CLOSES),
        _holds(agent, lex.AGENT_REPORTS),
    )


def _rest_after_closer(tokens: list[str], n_rest: int) -> int:
    for place in range(len(tokens) - 1, -1, -1):
        if tokens[place] in _CLOSERS:
            return sum(token not in lex.LIGHT for token in tokens[place + 1 :])
    return n_rest


def _holds(text: str, phrases: tuple[str, ...]) -> bool:
    # A loop, not any(): a generator costs more than all the looking.
    for phrase in phrases:  # noqa: SIM110  # as above
        if phrase in text:
            return True
    return False
