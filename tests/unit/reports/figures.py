"""Cells, times and a history for the tests of reports."""

from dataclasses import replace
from datetime import UTC, datetime

from afterword.journal.markers import Marker
from unit.statistics.people import cell_of, strangers

HEALTHY = strangers(65, 25, 10)
# 20 people, each of one mind: 60 helpful, 20 okay, 40 not.
REGULARS = cell_of([(6, 0, 0)] * 10 + [(0, 4, 0)] * 5 + [(0, 0, 8)] * 5)


def asked(cell, **counts):
    """Give a cell other counts of sessions and asks."""
    return replace(cell, **counts)


def week(key, positive=65, neutral=25, negative=10):
    """Count a week of strangers."""
    return strangers(positive, neutral, negative, key)


def at_us(text):
    """Read a day or time in UTC as microseconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def marker(day, kind="release", text="v42"):
    """Set a marker."""
    return Marker(f"{kind}-{day}", "default", at_us(day), kind, text)
