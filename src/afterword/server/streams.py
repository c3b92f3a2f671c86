"""Open streams: asks find their person within half a second, by one query for all streams."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.domain.policy import SECOND_US
from afterword.errors import UnavailableError
from afterword.journal.asking import asks_changed_since
from afterword.journal.keys import revoked_keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from afterword.domain.session import Ask
    from afterword.server.services import Services

LOG: Final = logging.getLogger(__name__)
POLL_SECONDS: Final = 0.5
HEARTBEAT_SECONDS: Final = 15.0
# Keys are revoked by hand: every so many looks for asks is soon enough.
_LOOKS_A_KEY: Final = 4
# A transaction may commit after a later one: how far each look goes back behind the last.
_OVERLAP_US: Final = 10 * SECOND_US
# Of one stream; a client that reads nothing for so long is cut off and comes back.
_HELD_AT_MOST: Final = 100


class Listener(Struct, frozen=True, kw_only=True):
    """Whose asks a stream gives: these persons', of one conversation or of all.

    ``seen``: the last ask that the client has, if it had a stream before. The stream ends at
    ``expires_us``, or when one of the keys that opened it is revoked.
    """

    project: str
    persons: tuple[str, ...]
    expires_us: int
    key_ids: tuple[str, ...]
    conversation_id: str | None = None
    seen: str | None = None


class Stream:
    """One open connection: what is still to be told to it."""

    def __init__(self, listener: Listener, heartbeat_s: float) -> None:
        """Begin with nothing to tell."""
        self.listener = listener
        self.is_closed = False
        self._heartbeat_s = heartbeat_s
        self._waiting: deque[Ask] = deque()
        # Asks that the client knows, and whether it knows them as open.
        self._told: dict[str, bool] = {}
        self._has_news = asyncio.Event()

    def tell(self, ask: Ask) -> None:
        """Give an ask, or what became of it, unless that has been told."""
        only = self.listener.conversation_id
        if only is not None and ask.conversation_id != only:
            return
        if ask.is_open is self._told.get(ask.id, self._was_told(ask)):
            return
        self._told[ask.id] = ask.is_open
        self._waiting.append(ask)
        if len(self._waiting) > _HELD_AT_MOST:
            self.is_closed = True
        self._has_news.set()

    def close(self) -> None:
        """End the stream; the client opens another one."""
        self.is_closed = True
        self._has_news.set()

    async def news(self) -> AsyncIterator[Ask | None]:
        """Give asks as they come, and None where nothing has come for a while."""
        while not self.is_closed:
            try:
                async with asyncio.timeout(self._heartbeat_s):
                    await self._has_news.wait()
            except TimeoutError:
                yield None
                continue
            self._has_news.clear()
            while self._waiting and not self.is_closed:
                yield self._waiting.popleft()

    def _was_told(self, ask: Ask) -> bool:
        # By an earlier stream. Ids are in the order of time: it may know what is older than the
        # last one too, but only of that it is sure.
        seen = self.listener.seen
        if seen is None:
            return False
        return ask.id == seen if ask.is_open else ask.id <= seen


class Streams:
    """All open streams of this process."""

    def __init__(self, services: Services) -> None:
        """Take where asks are read from; nothing is read while nobody listens."""
        self.heartbeat_s = HEARTBEAT_SECONDS  # of the streams that open from now on
        self._services = services
        self._open: dict[tuple[str, str], set[Stream]] = {}  # by project and person
        self._all: set[Stream] = set()
        self._is_stopping = False
        self._poller: asyncio.Task[None] | None = None

    @property
    def n_open(self) -> int:
        """Streams that are open now."""
        return len(self._all)

    def open(self, listener: Listener) -> Stream:
        """Begin to listen for a person."""
        stream = Stream(listener, self.heartbeat_s)
        if self._is_stopping:
            stream.close()
        self._all.add(stream)
        for person in listener.persons:
            self._open.setdefault((listener.project, person), set()).add(stream)
        self._services.metrics.streams.set(self.n_open)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        return stream

    def forget(self, stream: Stream) -> None:
        """Stop listening for a stream whose connection is gone."""
        self._all.discard(stream)
        for person in stream.listener.persons:
            whose = (stream.listener.project, person)
            others = self._open.pop(whose, set()) - {stream}
            if others:
                self._open[whose] = others
        self._services.metrics.streams.set(self.n_open)

    def close(self) -> None:
        """End every stream, and those that still come: the server stops."""
        self._is_stopping = True
        for stream in self._all:
            stream.close()

    async def _poll(self) -> None:
        since_us = self._services.clock.now_us() - _OVERLAP_US
        for look in count(1):
            await asyncio.sleep(POLL_SECONDS)
            if not self._services.is_ready or _is_host_stopping():
                self.close()
            if not self._all:
                return
            looked_us = self._services.clock.now_us()
            try:
                await self._look(since_us, looked_us, with_keys=look % _LOOKS_A_KEY == 0)
            except UnavailableError as error:
                LOG.warning("Streams could not look for asks: %s", error.detail)
            except Exception:
                LOG.exception("Streams could not look for asks; they try again.")
            else:
                since_us = looked_us - _OVERLAP_US

    async def _look(self, since_us: int, now_us: int, *, with_keys: bool) -> None:
        for stream in self._all:
            if stream.listener.expires_us <= now_us:
                stream.close()
        for project, ask in await self._services.read(self._changed, since_us, set(self._open)):
            for stream in self._open.get((project, ask.person), ()):
                stream.tell(ask)
        if with_keys:
            used = {key_id for stream in self._all for key_id in stream.listener.key_ids}
            revoked = await self._services.read(self._revoked, used)
            for stream in self._all:
                if not revoked.isdisjoint(stream.listener.key_ids):
                    stream.close()

    def _changed(self, since_us: int, whose: set[tuple[str, str]]) -> list[tuple[str, Ask]]:
        with self._services.journal.read() as connection:
            return asks_changed_since(connection, since_us, whose)

    def _revoked(self, key_ids: Iterable[str]) -> set[str]:
        with self._services.journal.read() as connection:
            return revoked_keys(connection, key_ids)


def _is_host_stopping() -> bool:
    # Mounted in an app that uvicorn serves, we hear of the end only when every connection is
    # closed; it knows before, and its handler of the signal is its own method.
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return getattr(server, "should_exit", None) is True
