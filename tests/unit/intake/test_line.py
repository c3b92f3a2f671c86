"""The line: who waits is taken in order, whoever has looked at it before."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Event

import pytest
from msgspec.structs import replace

from afterword.intake import line as module
from afterword.intake.line import STOP, Line
from intake_cast import envelope, user


@pytest.fixture
def line():
    """An empty line."""
    opened = Line()
    yield opened
    opened.close()


def test_the_order_stays_and_what_was_read_ahead_comes_so(line, monkeypatch):
    """An envelope that is being read is neither passed over nor taken twice."""
    begun = Event()

    def read(one):
        begun.set()
        return replace(one, is_test=True)

    monkeypatch.setattr(module, "foresee", read)
    told = [(envelope(user(text=str(n))), Future()) for n in range(9)]
    for waiting in told[:6]:
        line.put(waiting)
    line.read_ahead()
    begun.wait()
    for waiting in [*told[6:], STOP]:
        line.put(waiting)
    taken = list(line.take())

    assert [future for _, future in taken[:-1]] == [future for _, future in told]
    assert taken[-1] is STOP
    assert taken[0][0].is_test


def test_what_cannot_be_read_ahead_is_taken_as_it_came(line, monkeypatch, caplog):
    """Its request is not lost, and whoever runs the server is told."""
    begun = Event()

    def fail(_):
        begun.set()
        raise ValueError("unreadable")

    monkeypatch.setattr(module, "foresee", fail)
    waiting = (envelope(user()), Future())
    line.put(waiting)
    line.read_ahead()
    begun.wait()

    assert list(line.take()) == [waiting]
    assert "could not be read ahead" in caplog.text
