"""Periods of another window beside those of this one."""

import pytest

from afterword.history import Filter
from afterword.reports.shifts import moved, shift_of
from unit.reports.figures import at_us


def window(first):
    """Begin somewhere; where it ends does not matter."""
    return Filter(from_us=None if first is None else at_us(first))


@pytest.mark.parametrize(
    ("period", "here", "there", "shift"),
    [
        ("day", "2026-11-03", "2026-11-01", 2),
        ("day", "2026-11-03T06:00", "2026-11-02T06:00", 1),
        ("day", "2026-11-03T06:00", "2026-11-02", None),
        ("week", "2026-11-16", "2026-11-02", 2),
        ("week", "2026-11-17", "2026-11-10", 1),
        ("week", "2026-11-16", "2026-11-03", None),
        ("week", "2026-11-02", "2026-11-16", -2),
        ("month", "2026-03-01", "2025-11-01", 4),
        ("month", "2026-03-01", "2025-11-02", None),
        ("month", "2026-03-01T12:00", "2025-11-01", None),
        ("day", None, "2026-11-01", None),
        ("month", "2026-11-01", None, None),
    ],
)
def test_windows_lie_whole_periods_apart_or_not_at_all(period, here, there, shift):
    """By their beginnings; half a week is no place beside a whole one."""
    assert shift_of(period, window(here), window(there)) == shift


@pytest.mark.parametrize(
    ("key", "period", "n", "expected"),
    [
        ("2026-02-27", "day", 2, "2026-03-01"),
        ("2026-11-02", "week", 2, "2026-11-16"),
        ("2025-11-01", "month", 4, "2026-03-01"),
        ("2026-01-01", "month", -1, "2025-12-01"),
        ("9999-12-31", "day", 1, "9999-12-31"),
        ("9999-12-01", "month", 1, "9999-12-31"),
    ],
)
def test_a_period_is_moved_by_whole_ones(key, period, n, expected):
    """Over the ends of months and years, never past the calendar's."""
    assert moved(key, period, n) == expected
