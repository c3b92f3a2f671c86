"""The streams of a project, each with its monitor, from the whole history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from afterword.history.filters import UNKNOWN
from afterword.history.questions.given import given
from afterword.history.questions.ratings import ALL
from afterword.monitoring.streams.back_test import BackTest, back_test
from afterword.monitoring.streams.baseline import LEAST_RATINGS, Direction
from afterword.monitoring.streams.days import Day
from afterword.statistics.clusters import PeopleSums

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.named_filters import Named
    from afterword.history.questions.given import GivenDay

DIMENSIONS: Final = ("use_case", "channel", "agent")
FILTER: Final = "filter"  # the dimension of streams that are named filters


class Watched(Struct, frozen=True):
    """A stream, and what its monitor knows."""

    stream: str  # all, or dimension:value
    found: BackTest

    @property
    def is_worse(self) -> bool:
        """Whether an alarm for worse is open."""
        alarms = self.found.alarms
        return any(one.direction is Direction.WORSE and one.ended is None for one in alarms)


class Acts(NamedTuple):
    """Days on which releases were accepted, and of streams that were rebased, the last day."""

    accepted: Sequence[dt.date]
    rebased: Mapping[str, dt.date]


_NO_ACTS: Final = Acts((), {})


def watch_all(
    history: History,
    chosen: Filter,
    until: dt.date,
    by: Sequence[str] = DIMENSIONS,
    named: Named | None = None,
    *,
    acts: Acts = _NO_ACTS,
) -> list[Watched]:
    """Watch all ratings together and every value that has enough of them for a baseline.

    All streams share one budget of false alarms.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        until: Newest day that has settled.
        by: Dimensions whose values are streams; sessions without a value are in no stream of them.
        named: Named filters, each a stream.
        acts: What made new baselines.
    """
    streams = streams_of(history, chosen, by, named, least_rated=LEAST_RATINGS)
    settled = {
        name: [one for one in days if one.date <= until]
        for name, days in distinct(streams).items()
    }
    return [
        Watched(
            name,
            back_test(
                days,
                n_streams=len(settled),
                rebase_after=acts.rebased.get(name),
                until=until,
                accepted=acts.accepted,
            ),
        )
        for name, days in settled.items()
    ]


def streams_of(
    history: History,
    chosen: Filter,
    by: Iterable[str] = DIMENSIONS,
    named: Named | None = None,
    *,
    least_rated: int = 0,
) -> dict[str, list[Day]]:
    """Count the days of all ratings together and of every value, in order.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        by: Dimensions whose values are streams.
        named: Named filters, each a stream ``filter:NAME``.
        least_rated: Values and filters with fewer ratings are left out.
    """
    streams = given(history, chosen)
    for dimension in by:
        values = given(history, chosen, dimension, least_rated=least_rated)
        streams |= {
            f"{dimension}:{value}": days for value, days in values.items() if value != UNKNOWN
        }
    for name, pairs in (named or {}).items():
        part = replace(chosen, where=(*chosen.where, *pairs))
        found = given(history, part, least_rated=least_rated)
        streams |= {f"{FILTER}:{name}": days for days in found.values()}
    return {name: [_day(one) for one in days] for name, days in streams.items()}


def distinct(streams: dict[str, list[Day]]) -> dict[str, list[Day]]:
    """Leave out what is the whole stream, such as an only channel: watched once, it costs less."""
    whole = streams.get(ALL)
    return {name: days for name, days in streams.items() if name == ALL or days != whole}


def stream_filter(stream: str, chosen: Filter, named: Named | None = None) -> Filter | None:
    """Give the sessions of a stream; None where it is a filter that is named no more."""
    dimension, is_part, value = stream.partition(":")
    if not is_part:
        return chosen
    if dimension != FILTER:
        return replace(chosen, where=(*chosen.where, (dimension, value)))
    pairs = (named or {}).get(value)
    return None if pairs is None else replace(chosen, where=(*chosen.where, *pairs))


def _day(given_day: GivenDay) -> Day:
    people = PeopleSums(
        given_day.n_raters,
        sum(given_day.levels),
        given_day.levels[2],
        given_day.m2,
        given_day.my,
        given_day.y2,
    )
    return Day(given_day.day, given_day.levels, people, given_day.triggers)
