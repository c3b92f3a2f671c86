"""What people said after their ratings: the newest reasons, and how many gave one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs

from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import column, is_in, matching
from afterword.history.questions.ratings import ALL
from afterword.history.questions.shared import around

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History


class Givers(NamedTuple):
    """Ratings of one level, and of them those with a reason: sums over people.

    m = a person's ratings of the level, y = those with a reason. The days are those of reasons.
    """

    rating: str
    n_raters: int
    n: int  # Σ m
    y: int
    m2: int
    my: int
    y2: int
    first: date | None
    last: date | None


class Said(NamedTuple):
    """One reason."""

    text: str
    rating: str
    person: int
    key: str  # the session's value of what the report is split by
    is_late: bool  # on the second side
    session_id: str


def givers(history: History, chosen: Filter) -> list[Givers]:
    """Count ratings with and without a reason, by level."""
    rows = history.run(
        ("givers", chosen.where), lambda table: _givers(matching(table, chosen.where)), chosen
    )
    return [
        Givers(rating, n_raters, n, int(y), int(m2), int(my), int(y2), _day(first), _day(last))
        for rating, n_raters, n, y, m2, my, y2, first, last in sorted(rows)
    ]


def reasons(
    history: History,
    sides: tuple[Filter, Filter],
    by: str | None,
    at_most: int,
    since_us: int | None = None,
) -> list[Said]:
    """Give the newest reasons of two groups of sessions, newest first.

    Args:
        history: Where the sessions are.
        sides: The earlier ones, or what is compared with; and those that count as late. A session
            in both is late.
        by: A dimension; None gives the key ``all``.
        at_most: So many.
        since_us: Sessions since then should hold so many: if they do, no others are read.
    """
    groups = tuple((one.from_us, one.to_us, one.where) for one in sides)
    whole = around(*sides)
    found: list[Any] = []
    for window in (*_late(whole, since_us), whole):
        found = history.run(
            ("reasons", groups, by, at_most),
            lambda table: _newest(table, sides, by, at_most),
            window,
        )
        if len(found) == at_most:
            break
    return [Said(*row[1:]) for row in sorted(found, key=lambda row: (-row[0], row[-1]))]


def _late(whole: Filter, since_us: int | None) -> list[Filter]:
    if since_us is None or (whole.from_us is not None and since_us <= whole.from_us):
        return []
    return [structs.replace(whole, from_us=since_us)]


def _givers(table: ibis.Table) -> ibis.Table:
    from ibis import _  # noqa: PLC0415  # heavy: after the server is ready

    rated = table.filter(table.rating.notnull()).select(
        "rating", "person_key", "day", gave=table.has_reason
    )
    people = rated.group_by("rating", "person_key").aggregate(m=_.count(), y=_.count(where=_.gave))
    sums = people.group_by("rating").aggregate(
        n_raters=_.count(),
        n=_.m.sum(),
        n_gave=_.y.sum(),
        m2=(_.m * _.m).sum(),
        my=(_.m * _.y).sum(),
        y2=(_.y * _.y).sum(),
    )
    days = rated.group_by(level="rating").aggregate(
        since=_.day.min(where=_.gave), until=_.day.max(where=_.gave)
    )
    return sums.join(days, sums.rating == days.level).drop("level")


def _newest(
    table: ibis.Table, sides: tuple[Filter, Filter], by: str | None, at_most: int
) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready
    from ibis import _  # noqa: PLC0415  # same

    key = ibis.literal(ALL) if by is None else column(table, by).fill_null(UNKNOWN)
    said = table.select(
        "rating",
        "reason",
        "person_key",
        "session_id",
        at=table.opened_at.epoch_seconds(),
        key=key,
        is_early=is_in(table, sides[0]),
        is_late=is_in(table, sides[1]),
    )
    kept = said.filter(_.rating.notnull() & _.reason.notnull() & (_.is_early | _.is_late))
    newest = kept.order_by([ibis.desc("at"), ibis.asc("session_id")]).limit(at_most)
    return newest.select("at", "reason", "rating", "person_key", "key", "is_late", "session_id")


def _day(value: object) -> date | None:
    # Some engines give a day as a time.
    return None if value is None else date.fromisoformat(str(value)[:10])
