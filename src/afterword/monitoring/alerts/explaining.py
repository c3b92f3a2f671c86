"""What lies behind an alarm: since when, how big, and who carries it."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from afterword.domain.kinds import OTHER
from afterword.domain.policy import DAY_US
from afterword.history.filters import Filter
from afterword.history.questions.attributes import attributes, session_days
from afterword.history.questions.reasons import reasons
from afterword.journal.days import as_number
from afterword.monitoring.alerts.carriers import DIMENSIONS, Carrier, carriers
from afterword.monitoring.streams.back_test import Alarm, alarm_of
from afterword.monitoring.streams.baseline import Direction
from afterword.monitoring.streams.watched import stream_filter, streams_of
from afterword.reports.reasons.findings import Sides, rows_of
from afterword.reports.reasons.voices import THEME
from afterword.reports.report import View
from afterword.reports.segments.choice import chosen_of
from afterword.reports.wording import LEVELS

if TYPE_CHECKING:
    from afterword.history.history import History
    from afterword.history.named_filters import Named
    from afterword.monitoring.alerts.seeing import Now
    from afterword.monitoring.alerts.steps import Seen
    from afterword.monitoring.streams.days import Day
    from afterword.monitoring.streams.episode import Episode

_BEFORE: Final = timedelta(weeks=16)
_HELD_US: Final = 28 * DAY_US  # before the change, that the days since are held against
_READ: Final = 5_000  # reasons
_REASONS: Final = 3
_ATTRIBUTES: Final = 10


class Voice(Struct, frozen=True):
    """A theme or phrase of the reasons since: by how many people, of how many with a reason."""

    kind: str
    text: str
    n_people: int
    n_givers: int
    is_new: bool


class Finding(Struct, frozen=True, kw_only=True):
    """An alarm with what explains it; ``level`` is the one whose share moved most."""

    alarm: Alarm
    level: str
    carriers: tuple[Carrier, ...] = ()
    voices: tuple[Voice, ...] = ()

    def told(self) -> dict[str, Any]:
        """Give it as an alert keeps it."""
        told: dict[str, Any] = msgspec.to_builtins(self.alarm)
        return told | {
            "level": self.level,
            "carriers": msgspec.to_builtins(self.carriers),
            "voices": msgspec.to_builtins(self.voices),
        }


def explain(
    history: History, project: str, seen: Seen, episode: Episode, now: Now, named: Named
) -> Finding:
    """Say what is behind an episode.

    Args:
        history: Where the sessions are.
        project: Of its production.
        seen: The stream.
        episode: That is open.
        now: When.
        named: Named filters.
    """
    chosen = stream_filter(seen.stream, Filter(project=project), named)
    if chosen is None:
        alarm = alarm_of(episode, seen.days, seen.monitor.baseline)
        return Finding(alarm=alarm, level=_level(alarm))
    days = seen.days if seen.is_whole else _days(history, chosen, episode, now)
    alarm = alarm_of(episode, days, seen.monitor.baseline or seen.ahead.baseline)
    level = _level(alarm)
    if alarm.since is None:
        return Finding(alarm=alarm, level=level)
    since_us = as_number(alarm.since) * DAY_US
    before = replace(chosen, from_us=since_us - _HELD_US, to_us=since_us)
    after = replace(chosen, from_us=since_us)
    looked_at = (*DIMENSIONS, *_segments(history, after))
    own = seen.stream.partition(":")[0]
    return Finding(
        alarm=alarm,
        level=level,
        carriers=carriers(history, before, after, level, [one for one in looked_at if one != own]),
        voices=_voices(history, before, after, alarm.direction),
    )


def _days(history: History, chosen: Filter, episode: Episode, now: Now) -> list[Day]:
    # A week more: a rating is of a session that opened up to eight days before.
    from_us = (as_number(episode.date - _BEFORE) - 8) * DAY_US
    (days,) = streams_of(history, replace(chosen, from_us=max(0, from_us)), ()).values() or ([],)
    return [one for one in days if one.date <= now.today]


def _level(alarm: Alarm) -> str:
    """Name the level whose share moved most, for how much it moves by chance."""
    before, after = alarm.before, alarm.after
    if before is None or after is None:
        return LEVELS[-1] if alarm.direction is Direction.WORSE else LEVELS[0]
    ends = (LEVELS[-1], LEVELS[0])

    def moved(level: str) -> float:
        was, now = getattr(before, level).share, getattr(after, level).share
        middle = (was + now) / 2
        return float(abs(now - was) / sqrt(max(middle * (1 - middle), 1e-9)))

    return max(ends, key=moved)


def _segments(history: History, after: Filter) -> list[str]:
    found = attributes(history, after, session_days(history, after))
    choice = chosen_of(found)
    kept = {name for one in choice.passes for name in one}
    names = [one.name for one in found if one.name in kept and one.name not in choice.numeric]
    return names[:_ATTRIBUTES]


def _voices(
    history: History, before: Filter, after: Filter, direction: Direction
) -> tuple[Voice, ...]:
    level = LEVELS[-1] if direction is Direction.WORSE else LEVELS[0]
    said = reasons(history, (before, after), None, _READ)
    rows, _ = rows_of(said, Sides(is_joint=False, is_split=False), View())
    told = [one for one in rows if one.level == level and one.text != OTHER]
    told.sort(key=lambda one: (not one.is_new, -one.n_people, one.text))
    told = [one for one in told if one.is_new] or [one for one in told if one.kind == THEME][:1]
    return tuple(
        Voice(one.kind, one.text, one.n_people, one.n_givers, one.is_new)
        for one in told[:_REASONS]
    )
