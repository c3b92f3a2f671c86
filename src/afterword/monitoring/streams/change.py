"""What an alarm is about: since when, how much, and how sure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.statistics.shares import (
    Interval,
    NotEstimable,
    each_of,
    normal_quantile,
    score_interval,
)
from afterword.statistics.splits import best_split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.monitoring.streams.days import Counts, Day
    from afterword.monitoring.streams.episode import Episode

_BEFORE: Final = timedelta(weeks=16)
_AFTER: Final = timedelta(weeks=8)
_LEVELS: Final = 3
_QUANTILE: Final = normal_quantile(each_of(_LEVELS, 0.95))


class Shares(Struct, frozen=True):
    """Shares of a stretch of days; the three intervals hold together."""

    n_rated: int
    positive: Interval
    neutral: Interval
    negative: Interval


class Change(Struct, frozen=True):
    """The day that best parts the days around an alarm."""

    since: date
    p_value: float  # that nothing changed on any of these days
    before: Shares
    after: Shares


def change_of(
    episode: Episode, days: Sequence[Day], design_effect: float
) -> Change | NotEstimable:
    """Date and size what raised an alarm.

    Args:
        episode: With its alarm.
        days: Of the stream in order. Those from sixteen weeks before the alarm to the day on which
            it was last confirmed count, at most eight weeks later.
        design_effect: Of the stream's baseline.
    """
    first, last = episode.date - _BEFORE, min(episode.confirmed, episode.date + _AFTER)
    stretch = [one for one in days if first < one.date <= last and one.n]
    split = best_split([one.counts for one in stretch], design_effect=design_effect)
    if isinstance(split, NotEstimable):
        return split
    return Change(
        stretch[split.at].date,
        split.p_value,
        _shares(stretch[: split.at], design_effect),
        _shares(stretch[split.at :], design_effect),
    )


def _shares(days: Sequence[Day], design_effect: float) -> Shares:
    counts: Counts = tuple(map(sum, zip(*(one.counts for one in days), strict=True)))  # type: ignore[assignment]  # three
    n = sum(counts)
    found = (score_interval(one / n, n / design_effect, quantile=_QUANTILE) for one in counts)
    return Shares(n, *found)
