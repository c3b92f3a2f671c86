"""How ratings fell on the day on which they were given, with sums over that day's people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import matching
from afterword.history.questions.ratings import ALL, LEVELS, key_of
from afterword.journal.days import EPOCH

if TYPE_CHECKING:
    from datetime import date

    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

_DAY_S: Final = 86_400
_NOBODY_ASKED: Final = "user_opened"
_ALL_TRIGGERS: Final = ""
_SUMS: Final = ("n_raters", "m2", "my", "y2")
_COLUMNS: Final = ("key", "second", "made_by", *(f"n_{level}" for level in LEVELS), *_SUMS)


Levels = tuple[int, int, int]  # best first


class GivenDay(NamedTuple):
    """Ratings of one day; the sums are over the people of that day, y = negative."""

    day: date  # UTC
    levels: Levels
    n_raters: int
    m2: int
    my: int
    y2: int
    triggers: dict[str, Levels]  # of each trigger that day; ``unknown`` where it is not known


def given(
    history: History, chosen: Filter, by: str | None = None, *, least_rated: int = 0
) -> dict[str, list[GivenDay]]:
    """Count ratings by the day on which they were given, not the day of their session.

    Ratings that users opened themselves are left out: who comes to complain is not the stream.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        by: A dimension; None makes one stream, ``all``.
        least_rated: Values with fewer ratings are left out.

    Returns:
        For each value, in order, its days with ratings, in order; ``unknown`` for sessions without
        a value.
    """
    rows = history.run(
        ("given", by, chosen.where), lambda table: _given(table, chosen.where, by), chosen
    )
    found: dict[str, list[GivenDay]] = {}
    for row in sorted(rows):
        days = found.setdefault(str(row[0]), [])
        if row[2] == _ALL_TRIGGERS:  # which comes before the triggers of its day
            days.append(_day(row))
        else:
            days[-1].triggers[str(row[2])] = _levels(row)
    return {
        key: days
        for key, days in found.items()
        if sum(sum(one.levels) for one in days) >= least_rated
    }


def _day(row: tuple[Any, ...]) -> GivenDay:
    n_raters, m2, my, y2 = map(int, row[6:])
    return GivenDay(
        EPOCH + timedelta(seconds=int(row[1])), _levels(row), n_raters, m2, my, y2, triggers={}
    )


def _levels(row: tuple[Any, ...]) -> Levels:
    positive, neutral, negative = map(int, row[3:6])
    return positive, neutral, negative


def _given(table: ibis.Table, where: tuple[tuple[str, str], ...], by: str | None) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    sessions = matching(table, where)
    was_asked = sessions.trigger.isnull() | (sessions.trigger != _NOBODY_ASKED)
    rated = sessions.filter(sessions.rating.notnull() & was_asked)
    # A number of the day, not a time: engines differ in how they cut those.
    second = rated.rated_at.epoch_seconds().cast("int64")
    midnight = second - second % _DAY_S
    key = ibis.literal(ALL) if by is None else key_of(rated, by)
    made_by = rated.trigger.fill_null(UNKNOWN)
    kept = rated.select("rating", "person_key", key=key, second=midnight, made_by=made_by)
    return _of_all(kept).union(_by_trigger(kept))


def _of_all(kept: ibis.Table) -> ibis.Table:
    import ibis  # noqa: PLC0415  # as above

    people = kept.group_by(["key", "second", "person_key"]).aggregate(
        m=kept.count(), **{level: kept.count(where=kept.rating == level) for level in LEVELS}
    )
    worst = LEVELS[-1]
    days = people.group_by(["key", "second"]).aggregate(
        **{f"n_{level}": people[level].sum() for level in LEVELS},
        n_raters=people.count(),
        m2=(people.m * people.m).sum(),
        my=(people.m * people[worst]).sum(),
        y2=(people[worst] * people[worst]).sum(),
    )
    return days.mutate(made_by=ibis.literal(_ALL_TRIGGERS)).select(*_COLUMNS)


def _by_trigger(kept: ibis.Table) -> ibis.Table:
    import ibis  # noqa: PLC0415  # as above

    days = kept.group_by(["key", "second", "made_by"]).aggregate(
        **{f"n_{level}": kept.count(where=kept.rating == level) for level in LEVELS}
    )
    nobody = {name: ibis.literal(0, "int64") for name in _SUMS}
    return days.mutate(**nobody).select(*_COLUMNS)
