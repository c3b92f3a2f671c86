"""Tried for at least a day, ever more seldom, never before the receiver wants it."""

from __future__ import annotations

from itertools import accumulate, count, takewhile

import pytest

from afterword.notify.schedule import (
    DAY_US,
    GIVE_UP_US,
    HOUR_US,
    SECOND_US,
    next_try_us,
    read_retry_after,
)

NOON_US = 1_772_539_200 * SECOND_US  # 2026-03-03 12:00 UTC


def waits(draw):
    """Give the waits between attempts that all fail."""
    tries = (next_try_us(n, 0, lambda: draw) for n in count(1))
    return list(takewhile(lambda wait: wait is not None, tries))


@pytest.mark.parametrize("draw", [0.0, 0.999])
def test_it_is_tried_for_days_and_ever_more_seldom(draw):
    """Soon at first, so that a hiccup costs seconds; then for more than a day."""
    told = waits(draw)
    tries = [0, *accumulate(told)]

    assert told == sorted(told)
    assert told[0] <= 6 * SECOND_US
    assert len([at for at in tries if at <= DAY_US]) >= 6
    assert 3 * DAY_US < tries[-1] < GIVE_UP_US


def test_what_failed_together_is_not_tried_together():
    """Every wait is drawn a little longer."""
    assert waits(0.0)[3] < waits(0.5)[3] < waits(0.9)[3] <= 1.2 * waits(0.0)[3]


@pytest.mark.parametrize(
    ("header", "wait_us"),
    [
        (None, None),
        ("120", 120 * SECOND_US),
        (" 0 ", 0),
        ("Tue, 03 Mar 2026 13:00:00 GMT", HOUR_US),
        ("Tue, 03 Mar 2026 13:00:00 -0000", HOUR_US),
        ("Tue, 03 Mar 2026 11:00:00 GMT", 0),
        ("999999999", DAY_US),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
    ],
)
def test_the_wish_of_a_receiver_is_read(header, wait_us):
    """Seconds or a date, no longer than a day."""
    assert read_retry_after(header, NOON_US) == wait_us


def test_it_is_never_tried_before_the_receiver_wants_it():
    """And not sooner than by ourselves."""
    assert next_try_us(1, NOON_US, lambda: 0.0, HOUR_US) == NOON_US + HOUR_US
    assert next_try_us(2, NOON_US, lambda: 0.0, 1) == NOON_US + 300 * SECOND_US
