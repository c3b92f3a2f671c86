"""Times as text: RFC 3339 outside, whole microseconds since 1970 UTC inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def write_time(time_us: int) -> str:
    """Write a time as RFC 3339 in UTC; whole seconds without a fraction."""
    moment = _EPOCH + timedelta(microseconds=time_us)
    return moment.isoformat().replace("+00:00", "Z")
