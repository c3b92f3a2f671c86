"""The clock: server time that never runs backwards."""

from __future__ import annotations

import time

from afterword.intake.clock import Clock


def test_it_tells_the_systems_time():
    """In microseconds since 1970."""
    before_us = time.time_ns() // 1000
    now_us = Clock().now_us()

    assert before_us <= now_us <= time.time_ns() // 1000


def test_it_stands_still_while_the_system_is_behind(monkeypatch):
    """A system clock that is set back is waited for."""
    clock = Clock()
    system = [5_000, 4_000, 1_000, 5_001]
    monkeypatch.setattr(time, "time_ns", lambda: system.pop(0) * 1000)

    assert [clock.now_us() for _ in range(4)] == [5_000, 5_000, 5_000, 5_001]


def test_it_is_no_earlier_than_what_was_kept():
    """Before a restart the time may have been later; a floor in the past changes nothing."""
    clock = Clock()
    later_us = clock.now_us() + 10**12
    clock.no_earlier_than(later_us)
    clock.no_earlier_than(0)

    assert clock.now_us() == later_us


def test_what_happens_next_happens_later():
    """Every time is its own, also while the clock stands still."""
    clock = Clock()
    clock.no_earlier_than(clock.now_us() + 10**12)
    times = [clock.next_us() for _ in range(1_000)]

    assert times == sorted(set(times))
    assert times[0] == clock.now_us()
