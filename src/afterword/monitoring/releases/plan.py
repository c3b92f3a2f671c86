"""Which days of a release are held against which days of another."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Days = dict[date, int]  # sessions by day of opening, UTC

_WEEK: Final = 7
_WEEKS: Final = 4  # before a release: long enough to be known, short enough to be the same product
_STRAY: Final = 0.005  # of the sessions: so few before the others are no beginning
_TELLING: Final = 0.25  # what shared days must tell of what the weeks before could


class How(StrEnum):
    """What the comparison is."""

    CANARY = "canary"  # both ran at the same time
    BEFORE_AFTER = "before_after"


class Span(NamedTuple):
    """Days, both ends included."""

    first: date
    last: date

    @property
    def n_days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


class Plan(NamedTuple):
    """The days of the baseline and of the candidate."""

    how: How
    baseline: Span
    candidate: Span


def plan_of(baseline: Mapping[date, int], candidate: Mapping[date, int]) -> Plan:
    """Choose the days.

    The days that both ran on are the cleaner comparison: nothing differs but the release. They
    are taken where they tell at least a quarter of what the weeks before the candidate could.

    Args:
        baseline: Its sessions by day; at least one.
        candidate: Its sessions by day; at least one.
    """
    old, new = _begun(baseline), _begun(candidate)
    shared = sorted(old.keys() & new.keys())
    before = _before(old, min(new))
    n_new, n_before = sum(new.values()), sum(old[day] for day in old if _is_in(day, before))
    beside = sum(_telling(old[day], new[day]) for day in shared)
    if beside and beside >= _TELLING * _telling(n_before, n_new):
        both = Span(shared[0], shared[-1])
        return Plan(How.CANARY, both, both)
    return Plan(How.BEFORE_AFTER, before or Span(min(old), max(old)), Span(min(new), max(new)))


def _begun(days: Mapping[date, int]) -> Days:
    first = _first(sorted(days), days)
    return {day: n for day, n in days.items() if day >= first and n}


def _first(order: Sequence[date], days: Mapping[date, int]) -> date:
    # A clock set wrong, or an old file read in again, must not move an end by a year.
    few, seen = _STRAY * sum(days[day] for day in order), 0
    for day in order:
        seen += days[day]
        if seen > few:
            return day
    return order[-1]


def _before(old: Days, start: date) -> Span | None:
    """Give up to four whole weeks before a day, so that each weekday counts alike."""
    days = sorted(day for day in old if day < start)
    if not days:
        return None
    last = _first(days[::-1], old)  # not the day before the start: another may lie between
    n_days = (last - days[0]).days + 1
    n_weeks = min(n_days // _WEEK, _WEEKS)
    return Span(last - timedelta(days=(n_weeks * _WEEK or n_days) - 1), last)


def _is_in(day: date, span: Span | None) -> bool:
    return span is not None and span.first <= day <= span.last


def _telling(one: int, other: int) -> float:
    return one * other / (one + other) if one and other else 0.0
