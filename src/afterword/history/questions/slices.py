"""Ratings by day, by what made the moment of the ask, and by use case: what is like with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import matching
from afterword.history.questions.ratings import LEVELS

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

Levels = tuple[int, int, int]


class Slice(NamedTuple):
    """Ratings of one day, trigger and use case, best level first."""

    day: str  # ISO date, UTC, of opening
    trigger: str
    use_case: str
    levels: Levels


def slices(
    history: History, chosen: Filter, cases: tuple[str, ...] = (), other: str = "other"
) -> list[Slice]:
    """Count ratings by day, trigger and use case, in that order.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        cases: Use cases of their own; the rest count as ``other``.
        other: The name of the rest.
    """
    rows = history.run(
        ("slices", cases, other, chosen.where),
        lambda table: _count(table, chosen.where, cases, other),
        chosen,
    )
    return [Slice(str(row[0])[:10], row[1], row[2], _levels(row)) for row in rows]


def _levels(row: tuple[object, ...]) -> Levels:
    positive, neutral, negative = (int(str(count)) for count in row[3:])
    return positive, neutral, negative


def _count(
    table: ibis.Table, where: tuple[tuple[str, str], ...], cases: tuple[str, ...], other: str
) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    kept = matching(table, where)
    rated = kept.filter(kept.rating.notnull())
    case = ibis.ifelse(rated.use_case.isin(cases), rated.use_case, other) if cases else other
    split = rated.select(
        "day", "rating", made_by=rated.trigger.fill_null(UNKNOWN), case=ibis.coalesce(case, other)
    )
    keys = ["day", "made_by", "case"]
    counts = split.group_by(keys).aggregate(
        **{level: split.count(where=split.rating == level) for level in LEVELS}
    )
    return counts.order_by(keys)
