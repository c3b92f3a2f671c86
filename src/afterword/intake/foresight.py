"""Foresight: what the words of an envelope mean, found before its transaction.

Only what depends on the envelope alone: the writer finds the same where nobody was ahead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.domain import events as ev
from afterword.domain.moments.hearing import Hearing
from afterword.intake.reading import facts_of

if TYPE_CHECKING:
    from afterword.intake.envelope import Envelope


def foresee(envelope: Envelope) -> Envelope:
    """Make the envelope that brings along what its messages say.

    Args:
        envelope: Unchanged.

    Returns:
        One with the facts of its messages, and with what the detector makes of those that may
        stay the last ones of their conversations.
    """
    events = envelope.events
    told = [(at, event) for at, event in events if type(event) is ev.Message]
    facts = {at: facts_of(event) for at, event in told if at not in envelope.facts}
    return replace(envelope, facts=facts | envelope.facts, hearings=_hearings(told))


def _hearings(told: list[tuple[int, ev.Message]]) -> dict[int, Hearing]:
    agents: dict[str, tuple[int, str]] = {}
    users: dict[str, tuple[int, str, tuple[int, str] | None]] = {}
    for at, event in told:
        if event.text is None or event.closing is not None:
            continue
        chat = event.conversation_id
        if event.role is ev.Role.AGENT:
            agents[chat] = (at, event.text)
        elif event.role is ev.Role.USER:
            users[chat] = (at, event.text, agents.get(chat))
    found = {at: Hearing.of_agent(text) for at, text in agents.values()}
    for at, text, before in users.values():
        heard = None
        if before is not None:
            known = found.get(before[0]) or Hearing.of_agent(before[1])
            found[before[0]] = known
            heard = known.heard
        found[at] = Hearing.of_user(text, heard)
    return found
