"""The streams of a project as a table: what is open, and what could be noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.cli.monitor_words import ARROW
from afterword.reports.wording import LEVEL_WORDS, counted, percent, printable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from afterword.monitoring.streams.back_test import Alarm, BackTest, Countdown, Days
    from afterword.monitoring.streams.watched import Watched

_NONE: Final = "\N{EN DASH}"
_WIDEST: Final = 40


def table(streams: Sequence[Watched], until: dt.date) -> str:
    """Write streams for people, one a line."""
    return "\n".join(_lines(streams, until))


def _lines(streams: Sequence[Watched], until: dt.date) -> Iterator[str]:
    if not streams:
        yield "No ratings yet: there is no stream to watch."
        return
    yield f"{counted(len(streams), 'stream')} up to {until}, the newest day that has settled"
    yield ""
    head = ("stream", "ratings", "days to notice 3 / 5 / 7 points", "state")
    rows = [(printable(one.stream, _WIDEST), *_columns(one.found)) for one in streams]
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head) - 1)]
    for row in (head, *rows):
        yield _line(row, widths)
    yield ""
    yield "Days to notice: in half of the cases; a fall of so many points of helpful into not."


def _line(row: Sequence[str], widths: Iterable[int]) -> str:
    told = [f"{text:<{width}}" for text, width in zip(row, widths, strict=False)]
    return "  ".join((*told, row[-1]))


def _columns(found: BackTest) -> tuple[str, str, str]:
    days = found.days_to_notice
    notice = " / ".join(map(_days, days.values())) if days else _NONE
    return f"{found.n_rated:,}", notice, _state(found)


def _days(days: Days) -> str:
    return "over a year" if days.median is None else str(days.median)


def _state(found: BackTest) -> str:
    if found.countdown is not None:
        return f"no baseline for at least {_left(found.countdown)} more"
    coming = f"; a new baseline in {_left(found.coming)} at least" if found.coming else ""
    return _watched(found) + coming


def _left(left: Countdown) -> str:
    return counted(left.days, "day") if left.days else counted(left.ratings, "rating")


def _watched(found: BackTest) -> str:
    is_open = [one for one in found.alarms if one.ended is None]
    if is_open:
        return _alarm(is_open[-1])
    past = found.alarms[-1:]
    return f"steady; was {past[0].direction.value} until {past[0].ended}" if past else "steady"


def _alarm(alarm: Alarm) -> str:
    since = f" since {alarm.since}" if alarm.since else ""
    if alarm.before is None or alarm.after is None:
        return f"{alarm.direction.value}{since}"
    told = ARROW.join(percent(side.negative.share) for side in (alarm.before, alarm.after))
    return f"{alarm.direction.value}{since}: {LEVEL_WORDS['negative']} {told}"
