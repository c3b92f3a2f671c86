"""The streams of a project, each with its monitor, from the whole history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.history.filters import UNKNOWN
from afterword.history.questions.given import given
from afterword.history.questions.ratings import ALL
from afterword.monitoring.streams.back_test import BackTest, back_test
from afterword.monitoring.streams.baseline import LEAST_RATINGS, Direction
from afterword.monitoring.streams.days import Day
from afterword.statistics.clusters import PeopleSums

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.given import GivenDay

DIMENSIONS: Final = ("use_case", "channel", "agent")


class Watched(Struct, frozen=True):
    """A stream, and what its monitor knows."""

    stream: str  # all, or dimension:value
    found: BackTest

    @property
    def is_worse(self) -> bool:
        """Whether an alarm for worse is open."""
        alarms = self.found.alarms
        return any(one.direction is Direction.WORSE and one.ended is None for one in alarms)


def watch_all(
    history: History, chosen: Filter, until: dt.date, by: Sequence[str] = DIMENSIONS
) -> list[Watched]:
    """Watch all ratings together and every value that has enough of them for a baseline.

    All streams share one budget of false alarms.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        until: Newest day that has settled.
        by: Dimensions whose values are streams; sessions without a value are in no stream of them.
    """
    streams = given(history, chosen)
    for dimension in by:
        values = given(history, chosen, dimension, least_rated=LEAST_RATINGS)
        streams |= {
            f"{dimension}:{value}": days
            for value, days in values.items()
            # The only value of a dimension is the whole stream: watched once, it costs less.
            if value != UNKNOWN and days != streams[ALL]
        }
    settled = {
        name: [_day(one) for one in days if one.day <= until] for name, days in streams.items()
    }
    return [
        Watched(name, back_test(days, n_streams=len(settled), until=until))
        for name, days in settled.items()
    ]


def _day(given_day: GivenDay) -> Day:
    people = PeopleSums(
        given_day.n_raters,
        sum(given_day.levels),
        given_day.levels[2],
        given_day.m2,
        given_day.my,
        given_day.y2,
    )
    return Day(given_day.day, given_day.levels, people)
