"""Whether ratings arrive at all: a stream that has fallen silent, against its own hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from afterword.domain.policy import DAY_US, HOUR_US, SECOND_US
from afterword.history.filters import UNKNOWN, Filter
from afterword.history.questions.hours import hours
from afterword.history.questions.ratings import ALL, ratings
from afterword.journal.alerts import AlertKind, Resolution
from afterword.journal.days import EPOCH
from afterword.monitoring.alerts.cases import Case, Telling
from afterword.monitoring.alerts.steps import Move, Step
from afterword.monitoring.alerts.wording import day_words, stream_words
from afterword.monitoring.streams.days import is_weekend
from afterword.monitoring.streams.watched import stream_filter
from afterword.reports.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from afterword.history.history import History
    from afterword.journal.alerts import Alert
    from afterword.monitoring.alerts.seeing import Now

DIRECTION: Final = "down"
LEARNT_WEEKS: Final = 8
_BY: Final = "channel"
_LEAST_DAYS: Final = 14  # from the first rating to the last, to know the hours
_LEAST_RATINGS: Final = 100
_FRESH_DAYS: Final = 28  # what fell silent before is history
_DAY_H: Final = 24
_YEAR: Final = 365.0


class Silence(NamedTuple):
    """How long nobody has rated, and how surely that is no chance."""

    last_hour: int  # since 1970 UTC, the newest with a rating
    expected: float  # ratings, by now
    evidence: float  # such silences are expected once in so many years


def silence_of(by_hour: Mapping[int, int], now_hour: int, n_streams: int = 1) -> Silence | None:
    """Say whether a stream has fallen silent; None where it has not, or too little is known.

    What to expect of an hour is the mean of the eight weeks before, by hour of the day, weekdays
    and weekends apart. Ratings come in bunches: with variance φ times the mean, and Λ expected,
    none at all has at most the chance exp(-Λ/φ), as the mean bunch is no larger than φ. A silence
    can begin after each rating, so it is told where it is to be expected once a year at most over
    all ratings of a year and all streams.

    Args:
        by_hour: Ratings by hours since 1970 UTC.
        now_hour: The hour that has not ended.
        n_streams: Under one budget.
    """
    if not by_hour:
        return None
    last = max(by_hour)
    first = max(min(by_hour), last - LEARNT_WEEKS * 7 * _DAY_H + 1)
    n = sum(count for hour, count in by_hour.items() if hour >= first)
    n_days = (last - first) / _DAY_H
    if n_days < _LEAST_DAYS or n < _LEAST_RATINGS:
        return None
    rates = _rates(by_hour, first, last)
    expected = sum(rates[_kind(hour)] for hour in range(last + 1, now_hour))
    spread = _spread(by_hour, rates, first, last)
    evidence = expected / max(spread, 1.0) - log(max(n / n_days, 1.0) * _YEAR * n_streams)
    return Silence(last, expected, evidence) if evidence >= 0 else None


def cases_of_silence(history: History, project: str, now: Now) -> Iterator[Case]:
    """Give the cases of all ratings, and of every channel's."""
    from_us = (now.us // DAY_US - (LEARNT_WEEKS + 4) * 7 - 8) * DAY_US
    chosen = Filter(project=project, from_us=from_us)
    streams = hours(history, chosen)
    for value, found in hours(history, chosen, _BY).items():
        if value != UNKNOWN and found != streams[ALL]:
            streams[f"{_BY}:{value}"] = found
    for stream, by_hour in streams.items():
        found_now = silence_of(by_hour, now.us // HOUR_US, len(streams))
        is_fresh = max(by_hour) >= now.us // HOUR_US - _FRESH_DAYS * _DAY_H
        yield Case(
            (AlertKind.SILENCE.value, stream, DIRECTION),
            _stepping(found_now, is_fresh=is_fresh, newest=max(by_hour)),
            _telling(history, chosen, stream, found_now),
        )


def _stepping(
    silence: Silence | None, *, is_fresh: bool, newest: int
) -> Callable[[Alert | None], Step | None]:
    def step(last: Alert | None) -> Step | None:
        if last is not None and last.is_live:
            is_heard = newest > int(last.finding.get("last_hour", 0))
            return Step(Move.RESOLVE, resolution=Resolution.BACK) if is_heard else None
        if silence is None or not is_fresh:
            return None
        # What somebody resolved is not told of again before it has been heard in between.
        told = -1 if last is None else int(last.finding.get("last_hour", -1))
        return Step(Move.OPEN) if silence.last_hour > told else None

    return step


def _telling(
    history: History, chosen: Filter, stream: str, silence: Silence | None
) -> Callable[[Step], Telling]:
    def tell(_step: Step) -> Telling:
        assert silence is not None  # noqa: S101  # what opens an alert
        ended = datetime.fromtimestamp((silence.last_hour + 1) * 3600, UTC)
        head = "No ratings" if stream == ALL else f"No ratings of {stream_words(stream)}"
        part = stream_filter(stream, chosen) or chosen
        return Telling(
            title=(
                f"{head} since {day_words(ended.date())} {ended:%H:%M} UTC:"
                f" {silence.expected:,.0f} would be usual by now"
            ),
            summary=tuple(_sentences(history, part, ended)),
            since=ended.date().isoformat(),
            finding={"last_hour": silence.last_hour, "expected": round(silence.expected, 1)},
        )

    return tell


def _sentences(history: History, part: Filter, ended: datetime) -> Iterator[str]:
    since_us = int(ended.timestamp()) * SECOND_US
    (cell,) = ratings(history, replace(part, from_us=since_us))
    if not cell.n_sessions:
        yield "No session has opened since either: perhaps nothing reaches the server."
        return
    shown = counted(cell.n_shown, "ask") + (" was" if cell.n_shown == 1 else " were")
    yield f"Since then {counted(cell.n_sessions, 'session')} opened, and {shown} shown."
    if not cell.n_shown:
        yield "Nobody is asked: perhaps the widget, its key or the policy was changed."


def _kind(hour: int) -> tuple[bool, int]:
    day = EPOCH + timedelta(days=hour // _DAY_H)
    return is_weekend(day), hour % _DAY_H


def _rates(by_hour: Mapping[int, int], first: int, last: int) -> dict[tuple[bool, int], float]:
    """Give the mean of each kind of hour; of a kind that did not come, nothing is expected."""
    n_hours: Counter[tuple[bool, int]] = Counter()
    total: Counter[tuple[bool, int]] = Counter()
    for hour in range(first, last + 1):
        n_hours[_kind(hour)] += 1
        total[_kind(hour)] += by_hour.get(hour, 0)
    return defaultdict(float, {kind: total[kind] / n for kind, n in n_hours.items()})


def _spread(
    by_hour: Mapping[int, int], rates: Mapping[tuple[bool, int], float], first: int, last: int
) -> float:
    """Give by how much the ratings of days vary more than their mean: Pearson's statistic."""
    counts: defaultdict[int, int] = defaultdict(int)
    means: defaultdict[int, float] = defaultdict(float)
    for hour in range(first, last + 1):
        counts[hour // _DAY_H] += by_hour.get(hour, 0)
        means[hour // _DAY_H] += rates[_kind(hour)]
    found = [(counts[day] - mean) ** 2 / mean for day, mean in means.items() if mean]
    return sum(found) / max(len(found) - 1, 1)
