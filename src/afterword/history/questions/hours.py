"""How many ratings users gave in each hour: what tells whether any arrive at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.history.questions.dimensions import matching
from afterword.history.questions.ratings import ALL, key_of

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

HOUR_S: Final = 3_600
_IMPORT: Final = "import"


def hours(history: History, chosen: Filter, by: str | None = None) -> dict[str, dict[int, int]]:
    """Count ratings by the hour in which they were given; imported ones do not count.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        by: A dimension; None makes one stream, ``all``.

    Returns:
        For each value, in order, ratings by hours since 1970 UTC, those without any left out;
        ``unknown`` for sessions without a value.
    """
    rows = history.run(
        ("hours", by, chosen.where), lambda table: _hours(table, chosen.where, by), chosen
    )
    found: dict[str, dict[int, int]] = {}
    for key, second, n in sorted(rows):
        found.setdefault(str(key), {})[int(second) // HOUR_S] = int(n)
    return found


def _hours(table: ibis.Table, where: tuple[tuple[str, str], ...], by: str | None) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    sessions = matching(table, where)
    live = sessions.filter(sessions.rating.notnull() & (sessions.rating_source != _IMPORT))
    second = live.rated_at.epoch_seconds().cast("int64")
    key = ibis.literal(ALL) if by is None else key_of(live, by)
    kept = live.select(key=key, second=second - second % HOUR_S)
    return kept.group_by(["key", "second"]).aggregate(n=kept.count())
