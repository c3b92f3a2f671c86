"""Times in files."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from afterword.errors import InputError
from afterword.importers.times import from_us, read_at, to_us

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOON_US = 1_793_534_400_000_000


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T12:00:00Z",
        "2026-11-01T13:00:00+01:00",
        "2026-11-01 12:00:00.000000+00:00",
        "1793534400",
        "1793534400.0",
    ],
)
def test_rfc_3339_and_unix_seconds_are_read(text):
    """The same moment in every allowed spelling."""
    assert read_at(text) == NOON_US


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("2026-11-01T12:00:00", "invalid_field", "no offset"),
        ("2026-11-01", "invalid_field", "no offset"),
        ("01/11/2026 12:00", "invalid_field", "neither RFC 3339"),
        ("20261101", "invalid_field", "no Unix time in seconds"),
        ("2026", "invalid_field", "no Unix time in seconds"),
        ("1793534400000", "invalid_field", "no Unix time in seconds"),
        ("nan", "invalid_field", "no Unix time in seconds"),
        ("1901-11-01T12:00:00Z", "time_out_of_range", "1970"),
    ],
)
def test_other_times_are_refused(text, code, says):
    """A time that could mean several moments is not guessed."""
    with pytest.raises(InputError) as caught:
        read_at(text)

    assert (caught.value.code, caught.value.field) == (code, "at")
    assert says in caught.value.detail


def test_times_go_there_and_back():
    """Microseconds and moments are the same thing."""
    assert from_us(NOON_US) == NOON
    assert to_us(NOON) == to_us(NOON.astimezone(timezone(timedelta(hours=5)))) == NOON_US
    assert to_us(NOON_US / 1e6) == NOON_US


@pytest.mark.parametrize("at", [-1.0, 1e15, datetime(1969, 12, 31, tzinfo=UTC)])
def test_times_outside_the_calendar_are_refused(at):
    """Events lie between 1970 and 9999."""
    with pytest.raises(InputError):
        to_us(at)
