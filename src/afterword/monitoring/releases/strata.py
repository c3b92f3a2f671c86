"""Ratings of two releases put side by side, like with like."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.monitoring.releases.plan import How
from afterword.statistics.strata import Stratum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from afterword.history.questions.slices import Levels, Slice

_LEAST_A_DAY: Final = 5  # ratings of the smaller side, on an ordinary day
_SATURDAY: Final = 5


class Period(StrEnum):
    """Which days count as alike."""

    DAY = "day"
    WEEK = "week"
    WEEKEND = "weekend"  # or not


class Pair(NamedTuple):
    """The ratings of one kind of session in both, best level first."""

    baseline: Levels
    candidate: Levels


class Strata(NamedTuple):
    """Ratings in both by kind, and which days count as one kind."""

    period: Period
    pairs: tuple[Pair, ...]

    def at(self, place: int) -> list[Stratum]:
        """Give those at one level.

        Args:
            place: 0 for the best.
        """
        return [Stratum(old[place], sum(old), new[place], sum(new)) for old, new in self.pairs]


def strata_of(baseline: Iterable[Slice], candidate: Iterable[Slice], how: How) -> Strata:
    """Put slices of the same days, trigger and use case side by side.

    Side by side in time, days stand alone where there are enough ratings for it, else weeks; one
    after the other, weekdays are held against weekdays and weekends against weekends.
    """
    old, new = list(baseline), list(candidate)
    period = Period.WEEKEND if how is How.BEFORE_AFTER else _period(old, new)
    key = _KEYS[period]
    found: dict[tuple[object, ...], tuple[list[Slice], list[Slice]]]
    found = defaultdict(lambda: ([], []))
    for place, side in enumerate((old, new)):
        for one in side:
            kind = (key(date.fromisoformat(one.day)), one.trigger, one.use_case)
            found[kind][place].append(one)
    return Strata(period, tuple(Pair(_sum(a), _sum(b)) for a, b in found.values()))


def rated_by_day(side: Iterable[Slice]) -> dict[date, int]:
    """Count the ratings of each day."""
    found: dict[date, int] = defaultdict(int)
    for one in side:
        found[date.fromisoformat(one.day)] += sum(one.levels)
    return found


def _period(old: list[Slice], new: list[Slice]) -> Period:
    # By how many there are, not by what they say.
    a, b = rated_by_day(old), rated_by_day(new)
    least = sorted(min(a.get(day, 0), b.get(day, 0)) for day in {*a, *b})
    return Period.DAY if least and least[len(least) // 2] >= _LEAST_A_DAY else Period.WEEK


_KEYS: Final[dict[Period, Callable[[date], object]]] = {
    Period.DAY: lambda day: day,
    Period.WEEK: lambda day: tuple(day.isocalendar())[:2],
    Period.WEEKEND: lambda day: day.weekday() >= _SATURDAY,
}


def _sum(side: list[Slice]) -> Levels:
    positive, neutral, negative = (sum(one.levels[place] for one in side) for place in range(3))
    return positive, neutral, negative
