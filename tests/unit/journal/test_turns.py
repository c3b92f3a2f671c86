"""Threads that write go in the order in which they came."""

from __future__ import annotations

from threading import Thread

import pytest

from afterword.journal.turns import Turns


def _queue_up(turns, names, done):
    threads = []
    for name in names:

        def work(name=name):
            with turns.take():
                done.append(name)

        threads.append(Thread(target=work))
        threads[-1].start()
        while turns.n_waiting < len(threads) + 1:
            pass
    return threads


def test_whoever_came_first_goes_first():
    """Also before a thread that has just given its turn back and asks again at once."""
    turns, done = Turns(), []
    with turns.take():
        threads = _queue_up(turns, "abc", done)
    with turns.take():
        done.append("again")
    for thread in threads:
        thread.join()

    assert done == ["a", "b", "c", "again"]


def test_a_turn_that_fails_is_given_back():
    """What goes wrong inside ends the turn."""
    turns = Turns()
    with pytest.raises(ValueError, match="inside"), turns.take():
        raise ValueError("inside")
    with turns.take():
        assert turns.n_waiting == 1
    assert turns.n_waiting == 0
