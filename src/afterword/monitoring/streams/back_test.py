"""What a monitor would have said of a stream, had it watched from the beginning."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from afterword.monitoring.streams.baseline import Direction, Gathering
from afterword.monitoring.streams.change import Shares, change_of
from afterword.monitoring.streams.monitor import Monitor, replay
from afterword.monitoring.streams.notice import Volume, days_to_notice
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.monitoring.streams.baseline import Baseline
    from afterword.monitoring.streams.days import Day
    from afterword.monitoring.streams.episode import Episode


class Alarm(Struct, frozen=True):
    """An alarm with what it was about and what became of it."""

    date: dt.date
    direction: Direction
    evidence: float  # a stream that did not change reaches the alarm level once in so many days
    confirmed: dt.date  # the newest day on which evidence, begun anew, was enough again
    n_confirmed: int
    ended: dt.date | None
    since: dt.date | None = None  # the day of the change; None where `not_dated` says why
    p_value: float | None = None  # that there was none in sixteen weeks
    before: Shares | None = None  # from sixteen weeks before the alarm to the change
    after: Shares | None = None  # from the change to the last confirmation
    not_dated: str | None = None


class KindOfDay(Struct, frozen=True):
    """Weekdays or weekends in the baseline."""

    days: str  # weekday, weekend, or all where the two are not told apart
    n_rated: int
    positive: float
    neutral: float
    negative: float
    triggers: tuple[tuple[str, ...], ...] = ()  # that have shares of their own, alone or together


class Held(Struct, frozen=True):
    """The baseline that a stream is held against."""

    version: int
    first: dt.date
    last: dt.date
    n_days: int
    design_effect: float
    effect_source: str
    kinds: tuple[KindOfDay, ...]


class Countdown(Struct, frozen=True):
    """What is still missing for a baseline, at least."""

    days: int  # with ratings
    ratings: int


class Days(Struct, frozen=True):
    """Days from a fall to its alarm, in half and in nine of ten futures; None: over a year."""

    median: int | None
    p90: int | None


class BackTest(Struct, frozen=True):
    """A stream, its alarms, and what its monitor could see."""

    first: dt.date | None
    last: dt.date | None
    n_days: int  # with ratings
    n_rated: int
    last_rated: dt.date | None
    alarm_level: float
    alarms: tuple[Alarm, ...]
    baseline: Held | None
    countdown: Countdown | None  # while there is no baseline
    coming: Countdown | None  # to the next one, while a release that was accepted begins it
    days_to_notice: dict[str, Days] | None  # by points of helpful that turn into not


def back_test(
    days: Sequence[Day],
    *,
    n_streams: int = 1,
    rebase_after: dt.date | None = None,
    until: dt.date | None = None,
    accepted: Sequence[dt.date] = (),
) -> BackTest:
    """Let a monitor watch a stream.

    Args:
        days: In order.
        n_streams: Under one budget of false alarms.
        rebase_after: A new baseline begins after this day.
        accepted: Days on which releases were accepted.
        until: Where the stream ends if not with its last day: days without ratings follow.
    """
    before = [one for one in days if rebase_after is not None and one.date <= rebase_after]
    monitor, episodes = replay(before, Monitor(n_streams), accepted)
    alarms = [alarm_of(one, before, monitor.baseline) for one in episodes]
    if rebase_after is not None:
        monitor = monitor.rebased(rebase_after)
        alarms = [structs.replace(one, ended=one.ended or rebase_after) for one in alarms]
    rest = days[len(before) :]
    monitor, episodes = replay(rest, monitor, accepted)
    begun = [one for one in episodes if rebase_after is None or one.date > rebase_after]
    alarms += [alarm_of(one, days, monitor.baseline) for one in begun]
    rated = [one for one in days if one.n]
    last = until or (days[-1].date if days else None)
    return BackTest(
        first=days[0].date if days else None,
        last=last,
        n_days=len(rated),
        n_rated=sum(one.n for one in rated),
        last_rated=rated[-1].date if rated else None,
        alarm_level=monitor.level,
        alarms=tuple(alarms),
        **_held(monitor, days, last),
    )


def _held(monitor: Monitor, days: Sequence[Day], last: dt.date | None) -> dict[str, Any]:
    baseline = monitor.baseline
    if baseline is None or last is None:
        left = _countdown(monitor.gathering)
        return {"baseline": None, "countdown": left, "coming": None, "days_to_notice": None}
    volume = Volume.of(days, last)
    found = days_to_notice(baseline, volume, n_streams=monitor.n_streams)
    return {
        "baseline": _baseline(baseline),
        "countdown": None,
        "coming": _countdown(monitor.coming) if monitor.coming else None,
        "days_to_notice": {str(one.points): Days(one.median, one.p90) for one in found},
    }


def _countdown(gathering: Gathering) -> Countdown:
    return Countdown(gathering.days_missing, gathering.ratings_missing)


def _baseline(baseline: Baseline) -> Held:
    named = {"weekday": False, "weekend": True} if baseline.is_split else {"all": False}
    kinds = tuple(
        KindOfDay(
            name,
            sum(baseline.counts(is_weekend=is_weekend)),
            *baseline.shares(is_weekend=is_weekend),
            tuple(one.triggers for one in baseline.strata(is_weekend=is_weekend) if one.triggers),
        )
        for name, is_weekend in named.items()
    )
    return Held(
        baseline.version,
        baseline.first,
        baseline.last,
        baseline.n_days,
        baseline.design_effect,
        baseline.effect_source,
        kinds,
    )


def alarm_of(episode: Episode, days: Sequence[Day], baseline: Baseline | None) -> Alarm:
    """Tell an episode with its date and size.

    Args:
        episode: Of the stream.
        days: From sixteen weeks before its alarm on, in order.
        baseline: That it was held against.
    """
    change = change_of(episode, days, baseline.design_effect if baseline else 1.0)
    alarm = Alarm(
        episode.date,
        episode.direction,
        episode.evidence,
        episode.confirmed,
        episode.n_confirmed,
        episode.ended,
    )
    if isinstance(change, NotEstimable):
        return structs.replace(alarm, not_dated=change.reason)
    return structs.replace(alarm, **structs.asdict(change))
