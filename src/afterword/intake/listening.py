"""Listening: what the detector makes of the last words of a group's sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain import events as ev
from afterword.domain.moments import Heard, moment_after
from afterword.domain.moments.hearing import Hearing
from afterword.domain.session import LastMessage, Stamp

if TYPE_CHECKING:
    from afterword.domain.session import Session
    from afterword.domain.sessions import Arrival

_Key = tuple[str, int]


class _Said(Struct):
    # The words of one message, until the detector has read them.
    text: str
    stamp: Stamp
    hearing: Hearing | None
    before: _Said | Heard | None = None  # the agent's, before a user's

    def hear(self) -> Heard | None:
        self.hearing = self.hearing or Hearing.of_agent(self.text)
        return self.hearing.heard

    def finished(self, locale: str | None) -> float:
        before = self.before
        heard = before.hear() if isinstance(before, _Said) else before
        known = self.hearing
        if locale is not None or known is None or known.finished is None or known.heard != heard:
            return moment_after(self.text, heard, locale).finished
        return known.finished


class Listener:
    """Remembers the last words of each session, and reads them once all are there."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._users: dict[_Key, _Said] = {}
        self._agents: dict[_Key, _Said] = {}

    def note(self, session: Session, arrival: Arrival, event: ev.Message) -> None:
        """Remember a message that was folded, if it is the last one of its role so far."""
        if event.text is None or event.closing is not None:
            return  # the host's own judgement needs none
        agent, user = session.last_agent, session.last_user
        if event.role is ev.Role.AGENT:
            if agent is not None and agent.stamp[2] == arrival.id:
                key = (session.conversation_id, session.number)
                self._agents[key] = _Said(event.text, agent.stamp, arrival.hearing)
        elif event.role is ev.Role.USER and user is not None and user.stamp[2] == arrival.id:
            key = (session.conversation_id, session.number)
            heard = None if agent is None else agent.heard
            before = self._agents.get(key) or heard
            self._users[key] = _Said(event.text, user.stamp, arrival.hearing, before)

    def listen(self, session: Session) -> None:
        """Note on a session what its last messages say about its user's having finished."""
        key = (session.conversation_id, session.number)
        said, last = self._agents.get(key), session.last_agent
        if said is not None and last is not None and last.stamp == said.stamp:
            # The answer to it may come with another group, when its words are gone.
            session.last_agent = LastMessage(
                last.stamp, last.final, last.awaits_reply, heard=said.hear()
            )
        said, last = self._users.get(key), session.last_user
        if said is not None and last is not None and last.stamp == said.stamp:
            session.last_user = LastMessage(last.stamp, closing=said.finished(session.locale))
