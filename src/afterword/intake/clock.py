"""Server time: microseconds since 1970 UTC that never run backwards."""

from __future__ import annotations

import time
from threading import Lock


class Clock:
    """The system's clock, held still while it is behind what has been told already."""

    def __init__(self) -> None:
        """Start at the system's time."""
        self._lock = Lock()
        self._last_us = 0
        self._told_us = 0

    def now_us(self) -> int:
        """Give the time; at least that of every call before."""
        with self._lock:
            self._last_us = max(self._last_us, time.time_ns() // 1000)
            return self._last_us

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
