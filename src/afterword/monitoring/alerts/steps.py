"""What becomes of a stream's alert, now that its newest ratings are counted. No clock, no I/O."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from afterword.journal.alerts import Resolution
from afterword.journal.days import DAY_US, as_date
from afterword.monitoring.streams.days import Day
from afterword.monitoring.streams.monitor import Monitor

if TYPE_CHECKING:
    from afterword.journal.alerts import Alert
    from afterword.monitoring.streams.baseline import Direction
    from afterword.monitoring.streams.episode import Episode

# What was last confirmed before is history: somebody read in last year's ratings.
FRESH: Final = timedelta(days=28)
# Without ratings for so long nobody can say that it is still so.
QUIET: Final = timedelta(days=14)


class Move(StrEnum):
    """What is done."""

    OPEN = "open"
    UPDATE = "update"
    RESOLVE = "resolve"


class Seen(Struct, frozen=True):
    """A stream as it was just counted."""

    stream: str
    monitor: Monitor  # with the days that have settled: what is kept
    ahead: Monitor  # with the days since, as far as they have come
    days: tuple[Day, ...]  # that were read, in order
    is_whole: bool  # whether they are all there are

    def open_episode(self, direction: Direction) -> Episode | None:
        """Give the episode that is open, if there is one."""
        return _open(self.ahead, direction) or _open(self.monitor, direction)


class Step(NamedTuple):
    """A move, with the episode that it is about and why an alert is resolved."""

    move: Move
    episode: Episode | None = None
    resolution: Resolution | None = None


def step_of(
    seen: Seen, direction: Direction, last: Alert | None, settled: date, today: date
) -> Step | None:
    """Say what is to be done about one direction of a stream; None: nothing.

    An alert lives as long as its episode. One that was opened by a day that goes on is not taken
    back before that day has settled; one that somebody resolved comes again when later days are
    evidence enough for another alarm.

    Args:
        seen: The stream.
        direction: Which of its two watches.
        last: The newest alert of that stream and direction.
        settled: Newest day that counts for good.
        today: UTC.
    """
    episode = seen.open_episode(direction)
    if last is None or not last.is_live:
        return _opening(episode, last, today)
    rated = max((one.date for one in seen.days if one.n), default=None)
    if seen.is_whole and (rated is None or rated < today - QUIET):
        return Step(Move.RESOLVE, resolution=Resolution.QUIET)
    if episode is None:
        return _ending(seen, direction, last, settled)
    return Step(Move.UPDATE, episode) if _is_news(episode, last) else None


def _opening(episode: Episode | None, last: Alert | None, today: date) -> Step | None:
    if episode is None or episode.confirmed < today - FRESH:
        return None
    if last is not None and last.resolved_us is not None:
        is_later = episode.confirmed > as_date(last.resolved_us // DAY_US)
        return Step(Move.OPEN, episode) if is_later else None
    return Step(Move.OPEN, episode)


def _ending(seen: Seen, direction: Direction, last: Alert, settled: date) -> Step | None:
    if as_date(last.opened_us // DAY_US) > settled:
        return None
    begun = str(last.finding.get("date", ""))
    baseline = seen.monitor.baseline
    if baseline is not None and begun <= baseline.last.isoformat():
        return Step(Move.RESOLVE, resolution=Resolution.REBASED)
    is_over = any(
        one.direction is direction and one.ended is not None and one.ended.isoformat() >= begun
        for one in seen.monitor.episodes
    )
    return Step(Move.RESOLVE, resolution=Resolution.BACK if is_over else Resolution.WITHDRAWN)


def _is_news(episode: Episode, last: Alert) -> bool:
    return episode.confirmed.isoformat() > str(last.finding.get("confirmed", ""))


def _open(monitor: Monitor, direction: Direction) -> Episode | None:
    found = (one for one in monitor.episodes if one.direction is direction and one.ended is None)
    return next(found, None)
