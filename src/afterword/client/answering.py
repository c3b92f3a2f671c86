"""The user's next message, where the ask is one line of text: an answer, or the agent's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain import events as ev
from afterword.domain.texts import texts

if TYPE_CHECKING:
    from afterword.client.inbox import Inbox
    from afterword.client.recorder import Recorder


class Answer(Struct, frozen=True):
    """What the user answered; it is told already.

    ``rating`` is None where the user wants not to be asked again. ``acknowledgement``: what to
    say to the user, in the words of the ask.
    """

    rating: ev.Rating | None
    reason: str | None
    acknowledgement: str


class Question(Struct, frozen=True):
    """What the user was asked last."""

    ask_id: str
    locale: str | None
    acknowledgement: str


def question_of(inbox: Inbox, ask_id: str | None, locale: str | None) -> Question | None:
    """Find the question that a message may answer.

    Args:
        inbox: The conversation's, which knows what was shown in this process.
        ask_id: What the host says was shown, by whichever process.
        locale: The conversation's.
    """
    shown = inbox.shown
    if shown is not None and ask_id in (None, shown.ask_id):
        return Question(shown.ask_id, shown.locale, shown.acknowledgement)
    return None if ask_id is None else Question(ask_id, locale, texts(locale).acknowledgement)


def take_answer(
    recorder: Recorder, question: Question, text: str, *, digits: bool
) -> Answer | None:
    """Tell the answer that a message gives to a question; None where it gives none."""
    # Five lexicons, which most hosts never read.
    from afterword.domain.replies import reply  # noqa: PLC0415  # as above

    read = reply(text, question.locale, digits=digits)
    if read.never:
        recorder.record(ev.AskStepped, ask_id=question.ask_id, step=ev.AskStep.NEVER)
        return Answer(None, None, f"{texts(question.locale).never} \u2713")
    if read.rating is None:
        return None
    recorder.rate(read.rating, reason=read.reason, ask_id=question.ask_id, source=ev.Source.TEXT)
    return Answer(read.rating, read.reason, question.acknowledgement)
