"""What telling costs the host, beside a bare ``queue.put`` of the same text in the same run.

The server takes no time: what is measured is the host's own thread, while the sender's works
beside it. Then the memory and the processor time of a host whose queue is full.
"""

from __future__ import annotations

import os
import queue
import resource
import sys
import tempfile
import time
from statistics import median
from typing import TYPE_CHECKING

import afterword
from afterword.client import Response
from afterword.client.limits import MAX_PENDING_EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "Why was I charged twice? One of the two looks like a pending hold to me. " * 3
CALLS = 2_000
ROUNDS = 15
BAR_US = 50.0  # a thousandth of what a model takes to say one word
BAR_SPOOL_US = 100.0
BAR_MIB = 96.0  # the queue's 64 MiB, and what holds it


class Instant:
    """A server that takes everything at once."""

    def send(self, body: bytes) -> Response:
        """Say that it has them."""
        return Response(202, b'{"accepted": %d}' % body.count(b'"id":'))

    def close(self) -> None:
        """Have nothing to close."""


class Away:
    """A server that is not there."""

    def send(self, body: bytes) -> Response:
        """Fail."""
        raise ConnectionError(len(body))

    def close(self) -> None:
        """Have nothing to close."""


def main() -> None:
    """Print every figure; exit 1 where a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        plain = afterword.Client(transport=Instant())
        spooled = afterword.Client(transport=Instant(), spool=folder)
        talk, spooled_talk = plain.conversation("c-1"), spooled.conversation("c-1")
        bare: queue.Queue[str] = queue.Queue()
        waits = {
            "queue.put": (lambda: bare.put(TEXT), bare.queue.clear),
            "c.user": (lambda: talk.user(TEXT), plain.flush),
            "c.user, spooled": (lambda: spooled_talk.user(TEXT), spooled.flush),
        }
        took: dict[str, list[float]] = {name: [] for name in waits}
        for _ in range(ROUNDS):  # in turn, so that a noisy minute meets them all
            for name, (call, settle) in waits.items():
                took[name].append(_microseconds(call))
                settle()
        plain.close()
        spooled.close()
    bare_us = median(took["queue.put"])
    for name, found in took.items():
        usual = median(found)
        print(f"{name:18}{usual:8.2f} us (best {min(found):.2f}), {usual / bare_us:6.1f} x put")
    is_good = median(took["c.user"]) < BAR_US and median(took["c.user, spooled"]) < BAR_SPOOL_US
    mib, share = _full()
    print(f"a full queue of {MAX_PENDING_EVENTS} events: {mib:.0f} MiB, bar {BAR_MIB:.0f} MiB")
    print(f"a server that is away for 5 s: {share:.2%} of a processor")
    sys.exit(0 if is_good and mib < BAR_MIB else 1)


def _microseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - started) / CALLS * 1e6


def _full() -> tuple[float, float]:
    """Give the memory of a full queue in MiB, and what a server that is away costs."""
    before = _resident_mib()
    aw = afterword.Client(transport=Away())
    c = aw.conversation("c-1")
    for _ in range(MAX_PENDING_EVENTS):
        c.user(TEXT)
    mib = _resident_mib() - before
    spent, started = _processor_seconds(), time.perf_counter()
    aw.flush(5.0)
    return mib, (_processor_seconds() - spent) / (time.perf_counter() - started)


def _resident_mib() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # no path of ours
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1_048_576


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
