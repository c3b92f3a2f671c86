"""One conversation: what the host tells of it, and the waiting for its ask."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self

from afterword.client.harmless import harmless, harmless_wait
from afterword.client.limits import WAIT_SECONDS
from afterword.client.talk import Talk
from afterword.client.waiting import is_settled

if TYPE_CHECKING:
    from types import TracebackType

    from afterword.client.ask import Ask


class Conversation(Talk):
    """The host's thread; every method only writes down what happened and returns at once.

    Leaving a ``with`` block sends nothing and ends nothing: ``end()`` ends the session. Many
    threads may use one.
    """

    @harmless(None)
    def wait_for_ask(self, timeout: float = WAIT_SECONDS) -> Ask | None:
        """Send what waits and give the ask that the server answers with.

        Args:
            timeout: Seconds to wait for the answer at most; without a server it is all of them.

        Returns:
            None as soon as the server has answered without an ask, else when the time is up. An
            ask is given once.
        """
        sender = self._recorder.sender
        if sender is None or not sender.wait(self._inbox.awaits, timeout):
            return None
        return self._take_ask()


class AsyncConversation(Talk):
    """The twin of ``Conversation``: telling is plain, waiting is awaited."""

    async def __aenter__(self) -> Self:
        """Give itself; a plain ``with`` does as well."""
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Let everything pass, the host's exceptions too."""

    @harmless_wait(None)
    async def wait_for_ask(
        self,
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109  # as its twin
    ) -> Ask | None:
        """Send what waits and give the ask that the server answers with; see ``Conversation``.

        Args:
            timeout: Seconds to wait for the answer at most; without a server it is all of them.
        """
        sender = self._recorder.sender
        if sender is None:
            return None
        hurry = partial(sender.hurry, self._inbox.awaits)
        return self._take_ask() if await is_settled(hurry, sender, timeout) else None
