"""The clients: where a host begins, with or without an event loop."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self, Unpack

from afterword.client.conversation import AsyncConversation, Conversation
from afterword.client.harmless import harmless, harmless_wait
from afterword.client.herald import AsyncListener, Listener
from afterword.client.limits import EXIT_SECONDS, FLUSH_SECONDS
from afterword.client.teller import Teller
from afterword.client.waiting import is_settled, running_loop

if TYPE_CHECKING:
    from types import TracebackType

    from afterword.client.fields import SessionFields


class Client(Teller[Listener]):
    """Tells a server what happens; one for each process, for all of its threads.

    No method raises or waits (but for ``flush``, ``close`` and ``wait_for_ask``, within their
    time); what is given is kept until it is sent, for as long as the process lives, and longer
    with a spool. Without an address or a key it says so once and does nothing.

    Example:
        >>> from afterword.testing import RecordingTransport
        >>> with Client(transport=RecordingTransport()) as aw:
        ...     with aw.conversation("c-1", user_id="u-7", release="v42") as c:
        ...         _ = c.user("Why was I charged twice?")
        ...         _ = c.agent("One is a pending hold.", model="m-2", latency_ms=840)
        ...     aw.rate("c-1", "positive", reason="clear and quick")
        >>> aw.stats.sent
        4
    """

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Close; let the host's exceptions pass."""
        self.close()

    def conversation(
        self,
        conversation_id: str,
        *,
        on_ask: Listener | None = None,
        **attributes: Unpack[SessionFields],
    ) -> Conversation:
        """Begin or go on with a conversation.

        Args:
            conversation_id: The host's own id of the thread.
            on_ask: Is called with each ask once, from one thread of ours; ``wait_for_ask`` then
                gives none. The client's when None.
            **attributes: See ``SessionFields``; ``user_id`` above all.
        """
        on_ask = self._on_ask if on_ask is None else on_ask
        announce = None if on_ask is None else partial(self._herald.announce, on_ask)
        return Conversation(self._recorder, conversation_id, attributes, announce)

    @harmless(fallback=False)
    def flush(self, timeout: float = FLUSH_SECONDS) -> bool:
        """Send what waits now, in the spool too; give whether all of it was answered in time.

        Args:
            timeout: Seconds, at most.
        """
        return self._sender is None or self._sender.flush(timeout)

    @harmless(None)
    def close(self, timeout: float = EXIT_SECONDS) -> None:
        """Send what waits and end the thread; what is left then is still tried until the exit.

        Args:
            timeout: Seconds, at most.
        """
        if self._sender is not None:
            self._sender.finish(timeout)


class AsyncClient(Teller[AsyncListener]):
    """The twin of ``Client`` for a host with an event loop (asyncio).

    Telling is the same, and just as plain: nothing is awaited, since nothing waits. What waits is
    awaited: ``flush``, ``close``, ``wait_for_ask``. It is sent by the same kind of thread.

    Example:
        >>> import asyncio
        >>> from afterword.testing import RecordingTransport
        >>> async def host():
        ...     async with AsyncClient(transport=RecordingTransport()) as aw:
        ...         with aw.conversation("c-1", user_id="u-7") as c:
        ...             _ = c.user("Why was I charged twice?")
        ...             _ = await c.wait_for_ask(timeout=10)
        ...     return aw.stats.sent
        >>> asyncio.run(host())
        2
    """

    async def __aenter__(self) -> Self:
        """Give itself."""
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Close; let the host's exceptions pass."""
        await self.close()

    def conversation(
        self,
        conversation_id: str,
        *,
        on_ask: AsyncListener | None = None,
        **attributes: Unpack[SessionFields],
    ) -> AsyncConversation:
        """Begin or go on with a conversation.

        Args:
            conversation_id: The host's own id of the thread.
            on_ask: A function or coroutine function; is called with each ask once, on the loop
                that runs now; ``wait_for_ask`` then gives none. The client's when None.
            **attributes: See ``SessionFields``; ``user_id`` above all.
        """
        on_ask = self._on_ask if on_ask is None else on_ask
        announce, loop = None, running_loop()
        if on_ask is not None and loop is not None:
            announce = partial(self._herald.announce_on, loop, on_ask)
        elif on_ask is not None:
            say = self._recorder.ledger.say_once
            say("loop", "Afterword: on_ask of an AsyncClient is called on a loop; none runs.")
        return AsyncConversation(self._recorder, conversation_id, attributes, announce)

    @harmless_wait(fallback=False)
    async def flush(self, timeout: float = FLUSH_SECONDS) -> bool:  # noqa: ASYNC109  # as its twin
        """Send what waits now, in the spool too; give whether all of it was answered in time.

        Args:
            timeout: Seconds, at most.
        """
        sender = self._sender
        return sender is None or await is_settled(sender.hurry_all, sender, timeout)

    @harmless_wait(None)
    async def close(self, timeout: float = EXIT_SECONDS) -> None:  # noqa: ASYNC109  # as its twin
        """Send what waits and end the thread; what is left then is still tried until the exit.

        Args:
            timeout: Seconds, at most.
        """
        if self._sender is not None:
            import asyncio  # noqa: PLC0415  # a host without a loop does not pay for it

            await asyncio.to_thread(self._sender.finish, timeout)
