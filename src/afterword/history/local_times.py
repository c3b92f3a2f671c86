"""The hour and weekday at which a session opened, where its user was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from afterword.domain.session import Session

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def local_hour(session: Session) -> int | None:
    """Give the hour, 0 to 23; None where the time zone is unknown."""
    local = _local(session)
    return None if local is None else local.hour


def local_weekday(session: Session) -> int | None:
    """Give the weekday, Monday 0; None where the time zone is unknown."""
    local = _local(session)
    return None if local is None else local.weekday()


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _local(session: Session) -> datetime | None:
    # The zone of the session then, not today's offset; an unknown zone stays unknown.
    zone = None if session.timezone is None else _zone(session.timezone)
    if zone is None:
        return None
    try:
        return (_EPOCH + timedelta(microseconds=session.opened_us)).astimezone(zone)
    except OverflowError:  # an import from the last day of the year 9999
        return None
