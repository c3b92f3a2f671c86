"""Server time: microseconds since 1970 UTC that never run backwards."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """The system's clock, or one that it follows; still while that is behind what was told."""

    def __init__(self) -> None:
        """Start at the system's time."""
        self._lock = Lock()
        self._last_us = 0
        self._told_us = 0
        self._apart_us: int | None = None  # of the clock that is followed, to our stopwatch

    def now_us(self) -> int:
        """Give the time; at least that of every call before."""
        with self._lock:
            if self._apart_us is None:
                system_us = time.time_ns() // 1000
            else:
                system_us = time.monotonic_ns() // 1000 + self._apart_us
            self._last_us = max(self._last_us, system_us)
            return self._last_us

    def follow(self, other: Callable[[], int]) -> None:
        """Go by another clock from now on, as it is at this moment; asking again corrects it."""
        before_us = time.monotonic_ns() // 1000
        told_us = other()
        after_us = time.monotonic_ns() // 1000
        with self._lock:
            self._apart_us = told_us - (before_us + after_us) // 2

    def next_us(self, n: int = 1) -> int:
        """Give the first of ``n`` times in a row, for what happens now: after all given before."""
        now_us = self.now_us()
        with self._lock:
            first_us = max(now_us, self._told_us + 1)
            self._told_us = first_us + n - 1
            return first_us

    def no_earlier_than(self, floor_us: int) -> None:
        """Never go below a time, such as that of the newest event kept before a restart."""
        with self._lock:
            self._last_us = max(self._last_us, floor_us)
