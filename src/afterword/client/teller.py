"""What both clients tell, and where it goes: one queue and one sender, whatever the colour."""

from __future__ import annotations

import hashlib
import os
import sys
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from afterword.client.harmless import harmless
from afterword.client.herald import Herald
from afterword.client.ledger import Ledger, Stats
from afterword.client.recorder import Recorder, Stamps
from afterword.client.sender import Sender
from afterword.client.spool import Spool
from afterword.client.transport import HttpTransport, Transport
from afterword.domain import events as ev
from afterword.domain.tokens import claim, mint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from afterword.client.ask import AnyAskStep, AnyRating, AnySource

OnAsk = TypeVar("OnAsk", bound="Callable[..., Any]")
_OWN_TRANSPORT: Final = "own"
_NO_SPOOL: Final = "Afterword has no spool here (%s): events are kept in memory alone."
_PUBLISHABLE: Final = "aw_pk_"  # keys for pages: they sign nothing


class Teller(Generic[OnAsk]):
    """Everything of a client that neither waits nor raises, which is all but waiting itself."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        environment: str | None = None,
        spool: str | os.PathLike[str] | None = None,
        transport: Transport | None = None,
        on_ask: OnAsk | None = None,
    ) -> None:
        """Take where to send to; nothing is sent or loaded yet, and nothing raises.

        Args:
            url: The server's address; ``AFTERWORD_URL`` when None.
            key: A secret or test key; ``AFTERWORD_KEY`` when None.
            environment: Of everything this client tells; ``production`` when None.
            spool: A folder on a local disk: what was given then outlives the process, and is sent
                by whichever next one has the same folder, address and key; ``AFTERWORD_SPOOL``
                when None. Any number of one user's processes may share it.
            transport: Another way to the server, for tests; then no address or key is needed.
            on_ask: Is called with each ask once, unless its conversation has one of its own.
        """
        ledger = Ledger()
        self._on_ask, self._herald = on_ask, Herald(ledger)
        self._key = os.environ.get("AFTERWORD_KEY") if key is None else key
        url = os.environ.get("AFTERWORD_URL") if url is None else url
        destination = _destination(url, self._key) if transport is None else _OWN_TRANSPORT
        transport = transport or _open(url, self._key, ledger)
        if transport is None:
            self._sender = None
        else:
            self._sender = Sender(transport, ledger, _open_spool(spool, destination, ledger))
        recorder = Recorder(self._sender, ledger, Stamps())
        self._recorder = recorder.within(None, environment=environment)
        if self._sender is not None:
            # A client that is let go keeps no thread; the end of the process is the sender's.
            weakref.finalize(self, self._sender.retire).atexit = False

    @property
    def stats(self) -> Stats:
        """What became of the events so far."""
        return Stats() if self._sender is None else self._sender.stats

    @harmless(None)
    def rate(
        self,
        conversation_id: str,
        rating: AnyRating,
        *,
        reason: str | None = None,
        ask_id: str | None = None,
        source: AnySource | None = None,
    ) -> None:
        """Tell a user's answer about a conversation's session; see ``Conversation.rate``."""
        self._recorder.rate(
            rating,
            reason=reason,
            ask_id=ask_id,
            source=source,
            conversation_id=conversation_id,
        )

    @harmless(None)
    def step(self, conversation_id: str, ask_id: str, step: AnyAskStep) -> None:
        """Tell what became of an ask known by its id; see ``Conversation.step``."""
        self._recorder.record(
            ev.AskStepped, conversation_id=conversation_id, ask_id=ask_id, step=step
        )

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


def _open(url: str | None, key: str | None, ledger: Ledger) -> Transport | None:
    wrong = []
    if not isinstance(url, str) or not url.strip().startswith(("http://", "https://")):
        wrong.append("an address (AFTERWORD_URL or url=, http:// or https://)")
    if not isinstance(key, str) or not _is_sendable(key.strip()):
        wrong.append("a key (AFTERWORD_KEY or key=)")
    if wrong or url is None or key is None:
        ledger.say_once("setup", "Afterword sends nothing: it needs %s.", " and ".join(wrong))
        return None
    return HttpTransport(url.strip(), key.strip())


def _open_spool(
    folder: str | os.PathLike[str] | None, destination: str, ledger: Ledger
) -> Spool | None:
    folder = os.environ.get("AFTERWORD_SPOOL") if folder is None else folder
    if not folder:
        return None
    if sys.platform == "win32":
        ledger.say_once("setup spool", _NO_SPOOL, "it needs the file locks of Unix")
        return None
    try:
        return Spool(Path(folder), destination, ledger)
    except Exception as error:  # noqa: BLE001  # the host goes on
        ledger.say_once("setup spool", _NO_SPOOL, type(error).__name__)
        return None


def _destination(url: object, key: object) -> str:
    # What was told to one server and project is never sent to another. Says nothing of the key.
    told = f"{str(url).strip().rstrip('/')}\n{str(key).strip()}"
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _is_sendable(key: str) -> bool:
    return bool(key) and key.isascii() and key.isprintable()
