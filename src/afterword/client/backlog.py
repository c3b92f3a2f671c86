"""Events that wait to be sent: oldest first, numbered, and never more than a process can spare."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.client.inbox import Inbox
from afterword.client.limits import MAX_PENDING_BYTES, MAX_PENDING_EVENTS
from afterword.client.segment import Segment
from afterword.domain.events import MAX_BODY_BYTES, MAX_EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPENING: Final = b'{"events":['
_CLOSING: Final = b"]}"
MAX_EVENT_BYTES: Final = MAX_BODY_BYTES - len(_OPENING + _CLOSING)


class Item(Struct, frozen=True):
    """One event as JSON, and where an ask that its answer brings is to go."""

    number: int
    body: bytes
    inbox: Inbox | None = None
    segment: Segment | None = None  # the spool's file that it is in


class Backlog:
    """A queue of items. Not guarded against threads: its owner is."""

    def __init__(self, last: int = 0) -> None:
        """Begin empty; the next item gets the number after ``last``."""
        self.last = last
        self._items: deque[Item] = deque()
        self._n_bytes = 0

    def __len__(self) -> int:
        """Count what waits."""
        return len(self._items)

    @property
    def first(self) -> int:
        """The number of the oldest item; where there is none, of the next."""
        return self.last - len(self._items) + 1

    @property
    def fills_batch(self) -> bool:
        """Whether there is enough for a whole request."""
        return len(self._items) >= MAX_EVENTS or self._n_bytes >= MAX_EVENT_BYTES

    def add(
        self, body: bytes, inbox: Inbox | None = None, segment: Segment | None = None
    ) -> Sequence[Item]:
        """Put one event at the end; give the oldest ones, which had to go for it."""
        self.last += 1
        self._items.append(Item(self.last, body, inbox, segment))
        self._n_bytes += len(body)
        if len(self._items) <= MAX_PENDING_EVENTS and self._n_bytes <= MAX_PENDING_BYTES:
            return ()
        return self._drop()

    def take(self) -> list[Item]:
        """Take as many of the oldest as fit into one request."""
        taken: list[Item] = []
        n_bytes = 0
        while self._items and len(taken) < MAX_EVENTS:
            n_bytes += len(self._items[0].body) + 1  # its comma
            if taken and n_bytes - 1 > MAX_EVENT_BYTES:
                break
            taken.append(self._items.popleft())
        self._n_bytes -= sum(len(item.body) for item in taken)
        return taken

    def _drop(self) -> list[Item]:
        dropped = []
        while len(self._items) > MAX_PENDING_EVENTS or self._n_bytes > MAX_PENDING_BYTES:
            dropped.append(self._items.popleft())
            self._n_bytes -= len(dropped[-1].body)
        return dropped


def envelope(items: Sequence[Item]) -> bytes:
    """Write items as the body of one request."""
    return _OPENING + b",".join([item.body for item in items]) + _CLOSING
