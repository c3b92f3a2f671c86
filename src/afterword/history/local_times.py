"""The hour and weekday at which a session opened, where its user was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain.zones import local_time

if TYPE_CHECKING:
    from afterword.domain.session import Session


def local_hour(session: Session) -> int | None:
    """Give the hour, 0 to 23; None where the time zone is unknown."""
    local = local_time(session.timezone, session.opened_us)
    return None if local is None else local.hour


def local_weekday(session: Session) -> int | None:
    """Give the weekday, Monday 0; None where the time zone is unknown."""
    local = local_time(session.timezone, session.opened_us)
    return None if local is None else local.weekday()
