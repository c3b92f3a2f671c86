"""Who came back: people with a session in a period, and those with another one soon after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import structs

from afterword.domain.counts import Returns
from afterword.domain.policy import DAY_US
from afterword.history.questions.dimensions import is_in
from afterword.history.questions.ratings import label_of, period

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

DAYS: Final = 30


def returns(history: History, chosen: Filter, by: str, *, one_in: int = 1) -> dict[str, Returns]:
    """Count people by period, and those who had a session within 30 days after their last in it.

    Args:
        history: Where the sessions are.
        chosen: Which sessions put a person into a period; coming back is any session.
        by: ``day``, ``week`` or ``month``.
        one_in: Counts one person in so many, by their key: sorting people's sessions takes longer
            than all other counts together.

    Returns:
        By the period's first day. ``n_returned`` is None where not everybody could be seen for
        30 days: the last day of the history lies too near.
    """
    # Those who come back may do so after the window.
    later = None if chosen.to_us is None else chosen.to_us + (DAYS + 1) * DAY_US
    is_all = later is None and not chosen.where
    rows = history.run(
        ("returns", by, one_in, chosen.to_us, chosen.where),
        lambda table: _count(table if is_all else _drawn(table, one_in), chosen, by),
        structs.replace(chosen, to_us=later, where=()),
        by_day=(
            (lambda table: _drawn(table, one_in).select("day", "person_key")) if is_all else None
        ),
    )
    last = max((_date(row[-1]) for row in rows), default=date.min)
    found = {}
    for key, n_people, n_returned, last_here in rows:
        is_seen = _date(last_here) + timedelta(days=DAYS) < last
        if n_people:
            found[label_of(key, by)] = Returns(n_people, n_returned if is_seen else None)
    return found


def _drawn(table: ibis.Table, one_in: int) -> ibis.Table:
    return table if one_in == 1 else table.filter(table.person_key % one_in == 0)


def _count(drawn: ibis.Table, chosen: Filter, by: str) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    at = period(drawn.day, by)
    is_all = not chosen.where and chosen.to_us is None
    met = at if is_all else ibis.ifelse(is_in(drawn, chosen), at, ibis.null())
    sessions = drawn.select("person_key", "day", period=at, met=met)
    own = {"group_by": "person_key", "order_by": "day"}
    # A person was met in a period if the last session met by its end lies in it.
    reached = sessions.met if is_all else sessions.met.max().over(ibis.cumulative_window(**own))
    marked = sessions.select(
        "day", "period", met=reached, following=sessions.day.lead().over(ibis.window(**own))
    )
    is_last = marked.following.isnull() | (period(marked.following, by) != marked.period)
    people = marked.filter(is_last)
    is_chosen = (people.met == people.period).fill_null(False)  # noqa: FBT003  # Ibis' own signature
    is_back = people.following.delta(people.day, unit="day") <= DAYS
    return people.group_by("period").aggregate(
        n_people=people.count(where=is_chosen),
        n_returned=people.count(where=is_chosen & is_back),
        last_here=people.day.max(),
    )


def _date(told: object) -> date:
    return date.fromisoformat(str(told)[: len("2026-11-23")])
