"""The queue: bounded, in order, cut into requests that the server takes."""

from __future__ import annotations

import json

from afterword.client.backlog import MAX_EVENT_BYTES, Backlog, envelope
from afterword.client.limits import MAX_PENDING_BYTES, MAX_PENDING_EVENTS
from afterword.domain.events import MAX_BODY_BYTES, MAX_EVENTS


def filled(bodies):
    """Give a queue with these events, and how many had to go."""
    backlog = Backlog()
    return backlog, sum(len(backlog.add(body)) for body in bodies)


def test_a_request_holds_at_most_1000_events_oldest_first():
    """What is taken is in order, and the rest stays."""
    backlog, _ = filled(str(n).encode() for n in range(MAX_EVENTS + 5))

    first, second = backlog.take(), backlog.take()

    assert json.loads(envelope(first)) == {"events": list(range(MAX_EVENTS))}
    assert [item.number for item in second] == list(range(MAX_EVENTS + 1, MAX_EVENTS + 6))
    assert len(backlog) == 0


def test_a_request_has_at_most_one_mebibyte():
    """The body as it is sent fits exactly, and one byte more is left for the next."""
    half = MAX_EVENT_BYTES // 2
    rest = MAX_EVENT_BYTES - half - 1  # a comma
    fits, _ = filled([b"1" * half, b"1" * rest])
    too_much, _ = filled([b"1" * half, b"1" * (rest + 1)])

    assert len(envelope(fits.take())) == MAX_BODY_BYTES
    assert [len(too_much.take()), len(too_much.take())] == [1, 1]


def test_when_there_are_too_many_the_oldest_go():
    """The bound on events holds, and what went is counted."""
    backlog, n_dropped = filled(b"1" for _ in range(MAX_PENDING_EVENTS + 3))

    assert (len(backlog), n_dropped) == (MAX_PENDING_EVENTS, 3)
    assert backlog.take()[0].number == 4


def test_when_they_are_too_large_the_oldest_go():
    """The bound on bytes holds too; what was taken weighs no more."""
    large = b"1" * MAX_EVENT_BYTES
    n_fitting = MAX_PENDING_BYTES // MAX_EVENT_BYTES
    backlog, n_dropped = filled([large] * (n_fitting + 2))

    assert (len(backlog), n_dropped) == (n_fitting, 2)
    backlog.take()
    assert backlog.add(large) == ()
    assert backlog.first == 4


def test_it_tells_when_a_request_is_full():
    """By number or by size."""
    few, _ = filled([b"1"] * (MAX_EVENTS - 1))
    large, _ = filled([b"1" * MAX_EVENT_BYTES])

    assert not few.fills_batch
    assert large.fills_batch
    few.add(b"1")
    assert few.fills_batch
