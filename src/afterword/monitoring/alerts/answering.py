"""Whether as many of those who are asked answer as before: the response rate under a monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from afterword.history.filters import Filter
from afterword.history.questions.answered import answered
from afterword.monitoring.alerts.cases import Telling
from afterword.monitoring.alerts.wording import day_words, near, rarity
from afterword.monitoring.streams.back_test import alarm_of
from afterword.monitoring.streams.baseline import Direction
from afterword.monitoring.streams.days import Day
from afterword.reports.wording import counted, percent, span
from afterword.statistics.clusters import PeopleSums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from afterword.history.history import History
    from afterword.history.questions.answered import AnsweredDay
    from afterword.journal.markers import Marker
    from afterword.monitoring.alerts.steps import Seen
    from afterword.monitoring.streams.back_test import Alarm
    from afterword.monitoring.streams.episode import Episode

STREAM: Final = "response_rate"  # under which its monitor is kept


def answer_days(history: History, project: str, from_us: int | None = None) -> list[Day]:
    """Count a project's asks by day: answered, nothing between, and not answered."""
    return [_day(one) for one in answered(history, Filter(project=project, from_us=from_us))]


def tell(seen: Seen, episode: Episode, markers: Sequence[Marker]) -> Telling:
    """Say what became of the response rate.

    Args:
        seen: Its days; all that there are, or the newest.
        episode: That is open.
        markers: On the project's time line.
    """
    alarm = alarm_of(episode, seen.days, seen.monitor.baseline or seen.ahead.baseline)
    fewer = "fewer" if alarm.direction is Direction.WORSE else "more"
    head = f"Response rate: {fewer} of those who are asked answer"
    told = head
    share = None
    if alarm.since is not None and alarm.before is not None and alarm.after is not None:
        was, share = alarm.before.positive, alarm.after.positive
        arrow = "\N{RIGHTWARDS ARROW}"
        since = day_words(alarm.since)
        told = f"{head} since {since}: {percent(was.share)} {arrow} {percent(share.share)}"
    return Telling(
        title=told,
        summary=tuple(_sentences(alarm, markers)),
        since=None if alarm.since is None else alarm.since.isoformat(),
        finding=msgspec.to_builtins(alarm),
        share=None if share is None else share.share,
        low=None if share is None else share.low,
        high=None if share is None else share.high,
        is_rise=alarm.direction is Direction.BETTER,
    )


def _sentences(alarm: Alarm, markers: Sequence[Marker]) -> Iterator[str]:
    if alarm.before is not None and alarm.after is not None:
        was, now = alarm.before.positive, alarm.after.positive
        yield (
            f"{percent(was.share)} ({span(was.low, was.high)}) of"
            f" {counted(alarm.before.n_rated, 'ask')} shown were answered before,"
            f" {percent(now.share)} ({span(now.low, now.high)}) of {alarm.after.n_rated:,} since."
        )
    yield rarity(alarm)
    yield from near(alarm, markers)
    yield "Part of any change of ratings since then may be who answers, not what they think."


def _day(one: AnsweredDay) -> Day:
    left = one.n_shown - one.n_answered
    sums = PeopleSums(one.n_people, one.n_shown, left, one.m2, one.my, one.y2)
    return Day(one.day, (one.n_answered, 0, left), sums)
