"""Local times are those of the zones' own rules, on the days on which clocks change, too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from afterword.simulation.clocks import Clocks
from afterword.simulation.worlds import PLACES

YEAR = 2025
FROM_US = int(datetime(YEAR, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
TO_US = int(datetime(YEAR + 1, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
HALF_HOUR_US = 1_800_000_000


def test_every_half_hour_of_a_year_is_what_the_wall_shows():
    """The table of offsets and the zone's rules agree in every place."""
    clocks = Clocks(FROM_US, TO_US)
    moments = np.arange(FROM_US, TO_US, HALF_HOUR_US)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for place, here in enumerate(PLACES):
        zone = ZoneInfo(here.timezone)
        offsets = [
            (epoch + timedelta(microseconds=at_us)).astimezone(zone).utcoffset()
            for at_us in moments.tolist()
        ]
        told = clocks.local_us(np.full(len(moments), place), moments) - moments

        assert told.tolist() == [round(one.total_seconds() * 1e6) for one in offsets]


def test_local_time_leads_back_to_its_moment():
    """Only an hour that a clock skips or shows twice is moved, by that hour."""
    clocks = Clocks(FROM_US, TO_US)
    moments = np.arange(FROM_US, TO_US, HALF_HOUR_US)
    for place in range(len(PLACES)):
        where = np.full(len(moments), place)
        back = clocks.utc_us(where, clocks.local_us(where, moments))
        moved = back[back != moments] - moments[back != moments]

        assert len(moved) <= 4
        assert set(np.abs(moved).tolist()) <= {2 * HALF_HOUR_US}
