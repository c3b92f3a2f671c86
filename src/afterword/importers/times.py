"""Times as files tell them, and as intake wants them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from afterword.errors import InvalidField, TimeOutOfRange

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_END_US: Final = 253_402_300_799_000_000  # of the year 9999
# 1973 to 2286: neither a day without its dashes nor a time in milliseconds passes for seconds.
_SECONDS: Final = range(100_000_000, 10_000_000_000)


def to_us(at: datetime | float | None) -> int:
    """Give a time in microseconds since 1970 UTC.

    Raises:
        TimeOutOfRange: It lies before 1970 or after 9999.
    """
    if isinstance(at, datetime):
        at_us = (at - _EPOCH) // _MICROSECOND
    else:
        at_us = round((at or 0) * 1_000_000)
    if not 0 <= at_us <= _END_US:
        raise TimeOutOfRange(f"at: {at} does not lie between 1970 and 9999.", field="at")
    return at_us


def from_us(at_us: int) -> datetime:
    """Give a time as an event carries it."""
    return _EPOCH + timedelta(microseconds=at_us)


def read_at(text: str) -> int:
    """Read RFC 3339 with its offset, or Unix seconds.

    Raises:
        InvalidField: It is neither. A time without an offset could be anybody's.
        TimeOutOfRange: It lies before 1970 or after 9999.
    """
    try:
        seconds = float(text)
    except ValueError:
        return _read_rfc3339(text)
    if not _SECONDS.start <= seconds < _SECONDS.stop:
        raise InvalidField(f"{text!r:.40} is no Unix time in seconds.", field="at")
    return to_us(seconds)


def _read_rfc3339(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InvalidField(
            f"{text!r:.40} is neither RFC 3339 (2026-11-01T09:30:00Z) nor Unix seconds.",
            field="at",
        ) from exc
    if moment.tzinfo is None:
        raise InvalidField(
            f"{text!r:.40} has no offset: write 2026-11-01T09:30:00Z or +01:00, or Unix seconds.",
            field="at",
        )
    return to_us(moment)
