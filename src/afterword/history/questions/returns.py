"""Who came back: people with a session in a period, and those with another one soon after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import structs

from afterword.domain.counts import Returns
from afterword.domain.policy import DAY_US
from afterword.history.questions.dimensions import is_in
from afterword.history.questions.ratings import key_of, label_of

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
        one_in: Counts one person in so many, by their key: each period sorts its people, which
            takes longer than all other counts together.

    Returns:
        By the period's first day. ``n_returned`` is None where not everybody could be seen for
        30 days: the last day of the history lies too near.
    """
    # Those who come back may do so after the window.
    later = None if chosen.to_us is None else chosen.to_us + (DAYS + 1) * DAY_US
    rows = history.run(
        ("returns", by, one_in, chosen.to_us, chosen.where),
        lambda table: _count(table, chosen, by, one_in),
        structs.replace(chosen, to_us=later, where=()),
    )
    last = max((_date(row[-1]) for row in rows), default=date.min)
    found = {}
    for key, n_people, n_returned, last_here in rows:
        is_seen = _date(last_here) + timedelta(days=DAYS) < last
        if n_people:
            found[label_of(key, by)] = Returns(n_people, n_returned if is_seen else None)
    return found


def _count(table: ibis.Table, chosen: Filter, by: str, one_in: int) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    drawn = table if one_in == 1 else table.filter(table.person_key % one_in == 0)
    sessions = drawn.select(
        "person_key", "day", period=key_of(drawn, by), is_chosen=is_in(drawn, chosen)
    )
    met = sessions.group_by("person_key", "period").aggregate(
        first=sessions.day.min(),
        last=sessions.day.max(),
        is_chosen=sessions.count(where=sessions.is_chosen) > 0,
    )
    following = met.first.lead().over(ibis.window(group_by=met.person_key, order_by=met.period))
    people = met.select("period", "last", "is_chosen", following=following)
    is_back = people.following.delta(people.last, unit="day") <= DAYS
    return people.group_by("period").aggregate(
        n_people=people.count(where=people.is_chosen),
        n_returned=people.count(where=people.is_chosen & is_back),
        last_here=people.last.max(),
    )


def _date(told: object) -> date:
    return date.fromisoformat(str(told)[: len("2026-11-23")])
