"""People who come back: what ended with nobody there to ask is asked about now, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain import asks
from afterword.domain.session import Trigger
from afterword.domain.sessions import close_if_due, thaw
from afterword.journal.sessions import newest_session

if TYPE_CHECKING:
    from afterword.domain.session import Session
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


def _newest(group: Group, speaker: Speaker) -> Session | None:
    space = group.space
    stored = newest_session(space.connection, space.name, speaker.user_id)
    known = {} if stored is None else {(stored.conversation_id, stored.number): stored}
    known |= {key: one for key, one in space.thawed.items() if one.user_id == speaker.user_id}
    return max(known.values(), key=lambda one: one.opened_us, default=None)


def _has_open_ask(group: Group, speaker: Speaker) -> bool:
    recent = group.space.recent_asks(speaker.persons)
    return any(ask.is_open for found in recent.values() for ask in found)
