"""The periods of another window, moved onto those of the report's own: the first on the first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US, WEEK_US

if TYPE_CHECKING:
    from afterword.history.filters import Filter

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTHS_US: Final = {"day": DAY_US, "week": WEEK_US}
_MONTHS: Final = 12


def shift_of(period: str, chosen: Filter, other: Filter) -> int | None:
    """Count the whole periods from another window's beginning to the report's own.

    Args:
        period: ``day``, ``week`` or ``month``.
        chosen: The report's own window.
        other: The other one, as long or not.

    Returns:
        None where a window is open at its beginning, or they do not lie whole periods apart.
    """
    if chosen.from_us is None or other.from_us is None:
        return None
    if period in _LENGTHS_US:
        n, rest = divmod(chosen.from_us - other.from_us, _LENGTHS_US[period])
        return None if rest else n
    here, there = (_month(one.from_us) for one in (chosen, other))
    return None if here is None or there is None else here - there


def moved(key: str, period: str, n: int) -> str:
    """Give the first day of the period that comes n periods after another.

    The calendar's last day stands for what comes after it.
    """
    first = date.fromisoformat(key)
    try:
        if period in _LENGTHS_US:
            return (first + n * timedelta(microseconds=_LENGTHS_US[period])).isoformat()
        year, month = divmod(first.year * _MONTHS + first.month - 1 + n, _MONTHS)
        return date(year, month + 1, 1).isoformat()
    except (OverflowError, ValueError):
        return date.max.isoformat()


def _month(time_us: int | None) -> int | None:
    """Number a month by its first moment; None for any other moment."""
    moment = _EPOCH + timedelta(microseconds=time_us or 0)
    if moment != datetime(moment.year, moment.month, 1, tzinfo=UTC):
        return None
    return moment.year * _MONTHS + moment.month - 1
