"""What another policy would have asked: the logged moments of people's sessions, decided anew.

Pure and deterministic. Each moment is decided with the draw of then, so that what differs comes
from the rules and not from chance. What an ask that was not made then would have led to is not
known: it is assumed, and a second run with the other assumption tells how much hangs on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from afterword.domain import asks
from afterword.domain.asks import Decision, Patience, Verdict, Why
from afterword.domain.replay.moments import moments_of
from afterword.domain.replay.outcomes import as_of, ask_at
from afterword.domain.replay.past import Line, Moment, Past, PersonPast, Rules
from afterword.domain.replay.states import patience_at, state_at

if TYPE_CHECKING:
    from afterword.domain.session import Ask, Session

__all__ = ["Line", "Moment", "Past", "PersonPast", "Rules", "replay"]

# What the log says about a session itself holds under every policy.
_FACTS: Final = (
    *(Why.IMPORTED, Why.BELOW_MINIMUM, Why.HANDED_OVER, Why.AWAITS_REPLY, Why.USER_UNANSWERED),
)


def replay(past: PersonPast, rules: Rules) -> list[Moment]:
    """Decide every moment of a person's sessions anew, in the order of time."""
    sessions = {one.session.id: one.session for one in past.sessions}
    made = [ask for ask in past.asks if ask.session_id not in sessions]
    decided: list[Moment] = []
    moments = [moment for one in past.sessions for moment in moments_of(one, rules)]
    for moment in sorted(moments, key=lambda one: (one.at_us, one.session_id)):
        session, at_us = sessions[moment.session_id], moment.at_us
        known = [as_of(ask, at_us) for ask in made if ask.granted_us <= at_us]
        person = patience_at(past, known, moment)
        decision = _decide(session, moment, person, known, rules)
        decided.append(msgspec.structs.replace(moment, decision=decision))
        if decision.verdict is Verdict.ASK:
            made.append(ask_at(session, moment, known, rules))
    return decided


def _decide(
    session: Session, moment: Moment, person: Patience, known: list[Ask], rules: Rules
) -> Decision:
    if moment.said in _FACTS:
        return Decision(Verdict.LEAVE, moment.said, moment.trigger, 0.0)
    state = state_at(session, moment, rules.policy, known)
    draw = asks.draw_of(rules.salt, session.id, moment.policy_version)
    return asks.decide(rules.policy, state, person, moment.at_us, draw)
