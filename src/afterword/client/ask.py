"""An ask, as the host shows it and tells what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import msgspec

from afterword.client.harmless import harmless
from afterword.client.inbox import PendingAsk
from afterword.domain import events as ev
from afterword.domain.ask_line import ask_line
from afterword.domain.texts import texts

if TYPE_CHECKING:
    from afterword.client.recorder import Recorder

AnyRating = ev.Rating | Literal["positive", "neutral", "negative"]
AnySource = ev.Source | Literal["widget", "text", "slack", "api", "import", "question"]
AnyAskStep = ev.AskStep | Literal["shown", "dismissed", "withdrawn", "never"]


class Ask(PendingAsk, frozen=True, kw_only=True):
    """One invitation to rate one session, to be shown in the host's own way.

    Say ``shown()`` when the user has seen it, then one of ``answer()``, ``dismiss()``,
    ``withdraw()`` and ``never()``; said twice, the first counts.
    """

    _recorder: Recorder

    @classmethod
    def of(cls, pending: PendingAsk, recorder: Recorder) -> Self:
        """Give what the server told as an ask that tells what becomes of it."""
        return cls(**msgspec.structs.asdict(pending), _recorder=recorder)

    @property
    def line(self) -> str:
        """The question in one line of text: "How did this session go? 1 👍 helpful / ..."."""
        labels = (option.label for option in self.options)
        return ask_line(self.question, labels, texts(self.locale).never if self.may_stop else None)

    @harmless(None)
    def shown(self) -> None:
        """Tell that the user has seen it: half of it for a second; the line, where it is text."""
        self._tell(ev.AskStep.SHOWN)
        if self._recorder.inbox is not None:
            self._recorder.inbox.shown = self

    @harmless(None)
    def answer(
        self, rating: AnyRating, reason: str | None = None, *, source: AnySource | None = None
    ) -> None:
        """Tell the user's answer.

        Args:
            rating: The ``value`` of the option that was chosen.
            reason: The user's words, at most 30 of them: with more, the rating is kept without.
            source: Where the user said it, such as ``slack``; ``api`` when None.
        """
        self._close()
        self._recorder.rate(rating, reason=reason, ask_id=self.ask_id, source=source)

    @harmless(None)
    def dismiss(self) -> None:
        """Tell that the user closed it by hand."""
        self._close()
        self._tell(ev.AskStep.DISMISSED)

    @harmless(None)
    def withdraw(self) -> None:
        """Tell that it was taken away because the user went on."""
        self._close()
        self._tell(ev.AskStep.WITHDRAWN)

    @harmless(None)
    def never(self) -> None:
        """Tell that the user does not want to be asked again, ever."""
        self._close()
        self._tell(ev.AskStep.NEVER)

    def _close(self) -> None:
        if self._recorder.inbox is not None:
            self._recorder.inbox.shown = None

    def _tell(self, step: ev.AskStep) -> None:
        self._recorder.record(ev.AskStepped, ask_id=self.ask_id, step=step)
