"""The clock on the wall where a user is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def local_time(timezone: str | None, at_us: int) -> datetime | None:
    """Give the local time of a moment, with the zone's offset then; None where nobody knows it.

    Args:
        timezone: An IANA name; one that does not exist is no zone.
        at_us: Microseconds since 1970 UTC.
    """
    zone = None if timezone is None else _zone(timezone)
    if zone is None:
        return None
    try:
        return (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    except OverflowError:  # an import from the last day of the year 9999
        return None


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
