"""What questions are filtered and split by, as Ibis expressions on session rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US
from afterword.history.filters import FLAGS, MAPS, NUMBERS, SESSION_BANDS, SESSION_NUMBER, UNKNOWN

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = r"^-?[0-9]{1,15}([.][0-9]{1,9})?$"
NO_NUMBER: Final = "no number"  # the bin of other texts
_EDGE: Final = "-?[0-9]+(?:[.][0-9]+)?(?:e[+-]?[0-9]+)?"
_BIN: Final = re.compile(f"(?:over (?P<low>{_EDGE}))?(?:(?(low) |)up to (?P<high>{_EDGE}))?")
_BINNED: Final = ("trait", "label")
_FLOWS: Final = "flows_shown"  # a later step of a flow implies this one


def column(table: ibis.Table, name: str) -> ibis.Value:
    """Give the value of a dimension as text, null where a session has none.

    Args:
        table: Session rows.
        name: A name that ``filters.check_name`` has accepted.
    """
    head, _, key = name.partition(".")
    if key:
        return table[MAPS[head]].get(key)
    value = table[name]
    if name in FLAGS:
        return value.cases((True, "true"), (False, "false"))
    if name in NUMBERS:
        return value.cast("string")
    return _band(value) if name == SESSION_NUMBER else value


def _band(number: ibis.Value) -> ibis.Value:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    first, few, some, many = SESSION_BANDS
    return ibis.cases(
        (number == 1, first),
        (number <= 3, few),  # noqa: PLR2004  # as the bands say
        (number <= 10, some),  # noqa: PLR2004  # same
        (number.notnull(), many),
    )


def number_of(value: ibis.Value) -> ibis.Value:
    """Read a text as a number, null where it is none: engines agree on plain digits alone."""
    return value.re_search(_NUMBER).ifelse(value, None).try_cast("float64")


def binned(value: ibis.Value, edges: tuple[float, ...]) -> ibis.Value:
    """Give the bin of a number as ``bins_of`` names it; null where there is no value.

    Args:
        value: Text.
        edges: Ascending; each is the last number of its bin.
    """
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    number = number_of(value)
    *names, last = bins_of(edges)
    return ibis.cases(
        *((number <= edge, name) for edge, name in zip(edges, names, strict=True)),
        (number.notnull(), last),
        (value.notnull(), NO_NUMBER),
    )


def bins_of(edges: tuple[float, ...]) -> tuple[str, ...]:
    """Name the bins that edges make, one more than there are edges."""
    told = [f"{edge:.15g}" for edge in edges]
    between = (f"over {low} up to {high}" for low, high in pairwise(told))
    return (f"up to {told[0]}", *between, f"over {told[-1]}")


def matching(table: ibis.Table, where: tuple[tuple[str, str], ...]) -> ibis.Table:
    """Keep the sessions that match every name, each by any of its values."""
    return table.filter(is_matching(table, where)) if where else table


def is_matching(table: ibis.Table, where: tuple[tuple[str, str], ...]) -> ibis.Value:
    """Tell whether a session matches every name, each by any of its values."""
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    wanted: dict[str, list[str]] = {}
    for name, value in where:
        wanted.setdefault(name, []).append(value)
    conditions = [_condition(table, name, values) for name, values in wanted.items()]
    return reduce(and_, conditions, ibis.literal(value=True))


def is_in(table: ibis.Table, chosen: Filter) -> ibis.Value:
    """Tell whether a session lies in a filter's window and matches it."""
    found = is_matching(table, chosen.where)
    if chosen.from_us is not None:
        found &= ~_is_before(table, chosen.from_us)
    if chosen.to_us is not None:
        found &= _is_before(table, chosen.to_us)
    return found


def _is_before(table: ibis.Table, time_us: int) -> ibis.Value:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    moment = _EPOCH + timedelta(microseconds=time_us)
    if time_us % DAY_US:
        return table.opened_at < ibis.literal(moment, type="timestamp('UTC', 6)")
    return table.day < ibis.literal(moment.date())  # one value a file: read sooner


def _condition(table: ibis.Table, name: str, values: list[str]) -> ibis.Value:
    if name == "flow":
        return reduce(or_, (table[_FLOWS].contains(value) for value in values))
    held = column(table, name)
    found = (held.fill_null(UNKNOWN) if UNKNOWN in values else held).isin(values)
    parts = values if name.partition(".")[0] in _BINNED else []
    ranges = [part for told in parts if (part := _range(held, told)) is not None]
    return reduce(or_, ranges, found)


def _range(held: ibis.Value, told: str) -> ibis.Value | None:
    """Tell whether a text lies in a bin; None where this is no name that ``bins_of`` gives."""
    number = number_of(held)
    if told == NO_NUMBER:
        return held.notnull() & number.isnull()
    found = _BIN.fullmatch(told)
    low, high = found.groups() if found else (None, None)
    if low is None and high is None:
        return None
    is_above = number.notnull() if low is None else number > float(low)
    return is_above if high is None else is_above & (number <= float(high))
