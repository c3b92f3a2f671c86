"""Times at the edge."""

import pytest

from afterword.errors import InvalidField
from afterword.server.times import read_time, write_time

NOV_1_US = 1_793_491_200_000_000


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01",
        "2026-11-01T00:00:00Z",
        "2026-11-01T01:00:00+01:00",
        "2026-11-01T01:00:00 01:00",
    ],
)
def test_days_and_times_are_read(text):
    """A day is its first moment in UTC; a plus that a URL made a space is understood."""
    assert read_time(text, field="from") == NOV_1_US


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-11-01T00:00:00", "", "1e9"])
def test_anything_else_names_the_field(text):
    """A time without an offset would mean another moment elsewhere."""
    with pytest.raises(InvalidField, match="from") as raised:
        read_time(text, field="from")

    assert raised.value.field == "from"


def test_times_are_written_in_utc():
    """Whole seconds carry no fraction."""
    assert write_time(NOV_1_US) == "2026-11-01T00:00:00Z"
    assert write_time(NOV_1_US + 5) == "2026-11-01T00:00:00.000005Z"
