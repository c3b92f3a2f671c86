"""What questions are filtered and split by, as Ibis expressions on session rows."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from afterword.history.filters import MAPS

if TYPE_CHECKING:
    import ibis

_FLOWS: Final = "flows_shown"  # a later step of a flow implies this one


def column(table: ibis.Table, name: str) -> ibis.Value:
    """Give the value of a dimension, null where a session has none.

    Args:
        table: Session rows.
        name: A name that ``filters.check_name`` has accepted.
    """
    head, _, key = name.partition(".")
    return table[MAPS[head]].get(key) if key else table[name]


def matching(table: ibis.Table, where: tuple[tuple[str, str], ...]) -> ibis.Table:
    """Keep the sessions that match every name, each by any of its values."""
    wanted: dict[str, list[str]] = {}
    for name, value in where:
        wanted.setdefault(name, []).append(value)
    conditions = [_condition(table, name, values) for name, values in wanted.items()]
    return table.filter(*conditions) if conditions else table


def _condition(table: ibis.Table, name: str, values: list[str]) -> ibis.Value:
    if name != "flow":
        return column(table, name).isin(values)
    return reduce(or_, (table[_FLOWS].contains(value) for value in values))
