"""Ratings that come late change days that were counted: then evidence is counted again, aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.monitoring.streams.episode import Episode
from afterword.monitoring.streams.monitor import Monitor, digest_of, replay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from afterword.monitoring.streams.days import Day


class Update(Struct, frozen=True):
    """A monitor brought up to date, and what is to be told of it."""

    monitor: Monitor
    episodes: tuple[Episode, ...]  # that began, or were open, in the days counted now
    is_recounted: bool  # days that had been counted are not what they were
    gone: tuple[Episode, ...] = ()  # told before, and not found by counting again


def brought_up(
    monitor: Monitor, days: Sequence[Day], until: date, accepted: Sequence[date] = ()
) -> Update:
    """Add the settled days that are new; count again where one of the others has changed.

    A frozen baseline stays as it is; days before its end are not looked at.

    Args:
        monitor: As it was kept.
        days: Of the stream in order, all from the baseline's end, or its beginning while there is
            none.
        until: Newest day that has settled.
        accepted: Days on which releases were accepted.
    """
    anew = monitor.started_anew()
    counted = [one for one in days if anew.last is None or one.date > anew.last]
    counted = [one for one in counted if one.date <= until]
    old = [one for one in counted if monitor.last is not None and one.date <= monitor.last]
    if digest_of(old, monitor) == monitor.digest:
        after, episodes = replay(counted[len(old) :], monitor, accepted)
        return Update(after, episodes, is_recounted=False)
    after, episodes = replay(counted, anew, accepted)
    kept = {(one.date, one.direction) for one in episodes}
    gone = tuple(one for one in monitor.episodes if (one.date, one.direction) not in kept)
    return Update(after, episodes, is_recounted=True, gone=gone)
