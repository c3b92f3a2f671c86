"""The client: where a host begins."""

from __future__ import annotations

import os
import time
import weakref
from typing import TYPE_CHECKING, Final, Self, Unpack

from afterword.client.conversation import Conversation
from afterword.client.harmless import harmless
from afterword.client.ledger import Ledger, Stats
from afterword.client.limits import EXIT_SECONDS, FLUSH_SECONDS
from afterword.client.recorder import Recorder, Stamps
from afterword.client.sender import Sender
from afterword.client.transport import HttpTransport, Transport
from afterword.domain import events as ev
from afterword.domain.tokens import claim, mint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import TracebackType

    from afterword.client.ask import AnyRating
    from afterword.client.fields import SessionFields

_PUBLISHABLE: Final = "aw_pk_"  # keys for pages: they sign nothing


class Client:
    """Tells a server what happens; one for each process, for all of its threads.

    No method raises or waits (but for ``flush``, ``close`` and ``wait_for_ask``, within their
    time); what is given is kept until it is sent, for as long as the process lives. Without an
    address or a key it says so once and does nothing.

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

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        environment: str | None = None,
        transport: Transport | None = None,
    ) -> None:
        """Take where to send to; nothing is sent or loaded yet.

        Args:
            url: The server's address; ``AFTERWORD_URL`` when None.
            key: A secret or test key; ``AFTERWORD_KEY`` when None.
            environment: Of everything this client tells; ``production`` when None.
            transport: Another way to the server, for tests; then no address or key is needed.
        """
        ledger = Ledger()
        self._key = os.environ.get("AFTERWORD_KEY") if key is None else key
        transport = transport or _open(url, self._key, ledger)
        self._sender = None if transport is None else Sender(transport, ledger)
        recorder = Recorder(self._sender, ledger, Stamps())
        self._recorder = recorder.within(None, environment=environment)
        if self._sender is not None:
            # A client that is let go keeps no thread; the end of the process is the sender's.
            weakref.finalize(self, self._sender.retire).atexit = False

    @property
    def stats(self) -> Stats:
        """What became of the events so far."""
        return Stats() if self._sender is None else self._sender.stats

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
        self, conversation_id: str, **attributes: Unpack[SessionFields]
    ) -> Conversation:
        """Begin or go on with a conversation.

        Args:
            conversation_id: The host's own id of the thread.
            **attributes: See ``SessionFields``; ``user_id`` above all.
        """
        return Conversation(self._recorder, conversation_id, attributes)

    @harmless(None)
    def rate(
        self,
        conversation_id: str,
        rating: AnyRating,
        *,
        reason: str | None = None,
        ask_id: str | None = None,
    ) -> None:
        """Tell a user's answer about a conversation's session; see ``Conversation.rate``."""
        self._recorder.rate(rating, reason=reason, ask_id=ask_id, conversation_id=conversation_id)

    @harmless("")
    def token(
        self, user_id: str, conversation_id: str | None = None, expires_in: int = 3600
    ) -> str:
        """Make the token with which a browser speaks for a person; asks nobody.

        Args:
            user_id: Whom the browser speaks for.
            conversation_id: The one conversation that it is good for; any of the person's if None.
            expires_in: Seconds that it is good for, at most 30 days.

        Returns:
            The token for the widget; empty, and said in the log, where there is no secret key.
        """
        key = self._key.strip() if isinstance(self._key, str) else ""
        if not key or key.startswith(_PUBLISHABLE):
            raise ValueError("a token needs a secret key (AFTERWORD_KEY or key=)")
        return mint(key, claim(user_id, conversation_id, int(time.time()), expires_in))

    @harmless(None)
    def identify(
        self, user_id: str, traits: Mapping[str, str | float | bool | datetime | None]
    ) -> None:
        """Tell traits of a person, such as ``plan`` or ``signed_up_at``."""
        self._recorder.record(ev.Identify, user_id=user_id, traits=traits)

    @harmless(None)
    def activity(self, user_id: str, name: str) -> None:
        """Tell that a person used the product without the agent."""
        self._recorder.record(ev.Activity, user_id=user_id, name=name)

    @harmless(None)
    def nps(self, user_id: str, score: int) -> None:
        """Tell an answer about the product, 0 to 10: it is kept apart from ratings."""
        self._recorder.record(ev.Nps, user_id=user_id, score=score)

    @harmless(fallback=False)
    def flush(self, timeout: float = FLUSH_SECONDS) -> bool:
        """Send what waits now; give whether the server has answered for all of it in time.

        Args:
            timeout: Seconds, at most.
        """
        return self._sender is None or self._sender.wait(None, timeout, now=True)

    @harmless(None)
    def close(self, timeout: float = EXIT_SECONDS) -> None:
        """Send what waits and end the thread; what is left then is still tried until the exit.

        Args:
            timeout: Seconds, at most.
        """
        if self._sender is not None:
            self._sender.finish(timeout)


def _open(url: str | None, key: str | None, ledger: Ledger) -> Transport | None:
    url = os.environ.get("AFTERWORD_URL") if url is None else url
    wrong = []
    if not isinstance(url, str) or not url.strip().startswith(("http://", "https://")):
        wrong.append("an address (AFTERWORD_URL or url=, http:// or https://)")
    if not isinstance(key, str) or not _is_sendable(key.strip()):
        wrong.append("a key (AFTERWORD_KEY or key=)")
    if wrong or url is None or key is None:
        ledger.say_once("setup", "Afterword sends nothing: it needs %s.", " and ".join(wrong))
        return None
    return HttpTransport(url.strip(), key.strip())


def _is_sendable(key: str) -> bool:
    return bool(key) and key.isascii() and key.isprintable()
