"""What a back-test found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.monitoring.streams.baseline import Direction, EffectSource
from afterword.reports.wording import LEVEL_WORDS, LEVELS, counted, percent, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.monitoring.streams.back_test import Alarm, BackTest, Days, Held

_SOURCES: Final = {
    EffectSource.PEOPLE: "people who rate often",
    EffectSource.DAYS: "how days differ; person sums would say more",
    EffectSource.NOTHING: "all ratings are alike, so it cannot be seen",
}
_KINDS: Final = {"weekday": "Monday to Friday", "weekend": "weekends", "all": "all days"}
ARROW: Final = " \N{RIGHTWARDS ARROW} "
_SILENT: Final = 7  # days without ratings at the end that are worth a word


def words(found: BackTest, name: str) -> str:
    """Write it for people."""
    return "\n".join(_lines(found, name))


def _lines(found: BackTest, name: str) -> Iterator[str]:
    yield f"{printable(name, 80)}: {_scope(found)}"
    yield from _silence(found)
    yield ""
    yield from _baseline(found.baseline) if found.baseline else _countdown(found)
    if found.baseline or found.alarms:
        yield ""
        yield from _alarms(found)
    if found.days_to_notice is not None:
        yield ""
        yield "A fall would be noticed, at the volume of the last eight weeks:"
        for points, days in found.days_to_notice.items():
            yield f"  {points} points of helpful turned into not what I needed: {_notice(days)}"


def _scope(found: BackTest) -> str:
    if found.first is None:
        return "no days"
    ratings, days = counted(found.n_rated, "rating"), counted(found.n_days, "day")
    return f"{ratings} on {days}, {found.first} to {found.last}"


def _silence(found: BackTest) -> Iterator[str]:
    if found.last is None or found.last_rated is None:
        return
    silent = (found.last - found.last_rated).days
    if silent >= _SILENT:
        yield f"No ratings since {found.last_rated}, for {silent} days: nothing can be noticed."


def _baseline(held: Held) -> Iterator[str]:
    effect = f"{held.design_effect:.2f} ({_SOURCES[EffectSource(held.effect_source)]})"
    yield (
        f"Baseline {held.version}: {held.first} to {held.last}, {held.n_days} days with ratings;"
        f" design effect {effect}"
    )
    for kind in held.kinds:
        shares = ", ".join(
            f"{LEVEL_WORDS[level]} {percent(getattr(kind, level))}" for level in LEVELS
        )
        yield f"  {_KINDS[kind.days]}: {shares} ({counted(kind.n_rated, 'rating')})"


def _countdown(found: BackTest) -> Iterator[str]:
    left = found.countdown
    if left is None:
        return
    parts = [counted(left.days, "more day") + " with ratings"] if left.days else []
    parts += [counted(left.ratings, "more rating")] if left.ratings else []
    yield f"No baseline yet, and so no alarm: it takes at least {' and '.join(parts)}."


def _alarms(found: BackTest) -> Iterator[str]:
    if not found.alarms:
        yield "No alarm."
        return
    yield f"{counted(len(found.alarms), 'alarm')}:"
    for alarm in found.alarms:
        state = f"ended {alarm.ended}" if alarm.ended else "open"
        again = f", confirmed until {alarm.confirmed}" if alarm.n_confirmed else ""
        yield f"  {alarm.date}  {alarm.direction.value}{_since(alarm)}; {state}{again}"
        yield from _sizes(alarm)


def _since(alarm: Alarm) -> str:
    if alarm.since is None or alarm.p_value is None:
        return ", too few ratings to say since when"
    return f" since {alarm.since} (no change at all: p = {alarm.p_value:.3f})"


def _sizes(alarm: Alarm) -> Iterator[str]:
    if alarm.before is None or alarm.after is None:
        return
    levels = LEVELS[::-1] if alarm.direction is Direction.WORSE else LEVELS
    for level in levels:
        sides = (getattr(side, level) for side in (alarm.before, alarm.after))
        told = ARROW.join(
            f"{percent(one.share)} ({round(100 * one.low)}\N{EN DASH}{round(100 * one.high)})"
            for one in sides
        )
        yield f"              {LEVEL_WORDS[level]} {told}"


def _notice(days: Days) -> str:
    if days.median is None:
        return "not within a year"
    half = f"half of the time within {counted(days.median, 'day')}"
    if days.p90 is None:
        return f"{half}, but in one of ten cases not within a year"
    return f"{half}, nine times of ten within {days.p90}"
