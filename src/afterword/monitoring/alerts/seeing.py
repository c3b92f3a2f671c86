"""The streams of a project as they stand now, from what was kept and what came since."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from afterword.history.filters import Filter
from afterword.journal.days import DAY_US, as_date
from afterword.monitoring.alerts.answering import STREAM as ANSWERS
from afterword.monitoring.alerts.answering import answer_days
from afterword.monitoring.alerts.steps import Seen
from afterword.monitoring.streams.baseline import LEAST_RATINGS
from afterword.monitoring.streams.days import settled as newest_settled
from afterword.monitoring.streams.monitor import Monitor, replay
from afterword.monitoring.streams.recount import brought_up
from afterword.monitoring.streams.watched import DIMENSIONS, FILTER, distinct, streams_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from afterword.history.history import History
    from afterword.history.named_filters import Named
    from afterword.monitoring.streams.days import Day

# A rating comes at most seven days after its session closed, which lasts a day at most; and days
# since the last that settled are three at most.
WINDOW_DAYS: Final = 12
_DECODER: Final = msgspec.json.Decoder(Monitor)


class Now:
    """A moment, and the days that it makes."""

    def __init__(self, now_us: int) -> None:
        """Take server time."""
        self.us = now_us
        self.today: date = as_date(now_us // DAY_US)
        self.settled: date = newest_settled(datetime.fromtimestamp(now_us / 1_000_000, UTC))


def see_whole(
    history: History,
    project: str,
    kept: Mapping[str, Monitor],
    now: Now,
    named: Named,
    *,
    accepted: Sequence[date] = (),
) -> list[Seen]:
    """Count every day there is, and find which streams there are.

    Args:
        history: Where the sessions are.
        project: Of its production.
        kept: Monitors as they were kept, by stream.
        now: When.
        named: Named filters, each a stream.
        accepted: Days on which releases were accepted.
    """
    chosen = Filter(project=project)
    streams = distinct(streams_of(history, chosen, DIMENSIONS, named, least_rated=LEAST_RATINGS))
    gone = kept.keys() - streams.keys() - {ANSWERS}
    found = [Seen(name, kept[name], kept[name], (), is_whole=True) for name in sorted(gone)]
    for name, days in streams.items():
        before = replace(kept.get(name, Monitor()), n_streams=len(streams))
        settled = [one for one in days if one.date <= now.settled]
        update = brought_up(before, settled, now.settled, accepted)
        found.append(_seen(name, update.monitor, days, now, is_whole=True))
    return found


def see_answers(
    history: History,
    project: str,
    kept: Mapping[str, Monitor],
    now: Now,
    *,
    accepted: Sequence[date] = (),
) -> Seen:
    """Count the asks of every day that has settled: who was asked just now may still answer."""
    days = [one for one in answer_days(history, project) if one.date <= now.settled]
    monitor = brought_up(kept.get(ANSWERS, Monitor()), days, now.settled, accepted).monitor
    return Seen(ANSWERS, monitor, monitor, tuple(days), is_whole=True)


def see_newest(
    history: History, project: str, kept: Mapping[str, Monitor], now: Now, named: Named
) -> list[Seen]:
    """Count the days since the last that settled, of the streams that are known.

    Args:
        history: Where the sessions are.
        project: Of its production.
        kept: Monitors that have counted up to that day, by stream.
        now: When.
        named: Named filters.
    """
    from_us = (now.us // DAY_US - WINDOW_DAYS) * DAY_US
    watched = {name.partition(":")[0] for name in kept}
    own = {name: pairs for name, pairs in named.items() if f"{FILTER}:{name}" in kept}
    by = [name for name in DIMENSIONS if name in watched]
    streams = streams_of(history, Filter(project=project, from_us=from_us), by, own)
    return [
        _seen(name, monitor, streams.get(name, []), now, is_whole=False)
        for name, monitor in kept.items()
        if name != ANSWERS
    ]


def read_monitors(bodies: Mapping[str, str]) -> dict[str, Monitor]:
    """Read monitors as they were kept; what another version wrote otherwise is counted anew."""
    found = {}
    for stream, body in bodies.items():
        try:
            found[stream] = _DECODER.decode(body)
        except msgspec.DecodeError:  # ours no more
            continue
    return found


def write_monitors(seen: list[Seen]) -> dict[str, str]:
    """Write monitors for keeping."""
    return write_bodies({one.stream: one.monitor for one in seen})


def write_bodies(monitors: Mapping[str, Monitor]) -> dict[str, str]:
    """Write monitors by stream."""
    return {name: msgspec.json.encode(one).decode() for name, one in monitors.items()}


def _seen(name: str, monitor: Monitor, days: list[Day], now: Now, *, is_whole: bool) -> Seen:
    since = [one for one in days if now.settled < one.date <= now.today]
    fresh = [one for one in since if monitor.last is None or one.date > monitor.last]
    ahead, _ = replay(fresh, monitor)
    return Seen(name, monitor, ahead, tuple(days), is_whole=is_whole)
