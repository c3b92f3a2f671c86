"""A monitor of one stream as a value: days in, evidence and episodes out. No clock, no I/O."""

from __future__ import annotations

from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from afterword.monitoring.streams.baseline import Baseline, Direction, Gathering
from afterword.monitoring.streams.episode import Episode
from afterword.statistics.watches import EVERY, Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from afterword.monitoring.streams.days import Day

_NOTHING: Final = Gathering()
KEPT: Final = 4  # episodes: open ones, and the newest of the others


class Monitor(Struct, frozen=True, omit_defaults=True):
    """What is known of a stream after its days so far.

    It watches for worse and, with a budget of its own, for better. ``n_streams`` under one budget
    raise together at most one false alarm in 365 days with ratings in each direction.
    """

    n_streams: int = 1
    version: int = 1  # of the baseline that it has, or gathers
    last: date | None = None  # newest day counted
    gathering: Gathering = _NOTHING
    baseline: Baseline | None = None
    worse: tuple[float, ...] = ()  # log evidence of each alternative
    better: tuple[float, ...] = ()
    episodes: tuple[Episode, ...] = ()
    digest: str = ""  # of all days since the baseline, or of those gathered
    rebased_on: date | None = None  # the day of the last explicit act
    coming: Gathering | None = None  # the next baseline in the making, while this one watches

    @property
    def level(self) -> float:
        """The evidence at which an alarm comes."""
        return EVERY * self.n_streams

    def watch(self, direction: Direction) -> Watch:
        """Give the evidence of one direction."""
        return Watch(log_rs=self.worse if direction is Direction.WORSE else self.better)

    def after(self, day: Day) -> Monitor:
        """Add a settled day. A day without ratings is no evidence, for worse or for better.

        The promise about false alarms holds as well where a day is looked at while it grows, so
        what this gives for today so far may raise an alarm; only settled days are kept.

        Raises:
            ValueError: The day is not later than the last.
        """
        if self.last is not None and day.date <= self.last:
            raise ValueError(f"{day.date} does not come after {self.last}")
        if day.n == 0:
            return replace(self, last=day.date)
        if self.baseline is None and self.gathering.after and day.date <= self.gathering.after:
            return replace(self, last=day.date)
        moved = replace(self, last=day.date, digest=_digest(self.digest, day))
        if self.baseline is None:
            return moved._gathered(day)  # noqa: SLF001  # itself
        worse = moved._watched(day, Direction.WORSE)  # noqa: SLF001  # same
        both = worse._watched(day, Direction.BETTER)  # noqa: SLF001  # same
        return both._replaced(day)  # noqa: SLF001  # same

    def accepting(self, accepted: Iterable[date], today: date) -> Monitor:
        """Gather the next baseline while this one goes on watching, since a release was accepted.

        An acceptance while a baseline is in the making changes nothing, or a team that accepts
        every week would gather for ever.

        Args:
            accepted: Days on which releases were accepted.
            today: The day that is added next; acceptances before it count.
        """
        if self.baseline is None or self.coming is not None:
            return self
        since = [one for one in accepted if self.baseline.last < one < today]
        return replace(self, coming=Gathering(min(since))) if since else self

    def rebased(self, after: date) -> Monitor:
        """Begin a new baseline with the days after one: the explicit act of accepting them.

        Open episodes end. There is no evidence until the new baseline is there.
        """
        return Monitor(
            self.n_streams,
            self.version + 1,
            self.last,
            Gathering(after),
            episodes=self._ended(after),
            rebased_on=after,
        )

    def started_anew(self) -> Monitor:
        """Forget every day but those of the frozen baseline, to count them again."""
        if self.baseline is None:
            gathering = Gathering(self.gathering.after)
            return Monitor(
                self.n_streams, self.version, None, gathering, rebased_on=self.rebased_on
            )
        return Monitor(
            self.n_streams,
            self.version,
            self.baseline.last,
            baseline=self.baseline,
            rebased_on=self.rebased_on,
            coming=None if self.coming is None else Gathering(self.coming.after),
        )

    def _gathered(self, day: Day) -> Monitor:
        gathering = self.gathering.with_day(day)
        baseline = gathering.frozen(self.version, self.n_streams)
        if baseline is None:
            return replace(self, gathering=gathering)
        return replace(self, gathering=_NOTHING, baseline=baseline, digest="")

    def _replaced(self, day: Day) -> Monitor:
        """Add a day to the next baseline, which takes over as soon as it is whole."""
        coming = self.coming
        if coming is None or (coming.after is not None and day.date <= coming.after):
            return self
        coming = coming.with_day(day)
        baseline = coming.frozen(self.version + 1, self.n_streams)
        if baseline is None:
            return replace(self, coming=coming)
        ended = self._ended(day.date)
        return Monitor(
            self.n_streams,
            baseline.version,
            day.date,
            baseline=baseline,
            episodes=ended,
            rebased_on=self.rebased_on,
        )

    def _ended(self, day: date) -> tuple[Episode, ...]:
        return tuple(one if one.ended else replace(one, ended=day) for one in self.episodes)

    def _watched(self, day: Day, direction: Direction) -> Monitor:
        baseline = self.baseline
        assert baseline is not None  # noqa: S101  # days before are gathered
        watch = self.watch(direction).after_parts(
            baseline.parts(day, direction), design_effect=baseline.effect_on(day)
        )
        if watch.evidence >= self.level:
            return self._alarmed(day.date, direction, watch)
        episodes = tuple(
            one if one.ended or one.direction is not direction else one.after(day, baseline)
            for one in self.episodes
        )
        return replace(self, episodes=episodes, **{direction.value: watch.log_rs})

    def _alarmed(self, day: date, direction: Direction, watch: Watch) -> Monitor:
        tilt = watch.log_rs.index(max(watch.log_rs))
        episodes = [
            # What has become better than the baseline is not worse than it any more.
            one if one.ended or one.direction is direction else replace(one, ended=day)
            for one in self.episodes
        ]
        if episodes and episodes[-1].ended is None:
            episodes[-1] = episodes[-1].again(day, tilt)
        else:
            episodes.append(Episode.begin(direction, day, watch.evidence, tilt))
        # Evidence begins anew after an alarm.
        return replace(self, episodes=tuple(episodes[-KEPT:]), **{direction.value: ()})


def replay(
    days: Iterable[Day], monitor: Monitor, accepted: Sequence[date] = ()
) -> tuple[Monitor, tuple[Episode, ...]]:
    """Add days in order; give the monitor after them and every episode that was open or began.

    Args:
        days: Of the stream.
        monitor: Before them.
        accepted: Days on which releases were accepted: each begins a new baseline, as
            ``Monitor.accepting`` says.
    """
    found: dict[tuple[date, Direction], Episode] = {}
    for day in days:
        monitor = monitor.accepting(accepted, day.date).after(day)
        found.update({(one.date, one.direction): one for one in monitor.episodes})
    return monitor, tuple(found[key] for key in sorted(found))


def digest_of(days: Iterable[Day], monitor: Monitor) -> str:
    """Give the digest that a monitor should have after these days."""
    after = monitor.gathering.after
    digest = ""
    for day in days:
        if day.n and (after is None or day.date > after):
            digest = _digest(digest, day)
    return digest


def _digest(before: str, day: Day) -> str:
    told = f"{before} {day.date} {day.counts}"
    if day.triggers is not None:
        told += f" {sorted(day.triggers.items())}"
    return blake2b(told.encode(), digest_size=8).hexdigest()
