"""How an ask reaches the host's ``on_ask``: from a thread of ours, or on the host's own loop."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from threading import Condition, RLock, Thread
from types import CoroutineType
from typing import TYPE_CHECKING, Final, Protocol

from afterword.client.limits import IDLE_SECONDS, MAX_KNOWN_ASKS, MAX_WAITING_ASKS
from afterword.client.process import renew_after_fork

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import Awaitable

    from afterword.client.ask import Ask
    from afterword.client.ledger import Ledger

THREAD_NAME: Final = "afterword-asks"


class Listener(Protocol):
    """What a host gives as ``on_ask`` to a ``Client``."""

    def __call__(self, ask: Ask, /) -> None:
        """Show the ask; other asks wait meanwhile, and nothing else does."""


class AsyncListener(Protocol):
    """What a host gives as ``on_ask`` to an ``AsyncClient``: a function, or a coroutine one."""

    def __call__(self, ask: Ask, /) -> Awaitable[None] | None:
        """Show the ask."""


class Herald:
    """Calls a host back with each ask once, so that whatever it does there slows nothing."""

    def __init__(self, ledger: Ledger) -> None:
        """Take where trouble is told; the thread begins with the first ask."""
        self._ledger = ledger
        self._known: dict[str, None] = {}  # every answer names an ask until it is over
        self._tasks: set[Task[None]] = set()  # a loop forgets tasks that nobody holds
        self.renew()
        renew_after_fork(self)

    def renew(self) -> None:
        """Begin anew in a forked child: what waited is the parent's."""
        self._work = Condition(RLock())
        self._waiting: deque[tuple[Listener, Ask]] = deque(maxlen=MAX_WAITING_ASKS)
        self._thread: Thread | None = None

    def announce(self, on_ask: Listener, ask: Ask) -> None:
        """Have the host called from our thread; does not wait for it."""
        if not self._is_new(ask):
            return
        with self._work:
            self._waiting.append((on_ask, ask))
            self._work.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name=THREAD_NAME, daemon=True)
                with suppress(RuntimeError):  # no more threads now; the next ask tries again
                    self._thread.start()

    def announce_on(self, loop: AbstractEventLoop, on_ask: AsyncListener, ask: Ask) -> None:
        """Have the host called on its event loop; does not wait for it."""
        if self._is_new(ask):
            with suppress(RuntimeError):  # the loop is closed: nobody is there to be asked
                loop.call_soon_threadsafe(self._begin, loop, on_ask, ask)

    def _is_new(self, ask: Ask) -> bool:
        if ask.ask_id in self._known:
            return False
        self._known[ask.ask_id] = None
        if len(self._known) > MAX_KNOWN_ASKS:
            del self._known[next(iter(self._known))]
        return True

    def _run(self) -> None:
        while True:
            with self._work:
                while not self._waiting:
                    if not self._work.wait(IDLE_SECONDS):
                        self._thread = None
                        return
                on_ask, ask = self._waiting.popleft()
            try:
                given: object = on_ask(ask)  # type: ignore[func-returns-value]  # or a coroutine
                if isinstance(given, CoroutineType):  # from a host that checks no types
                    given.close()
                    self._tell_failure(TypeError())
            except Exception as error:  # noqa: BLE001  # the host's own
                self._tell_failure(error)

    def _begin(self, loop: AbstractEventLoop, on_ask: AsyncListener, ask: Ask) -> None:
        task = loop.create_task(self._call(on_ask, ask))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _call(self, on_ask: AsyncListener, ask: Ask) -> None:
        try:
            given = on_ask(ask)
            if given is not None:
                await given
        except Exception as error:  # noqa: BLE001  # as above
            self._tell_failure(error)

    def _tell_failure(self, error: Exception) -> None:
        kind = type(error).__name__  # its text may hold a user's words
        self._ledger.say_once(f"on_ask {kind}", "Afterword: on_ask failed (%s). Said once.", kind)
