"""One row of the rhythm: the sessions of one hour of one weekday."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from afterword.history.filters import UNKNOWN
from afterword.history.questions.ratings import BETWEEN
from afterword.reports.rated import Row
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.domain.counts import Cell
    from afterword.reports.estimates import Estimate
    from afterword.reports.rhythm.week import Array
    from afterword.reports.rhythm.windows import Light

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOWHERE: Final = BETWEEN.join((UNKNOWN, UNKNOWN))  # the cell without a time zone


class RhythmRow(Row, frozen=True, kw_only=True):
    """One hour of one weekday where the user was.

    The row ``unknown`` has the sessions without a known time zone; it and ``other`` have no hour.
    ``drawn``: the negative share, drawn to what the week lets one expect of the hour as far as
    chance may explain where it lies. ``light``: why this is an hour to keep it light.
    """

    local_weekday: int | None = None  # Monday 0
    local_hour: int | None = None
    drawn: float | None = None
    light: tuple[str, ...] = ()


def rows_of(
    found: Iterable[Estimate], drawn: Array | NotEstimable, windows: tuple[Light, ...]
) -> tuple[RhythmRow, ...]:
    """Make the rows: Monday to Sunday, hour by hour, then those without an hour."""
    rows = [_row(one, drawn, windows) for one in found]
    return tuple(sorted(rows, key=_place))


def hour_of(cell: Cell) -> tuple[int, int] | None:
    """Give weekday and hour of a cell, where it has them."""
    if not cell.keys or not all(key.isdigit() for key in cell.keys):
        return None
    return int(cell.keys[0]), int(cell.keys[1])


def _row(found: Estimate, drawn: Array | NotEstimable, windows: tuple[Light, ...]) -> RhythmRow:
    told = {**structs.asdict(found.row)}
    del told["keys"]
    at = hour_of(found.cell)
    if at is None:
        name = UNKNOWN if found.cell.key == NOWHERE else found.cell.key
        return RhythmRow(**{**told, "key": name})
    weekday, hour = at
    return RhythmRow(
        **{**told, "key": f"{WEEKDAYS[weekday]} {hour:02}"},
        local_weekday=weekday,
        local_hour=hour,
        drawn=_drawn(found, drawn, at),
        light=tuple(dict.fromkeys(one.why for one in windows if one.holds(weekday, hour))),
    )


def _drawn(found: Estimate, drawn: Array | NotEstimable, at: tuple[int, int]) -> float | None:
    if isinstance(drawn, NotEstimable) or not found.cell.n_rated:
        return None
    return float(drawn[at])


def _place(row: RhythmRow) -> tuple[bool, int, int, str]:
    is_last = row.local_hour is None
    return is_last, row.local_weekday or 0, row.local_hour or 0, row.key
