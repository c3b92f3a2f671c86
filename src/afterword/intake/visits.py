"""People who come back: what ended with nobody there to ask is asked about now, once.

Whoever writes has other things to do, in whichever conversation: the question goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain import asks
from afterword.domain.policy import DAY_US
from afterword.domain.session import Trigger
from afterword.domain.sessions import close_if_due, thaw
from afterword.intake.answers import withdraw
from afterword.journal.asking import asks_since
from afterword.journal.sessions import newest_session, parse_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.session import Ask, Session
    from afterword.intake.envelope import Speaker
    from afterword.intake.group import Group


def visit(group: Group, speaker: Speaker) -> None:
    """Ask somebody who has just come about the last session, if it ended unasked.

    Only the last: whoever has begun another one has been here since, or is typing now. Nothing is
    written where nothing changes: browsers come back whenever a tab is looked at again.
    """
    space, policy = group.space, group.policy
    newest = _newest(group, speaker)
    if newest is None or not space.holds(newest) or not speaker.may_rate(newest):
        return  # a talk that began a moment ago is not over
    if _has_open_ask(group, speaker):
        return
    session = thaw(newest)
    close_if_due(session, policy, space.now_us)
    trigger = asks.trigger_of(session, policy, space.now_us, is_visiting=True)
    if trigger is Trigger.RETURN_VISIT and asks.bar(session, policy, trigger) is None:
        space.read_persons([session.person])
        group.decide(session, is_visiting=True)


def last_conversation(group: Group, speaker: Speaker) -> str | None:
    """Give the conversation that a visit may ask about, to be held before anything is changed."""
    space = group.space
    newest = newest_session(space.connection, space.name, speaker.user_id)
    return None if newest is None else newest.conversation_id


def take_back(group: Group, returned: Sequence[tuple[Session, int]]) -> None:
    """Take back what a visit asked people who write now, in another conversation too.

    Args:
        group: All its events are placed.
        returned: Sessions that users have begun or gone on with, each with the time.
    """
    if not returned:
        return
    space = group.space
    persons = {session.person for session, _ in returned if session.user_id is not None}
    found = asks_since(space.connection, space.name, sorted(persons), space.now_us - DAY_US)
    waiting = {person: [ask for ask in own if _waits(ask)] for person, own in found.items()}
    asked = [
        (ask, key)
        for session, at_us in returned
        for ask in waiting.get(session.person, ())
        if ask.granted_us <= at_us and (key := parse_id(ask.session_id)) is not None
    ]
    space.load_more({conversation_id for _, (conversation_id, _) in asked})
    for _, key in asked:
        withdraw(group, space.session(*key))


def _waits(ask: Ask) -> bool:
    return ask.trigger is Trigger.RETURN_VISIT and ask.is_open


def _newest(group: Group, speaker: Speaker) -> Session | None:
    space = group.space
    stored = newest_session(space.connection, space.name, speaker.user_id)
    known = {} if stored is None else {(stored.conversation_id, stored.number): stored}
    known |= {key: one for key, one in space.thawed.items() if one.user_id == speaker.user_id}
    return max(known.values(), key=lambda one: one.opened_us, default=None)


def _has_open_ask(group: Group, speaker: Speaker) -> bool:
    recent = group.space.recent_asks(speaker.persons)
    return any(ask.is_open for found in recent.values() for ask in found)
