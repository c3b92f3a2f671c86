"""What is told of one conversation, whatever the colour of its host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Self, Unpack

from afterword.client.answering import Answer, question_of, take_answer
from afterword.client.ask import AnyAskStep, AnyRating, AnySource, Ask
from afterword.client.harmless import harmless
from afterword.client.inbox import Inbox
from afterword.client.limits import ANNOUNCE_AGAIN_SECONDS
from afterword.domain import events as ev

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from afterword.client.fields import MessageFields, SessionFields
    from afterword.client.inbox import PendingAsk
    from afterword.client.recorder import Recorder

_SECOND_US: Final = 1_000_000
FlowKind = ev.FlowKind | Literal["onboarding", "capability", "survey", "reactivation", "question"]
FlowStep = ev.FlowStep | Literal["shown", "started", "completed", "dismissed"]


class Talk:
    """The host's thread; every method only writes down what happened and returns at once.

    Leaving a ``with`` block sends nothing and ends nothing: ``end()`` ends the session. Many
    threads may use one.
    """

    _recorder: Recorder
    _told_us: int
    _is_ended: bool

    def __init__(
        self,
        recorder: Recorder,
        conversation_id: str,
        attributes: SessionFields,
        announce: Callable[[Ask], None] | None = None,
    ) -> None:
        """Tell that it is there; a client's ``conversation`` makes it.

        Args:
            recorder: The client's.
            conversation_id: The host's own id of the thread.
            attributes: Of the session.
            announce: Takes each ask at once; without it an ask waits to be asked for.
        """
        self._attributes: dict[str, Any] = dict(attributes)
        user_id = self._attributes.pop("user_id", None)
        self._hand_out = announce
        self._inbox = Inbox(conversation_id, None if announce is None else self._announce_ask)
        self._recorder = recorder.within(
            self._inbox, conversation_id=conversation_id, user_id=user_id
        )
        self._announce()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Let everything pass, the host's exceptions too."""

    @harmless("")
    def user(self, text: str | None = None, **fields: Unpack[MessageFields]) -> str:
        """Tell what the user said; give the message's id.

        Args:
            text: At most 100,000 characters. It is sent, turned into facts and not stored, unless
                the server's policy says so; it is never logged.
            **fields: See ``MessageFields``.
        """
        return self._say(ev.Role.USER, text, fields)

    @harmless("")
    def agent(self, text: str | None = None, **fields: Unpack[MessageFields]) -> str:
        """Tell what the agent said; give the message's id, which ``feedback`` names.

        Args:
            text: As for ``user``.
            **fields: See ``MessageFields``.
        """
        return self._say(ev.Role.AGENT, text, fields)

    @harmless("")
    def tool(self, text: str | None = None, **fields: Unpack[MessageFields]) -> str:
        """Tell what a tool gave; give the message's id.

        Args:
            text: As for ``user``.
            **fields: See ``MessageFields``.
        """
        return self._say(ev.Role.TOOL, text, fields)

    @harmless(None)
    def answer(
        self, text: str, *, ask_id: str | None = None, digits: bool = True
    ) -> Answer | None:
        """Take the user's message for the answer to the ask that was shown, if it surely is one.

        Then the rating is told, and the message is not for the agent: do not tell it with
        ``user``. Nothing was shown, or it may be anything else: None, and it is.

        Args:
            text: The message.
            ask_id: The ask that was shown last, where that was told in another process; the one
                whose ``shown()`` was the last thing told here, when None.
            digits: Whether 1, 2 and 3 were offered, as ``Ask.line`` does.
        """
        question = question_of(self._inbox, ask_id, self._attributes.get("locale"))
        if question is None:
            return None
        answer = take_answer(self._recorder, question, text, digits=digits)
        if answer is not None:
            self._inbox.shown = None
        return answer

    @harmless(None)
    def feedback(
        self,
        message_id: str,
        value: ev.Vote | Literal["up", "down"] | None = None,
        *,
        score: float | None = None,
        comment: str | None = None,
    ) -> None:
        """Tell a judgement of one agent message: a vote, or a score.

        Args:
            message_id: What ``agent`` gave.
            value: ``up`` or ``down``.
            score: In [0, 1].
            comment: The user's words.
        """
        self._recorder.record(
            ev.Feedback, message_id=message_id, value=value, score=score, comment=comment
        )

    @harmless(None)
    def flow(
        self,
        flow: str,
        kind: FlowKind,
        step: FlowStep,
        *,
        variant: str | None = None,
        answer: str | None = None,
    ) -> None:
        """Tell one step of the person in an in-chat experience, such as ``onboarding``."""
        self._recorder.record(
            ev.Flow, flow=flow, kind=kind, step=step, variant=variant, answer=answer
        )

    @harmless(None)
    def feature(self, feature: str) -> None:
        """Tell that a capability of the agent was used."""
        self._recorder.record(ev.Feature, feature=feature)

    @harmless(None)
    def handover(self) -> None:
        """Tell that a human took over: this session is not asked about."""
        self._recorder.record(ev.Handover)

    @harmless(None)
    def update(self, **attributes: Unpack[SessionFields]) -> None:
        """Tell what was learned about the session; see ``SessionFields``."""
        told: dict[str, Any] = dict(attributes)
        user_id = told.pop("user_id", None)
        if user_id is not None:
            self._recorder = self._recorder.within(self._inbox, user_id=user_id)
        self._attributes = {**self._attributes, **told}
        self._recorder.record(ev.SessionUpdated, **told)

    @harmless(None)
    def rate(
        self,
        rating: AnyRating,
        *,
        reason: str | None = None,
        ask_id: str | None = None,
        source: AnySource | None = None,
    ) -> None:
        """Tell the user's answer about the whole session.

        Args:
            rating: ``positive``, ``neutral`` or ``negative``.
            reason: The user's words, at most 30 of them: with more, the rating is kept without.
            ask_id: The ask that it answers; the open one when absent.
            source: Where the user said it, such as ``slack``; ``api`` when None.
        """
        self._inbox.shown = None
        self._recorder.rate(rating, reason=reason, ask_id=ask_id, source=source)

    @harmless(None)
    def step(self, ask_id: str, step: AnyAskStep) -> None:
        """Tell what became of an ask that came by webhook or stream; an ``Ask`` tells its own.

        Args:
            ask_id: As the webhook or the stream told it.
            step: ``shown``, ``dismissed``, ``withdrawn`` or ``never``.
        """
        self._recorder.record(ev.AskStepped, ask_id=ask_id, step=step)

    @harmless(None)
    def end(self, outcome: str | None = None) -> None:
        """Tell that the session is over; a message afterwards opens the next one."""
        self._recorder.record(ev.SessionEnded, outcome=outcome)
        self._is_ended = True

    def _take_ask(self) -> Ask | None:
        pending = self._inbox.take()
        return None if pending is None else Ask.of(pending, self._recorder)

    def _announce_ask(self, pending: PendingAsk) -> None:
        if self._hand_out is not None:
            self._hand_out(Ask.of(pending, self._recorder))

    def _say(self, role: ev.Role, text: str | None, fields: MessageFields) -> str:
        if role is not ev.Role.TOOL:
            self._inbox.shown = None  # something else was said since
        stamps = self._recorder.stamps
        quiet_us = stamps.now_us() - self._told_us
        if self._is_ended or quiet_us >= ANNOUNCE_AGAIN_SECONDS * _SECOND_US:
            self._announce()
        self._told_us = stamps.now_us()
        message_id = fields.get("message_id") or stamps.make_id()
        told: dict[str, Any] = {**fields, "message_id": message_id}
        self._recorder.record(ev.Message, role=role, text=text, **told)
        return message_id

    def _announce(self) -> None:
        # Attributes end with their session; this message may be the first of the next one.
        self._is_ended = False
        self._told_us = self._recorder.stamps.now_us()
        self._recorder.record(ev.SessionStarted, **self._attributes)
