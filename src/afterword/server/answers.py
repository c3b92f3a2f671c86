"""From the writer's thread to the event loop: the answers of one commit, in one hop."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future

    from afterword.intake import Outcome


class Answers:
    """Waits for outcomes on a loop.

    A group settles many requests at once; waking the loop for each of them would cost more than
    the rest of a small request, so it is woken once.
    """

    def __init__(self) -> None:
        """Start with nothing to hand over."""
        self._settled: deque[tuple[asyncio.Future[Outcome], Future[Outcome]]] = deque()
        self._is_waking = False

    def wait(self, outcome: Future[Outcome]) -> asyncio.Future[Outcome]:
        """Give a future of the running loop that settles with the writer's."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Outcome] = loop.create_future()

        def note(settled: Future[Outcome]) -> None:
            self._settled.append((waiter, settled))
            # Set before the loop can clear it: at worst it is woken once for nothing.
            if not self._is_waking:
                self._is_waking = True
                loop.call_soon_threadsafe(self._hand_over)

        outcome.add_done_callback(note)
        return waiter

    def _hand_over(self) -> None:
        self._is_waking = False
        while self._settled:
            waiter, settled = self._settled.popleft()
            if waiter.done():  # the request was given up meanwhile
                continue
            error = settled.exception()
            if error is None:
                waiter.set_result(settled.result())
            else:
                waiter.set_exception(error)
