"""Times as text: RFC 3339 outside, whole microseconds since 1970 UTC inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from afterword.errors import InvalidField

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def write_time(time_us: int) -> str:
    """Write a time as RFC 3339 in UTC; whole seconds without a fraction."""
    moment = _EPOCH + timedelta(microseconds=time_us)
    return moment.isoformat().replace("+00:00", "Z")


def read_time(text: str, *, field: str) -> int:
    """Read a day (its first moment in UTC) or an RFC 3339 time with an offset.

    Args:
        text: ``2026-11-01`` or ``2026-11-01T09:30:00+01:00``; a plus that a URL made a space, too.
        field: The input field it came in, for the error.

    Raises:
        InvalidField: It is neither.
    """
    wrong = InvalidField(
        f"{field}: {text!r:.60} is neither a day (2026-11-01) nor a time with its offset"
        " (2026-11-01T09:30:00Z).",
        field=field,
    )
    try:
        if "T" not in text.upper():
            day = date.fromisoformat(text)
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as exc:
        raise wrong from exc
    if moment.tzinfo is None:
        raise wrong
    try:
        return (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND
    except OverflowError as exc:  # a year that UTC no longer has
        raise wrong from exc
