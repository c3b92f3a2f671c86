"""What the demo needs to be served: its keys, its visitors, and what happens, in words."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain import events as ev
from afterword.domain.tokens import Claims, mint
from afterword.intake import Envelope
from afterword.journal.sessions import load_conversation
from afterword.server.pages.demo.agent import Answer, Talk, answer

if TYPE_CHECKING:
    from afterword.domain.session import Ask, Session
    from afterword.server.services import Services

_VISITORS_AT_MOST: Final = 1_000
_TOKEN_SECONDS: Final = 12 * 3600
_RELEASE: Final = "v43"  # the newest of the simulated world
_BECAUSE: Final = {
    "closing_message": "you said goodbye, and the agent had answered",
    "inactivity": "you had been silent for a while",
    "explicit_end": "the chat was ended",
    "return_visit": "you came back",
    "user_opened": "you opened it yourself",
}
_ENDED: Final = {
    "dismissed": "You closed it: the next session is left alone.",
    "withdrawn": "You typed on, so it was withdrawn: it came too early, no more.",
    "ignored": "Nobody answered it.",
    "expired": "It was never seen, and counts against nobody.",
}


class Visitor(NamedTuple):
    """One visit: each is a new person, so that nothing hides the ask."""

    user_id: str
    conversation_id: str
    token: str


class Stage:
    """The demo of one server."""

    def __init__(self, services: Services, secret_key: str, publishable_key: str) -> None:
        """Take the keys that were made for it."""
        self._services = services
        self._secret_key = secret_key
        self.publishable_key = publishable_key
        self._spoken: OrderedDict[str, tuple[Visitor, Talk]] = OrderedDict()

    def welcome(self) -> Visitor:
        """Give a new visitor a conversation and a token."""
        mark = secrets.token_hex(6)
        now_s = int(time.time())
        claims = Claims(sub=f"visitor-{mark}", iat=now_s, exp=now_s + _TOKEN_SECONDS)
        visitor = Visitor(claims.sub, f"demo-{mark}", mint(self._secret_key, claims))
        self._spoken[visitor.conversation_id] = (visitor, Talk())
        if len(self._spoken) > _VISITORS_AT_MOST:
            self._spoken.popitem(last=False)
        return visitor

    def knows(self, conversation_id: str) -> bool:
        """Tell whether a conversation is one of its visitors'."""
        return conversation_id in self._spoken

    async def say(self, conversation_id: str, text: str) -> str:
        """Tell what a visitor wrote and what the agent answers; give the answer."""
        visitor, talk = self._spoken[conversation_id]
        said = answer(text, talk)
        events = [(place, one) for place, one in enumerate(_told(visitor, text, said))]
        await self._services.take(Envelope(project="default", events=[*events]))
        return said.text

    async def story(self, conversation_id: str) -> list[str]:
        """Tell in words what has happened to a visitor's session so far."""
        session = await self._services.read(self._session, conversation_id)
        return [] if session is None else _story(session)

    def _session(self, conversation_id: str) -> Session | None:
        with self._services.journal.read() as connection:
            found = load_conversation(connection, "default", conversation_id)
        return found[-1] if found else None


def _told(visitor: Visitor, text: str, said: Answer) -> list[ev.AnyEvent]:
    who, where = visitor.user_id, visitor.conversation_id
    return [
        ev.SessionUpdated(
            conversation_id=where,
            user_id=who,
            release=_RELEASE,
            use_case=said.use_case,
            channel="web",
        ),
        ev.Message(conversation_id=where, user_id=who, role=ev.Role.USER, text=text),
        ev.Message(conversation_id=where, user_id=who, role=ev.Role.AGENT, text=said.text),
    ]


def _story(session: Session) -> list[str]:
    turns = f"{session.n_user} from you, {session.n_agent} from the agent"
    lines = [f"A session is open: {turns}. Texts became facts and were dropped."]
    for ask in session.asks:
        lines.append(f"An ask was granted, because {_BECAUSE[ask.trigger.value]}.")
        lines += _fate(ask, session)
    if not session.asks and session.rating is None:
        lines.append("Nobody is asked while the talk goes on. Say thanks, and see.")
    if session.rating is not None and session.rating.ask_id is None:
        lines.append("You rated it without being asked.")
    if session.rating is not None and session.rating.reason is not None:
        lines.append("A reason came with it.")
    return lines


def _fate(ask: Ask, session: Session) -> list[str]:
    if ask.shown_us is None:
        told = _ENDED.get(ask.state.value)
        return [told] if told else ["It waits until you stop typing."]
    if ask.state.value == "answered" and session.rating is not None:
        seconds = max(0, (ask.ended_us or ask.shown_us) - ask.shown_us) / 1e6
        return [f"It was shown, and answered in {seconds:.1f} s."]
    return ["It was shown.", *([_ENDED[ask.state.value]] if ask.state.value in _ENDED else [])]
