"""Phones beside other devices, hour by hour: are people rushed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain.light_hours import HOURS
from afterword.reports.estimates import ratio
from afterword.reports.parts import Part, part_of
from afterword.statistics.levels import LEAST_RATINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.history.questions.rhythm import HourKind
    from afterword.reports.report import View


class DeviceHour(Struct, frozen=True, kw_only=True):
    """The sessions of one local hour, all weekdays together, whose device is known.

    ``on_phone`` and ``elsewhere``: the share rated "not what I needed"; null below ten ratings.
    """

    hour: int | None  # null: all hours together
    n_sessions: int
    phone_share: float | None
    on_phone: Part | None
    elsewhere: Part | None


def devices_of(
    kinds: Iterable[HourKind], effect: float | None, view: View
) -> tuple[DeviceHour, ...]:
    """Give all hours together, then each; none where no host says a device."""
    known = [one for one in kinds if one.is_phone is not None]
    if not known:
        return ()
    by_hour: list[list[HourKind]] = [[] for _ in range(HOURS)]
    for one in known:
        by_hour[one.hour].append(one)
    rows = ((None, known), *enumerate(by_hour))
    return tuple(_row(hour, found, effect or 1.0, view) for hour, found in rows)


def _row(hour: int | None, kinds: list[HourKind], effect: float, view: View) -> DeviceHour:
    phones = [one for one in kinds if one.is_phone]
    others = [one for one in kinds if not one.is_phone]
    n = sum(one.n_sessions for one in kinds)
    return DeviceHour(
        hour=hour,
        n_sessions=n,
        phone_share=ratio(sum(one.n_sessions for one in phones), n),
        on_phone=_negative(phones, effect, view),
        elsewhere=_negative(others, effect, view),
    )


def _negative(kinds: list[HourKind], effect: float, view: View) -> Part | None:
    n_rated = sum(one.n_rated for one in kinds)
    if n_rated < LEAST_RATINGS:
        return None
    return part_of(sum(one.n_negative for one in kinds), n_rated, effect, view)
