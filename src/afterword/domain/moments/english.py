"""What an English message shows of its writer's being finished, and what that is worth."""

from __future__ import annotations

import math
import re
from typing import Final

from afterword.domain.moments import lexicon as lex

NAMES: Final = (
    "bias",
    "thanks",
    "farewell",
    "done",
    "helped",
    "praise",
    "assent_first",
    "refusal_first",
    "question_mark",
    "question_first",
    "n_questions",
    "n_wants",
    "n_going_on",
    "has_digits",
    "residual",
    "no_residual",
    "residual_after",
    "length",
    "no_agent",
    "asks_more",
    "asks_other",
    "agent_closes",
    "agent_reports",
    "thanks_alone",
    "thanks_to_question",
    "farewell_alone",
    "done_to_question",
    "done_alone",
    "refusal_to_more",
    "refusal_to_other",
    "assent_to_question",
    "closer_and_more",
    "light_after_close",
    "light_without_closer",
    "thanks_and_farewell",
    "thanks_helped",
    "refusal_alone_no_agent",
    "thanks_after_report",
)

_TOKEN: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")

def tokens_of(lowered):
    return _TOKEN.findall(lowered)

def features(lowered, tokens, agent):
    spaced = f" {' '.join(tokens)} "
    known = set(tokens)
    n = len(tokens)
    first = tokens[0] if tokens else ""
    thanks = not lex.THANKS.isdisjoint(known)
    farewell = not lex.FAREWELLS.isdisjoint(known) or any(p in spaced for p in lex.FAREWELL_PHRASES)
    done = any(p in spaced for p in lex.DONE_PHRASES)
    helped = any(p in spaced for p in lex.HELPED_PHRASES)
    closer = thanks or farewell or done
    residual = sum(t not in lex.LIGHT for t in tokens)
    after = residual
    for i in range(n-1,-1,-1):
        if tokens[i] in lex.THANKS or tokens[i] in lex.FAREWELLS:
            after = sum(t not in lex.LIGHT for t in tokens[i+1:]); break
    none = residual == 0 and n>0
    qm = "?" in lowered
    nq = min(3, sum(t in lex.QUESTION_WORDS for t in tokens))
    nw = min(3, sum(t in lex.WANTS for t in tokens))
    ng = min(3, sum(t in lex.GOING_ON for t in tokens))
    asks = "?" in agent[-40:]
    more = asks and any(p in agent for p in lex.AGENT_ASKS_MORE)
    other = asks and not more
    closes = any(p in agent for p in lex.AGENT_CLOSES)
    reports = any(p in agent for p in lex.AGENT_REPORTS)
    ref = first in lex.REFUSAL
    ass = first in lex.ASSENT
    return (
        1.0, thanks, farewell, done, helped, not lex.PRAISE.isdisjoint(known), ass, ref, qm,
        first in lex.QUESTION_WORDS, nq, nw, ng, any(t.isdigit() for t in tokens),
        math.log1p(residual), none, math.log1p(after), math.log1p(n), not agent,
        more, other, closes, reports,
        thanks and none, thanks and other, farewell and none, done and other, done and none,
        ref and more, ref and other, ass and asks, closer and (qm or nw>0),
        none and closes, none and not closer, thanks and farewell, thanks and helped,
        ref and none and not agent, thanks and none and reports,
    )
