"""Alerts in words: one line, and the sentences behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US
from afterword.journal.alerts import Resolution
from afterword.journal.days import as_date, as_number
from afterword.monitoring.streams.watched import FILTER
from afterword.reports.wording import (
    LEVEL_WORDS,
    counted,
    health_line,
    percent,
    printable,
    span,
)
from afterword.statistics.lines import DEFAULT_LINES, Health, probability_above

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from afterword.journal.markers import Marker
    from afterword.monitoring.alerts.carriers import Carrier
    from afterword.monitoring.alerts.explaining import Finding
    from afterword.monitoring.streams.back_test import Alarm
    from afterword.monitoring.streams.change import Shares

_NAME: Final = 60
_BEFORE, _AFTER = 3, 1  # days around a change: its date is an estimate
_MARKERS: Final = 4
_KINDS: Final = {"release": "release ", "policy": "ask ", "note": ""}
_FLAGS: Final = {"is_new": ("Who came before", "Who is new")}
_SURE: Final = 0.001
_FEW: Final = 100  # ratings: with fewer a share is not even known to ten points
RESOLVED: Final = {
    Resolution.OPERATOR: "Resolved by hand.",
    Resolution.BACK: "Its ratings are as they were before.",
    Resolution.WITHDRAWN: "Ratings that came later took the evidence back.",
    Resolution.REBASED: "A release was accepted since, and with it what ratings are held against.",
    Resolution.QUIET: "It has had no ratings for two weeks: nobody can say how it is now.",
}


def stream_words(stream: str) -> str:
    """Name a stream: "all sessions", "use case billing", "filter paying"."""
    dimension, is_part, value = stream.partition(":")
    if not is_part:
        return "all sessions"
    noun = "filter" if dimension == FILTER else dimension.replace("_", " ")
    return f"{noun} {printable(value, _NAME)}"


def title(stream: str, found: Finding) -> str:
    """Say in one line what happened.

    Example:
        Use case billing: ratings are worse since 12 Nov 2026: "not what I needed" 9 % → 16 %
    """
    alarm = found.alarm
    where = stream_words(stream)
    head = f"{where[0].upper()}{where[1:]}: ratings are {alarm.direction.value}"
    if alarm.since is None or alarm.before is None or alarm.after is None:
        return f"{head} than the baseline"
    was, now = (percent(getattr(side, found.level).share) for side in (alarm.before, alarm.after))
    arrow = "\N{RIGHTWARDS ARROW}"
    n, since = alarm.after.n_rated, day_words(alarm.since)
    of = f" ({counted(n, 'rating')})" if n < _FEW else ""
    return f'{head} since {since}: "{LEVEL_WORDS[found.level]}" {was} {arrow} {now}{of}'


def summary(found: Finding, markers: Sequence[Marker] = ()) -> tuple[str, ...]:
    """Say what is known of it, a sentence each."""
    return tuple(_sentences(found, markers))


def day_words(day: date) -> str:
    """Write a day: 12 Nov 2026."""
    return f"{day.day} {day:%b %Y}"


def rarity(alarm: Alarm) -> str:
    """Say how seldom chance alone would give such evidence."""
    told = f"A stream that does not change gives such evidence once in {alarm.evidence:,.0f} days"
    if alarm.p_value is None:
        return f"{told}."
    p = "p < .001" if alarm.p_value < _SURE else f"p = {alarm.p_value:.3f}"
    return f"{told}, and so clear a break with {p}."


def near(alarm: Alarm, markers: Sequence[Marker]) -> Iterator[str]:
    """Name what stands on the time line next to the change."""
    if alarm.since is None:
        return
    since = as_number(alarm.since)
    found = [one for one in markers if -_BEFORE <= one.at_us // DAY_US - since <= _AFTER]
    if found:
        told = (
            f"{_KINDS[one.kind]}{printable(one.text, _NAME)}"
            f" ({day_words(as_date(one.at_us // DAY_US))})"
            for one in found[-_MARKERS:]
        )
        yield f"Near that day: {', '.join(told)}."


def _sentences(found: Finding, markers: Sequence[Marker]) -> Iterator[str]:
    alarm = found.alarm
    if alarm.before is not None and alarm.after is not None:
        for level in dict.fromkeys((found.level, "negative", "positive")):
            yield _moved(level, alarm.before, alarm.after)
        yield from _line(alarm.after)
    else:
        yield "There are too few ratings to say since when, or by how much."
    yield rarity(alarm)
    yield from near(alarm, markers)
    for carrier in found.carriers:
        yield _carried(carrier, found.level)
    if not found.carriers and alarm.since is not None:
        yield "No use case, release or segment stands out: it is a change of the whole."
    for voice in found.voices:
        new = ", more than before" if voice.is_new else ""
        yield (
            f"Of {counted(voice.n_givers, 'person')} who said why, {voice.n_people} speak of"
            f" “{printable(voice.text, _NAME)}”{new}."
        )


def _moved(level: str, before: Shares, after: Shares) -> str:
    one, other = getattr(before, level), getattr(after, level)
    return (
        f'"{LEVEL_WORDS[level]}" went from {percent(one.share)} ({span(one.low, one.high)}, '
        f"{counted(before.n_rated, 'rating')}) to {percent(other.share)}"
        f" ({span(other.low, other.high)}, {counted(after.n_rated, 'rating')})."
    )


def _line(after: Shares) -> Iterator[str]:
    lines = DEFAULT_LINES
    for level, line, health in (
        ("negative", lines.negative, Health.INVESTIGATE),
        ("neutral", lines.neutral, Health.NOT_CLEARLY_VALUABLE),
    ):
        share = getattr(after, level).share
        if share > line:
            sure = probability_above(line, share, after.n_rated)
            told = health_line((health,)) if sure >= lines.probability else ""
            yield (
                f'"{LEVEL_WORDS[level]}" lies above {percent(line)} with probability {sure:.2f},'
                f" if every rating is a stranger's. {told}"
            ).strip()


def _carried(one: Carrier, level: str) -> str:
    where = _value_words(one.dimension, one.value)
    part = "all of it" if round(one.part, 2) >= 1 else f"{percent(one.part)} of it"
    now = f"{percent(one.after)} of {counted(one.n_after, 'rating')}"
    if one.before is None:
        return f'{where} is new and carries {part}: "{LEVEL_WORDS[level]}" {now}.'
    was = f"{percent(one.before)} of {one.n_before:,}"
    return f'{where} carries {part}: "{LEVEL_WORDS[level]}" {was}, now {now}.'


def _value_words(dimension: str, value: str) -> str:
    if dimension in _FLAGS:
        return _FLAGS[dimension][value == "true"]
    noun = dimension.replace("_", " ").replace(".", " ")
    return f"{noun[0].upper()}{noun[1:]} {printable(value, _NAME)}"
