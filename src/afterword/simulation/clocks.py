"""Clocks: local time of many sessions at once, by the zone's own rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from afterword.domain.policy import DAY_US, HOUR_US
from afterword.simulation.worlds import PLACES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MARGIN_US: Final = 3 * DAY_US


class Clocks:
    """The offsets of every place within a window; they change on whole hours UTC."""

    def __init__(self, from_us: int, to_us: int) -> None:
        """Look the offsets up, hour by hour."""
        self._first = (from_us - _MARGIN_US) // HOUR_US
        hours = range(self._first, (to_us + _MARGIN_US) // HOUR_US + 1)
        moments = [_EPOCH + timedelta(hours=hour) for hour in hours]
        known = {place.timezone: ZoneInfo(place.timezone) for place in PLACES}
        self._offsets_us = np.array(
            [[_offset_us(at, known[place.timezone]) for at in moments] for place in PLACES]
        )

    def local_us(self, place: NDArray[np.int8], utc_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give what the clock on the wall shows, as microseconds since its own 1970."""
        return utc_us + self._offset(place, utc_us)

    def utc_us(self, place: NDArray[np.int8], local_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give a moment at which the clock shows this; near it, where it skips an hour."""
        guess_us = local_us - self._offset(place, local_us)
        return local_us - self._offset(place, guess_us)

    def _offset(self, place: NDArray[np.int8], at_us: NDArray[np.int64]) -> NDArray[np.int64]:
        last = self._offsets_us.shape[1] - 1
        hour = np.clip(at_us // HOUR_US - self._first, 0, last)
        offsets: NDArray[np.int64] = self._offsets_us[place, hour]
        return offsets


def _offset_us(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)
