"""Which traits and labels sessions carry, and how many values each of them takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.history.filters import MAPS
from afterword.history.questions.dimensions import column, matching, number_of

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

Where = tuple[tuple[str, str], ...]
_HEADS: Final = ("trait", "label")
_ALL: Final = 50_000  # sessions; so many are looked through whole
_PLACES: Final = 8  # of more, windows spread over them, each of at least so many sessions:
_OF_EACH: Final = 5_000
_DAY_US: Final = 86_400_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Attribute(NamedTuple):
    """A trait or label, and what was seen of it where it was looked for."""

    name: str  # ``trait.plan``
    n_sessions: int
    n_people: int
    n_values: int
    n_numbers: int = 0  # sessions in which the value is written as a number


class Day(NamedTuple):
    """Sessions of a UTC day."""

    day: date
    n_sessions: int
    n_rated: int


def session_days(history: History, chosen: Filter) -> list[Day]:
    """Count sessions by day, earliest first; days without one are left out."""
    rows = history.run(
        ("session days", chosen.where), lambda table: _days(table, chosen.where), chosen
    )
    # Some engines give a day as a time.
    return sorted(Day(date.fromisoformat(str(row[0])[:10]), row[1], row[2]) for row in rows)


def attributes(history: History, chosen: Filter, days: list[Day]) -> list[Attribute]:
    """Find the traits and labels of sessions.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        days: What ``session_days`` counted. Of many sessions a part is looked through, on days
            spread over all.

    Returns:
        In the order of their names. ``n_values`` is the most that was seen at one place.
    """
    found: dict[str, Attribute] = {}
    for window in _windows(chosen, days):
        rows = history.run(
            ("attributes", chosen.where), lambda table: _look(table, chosen.where), window
        )
        for name, *counts in rows:
            n_sessions, n_people, n_values, n_numbers = map(int, counts)
            seen = found.get(name, Attribute(name, 0, 0, 0))
            found[name] = Attribute(
                name,
                seen.n_sessions + n_sessions,
                seen.n_people + n_people,
                max(seen.n_values, n_values),
                seen.n_numbers + n_numbers,
            )
    return [found[name] for name in sorted(found)]


def numbers(history: History, chosen: Filter, days: list[Day], name: str) -> dict[float, int]:
    """Count the sessions of each number that a trait or label has, where ``attributes`` looks."""
    found: dict[float, int] = {}
    for window in _windows(chosen, days):
        rows = history.run(
            ("numbers", name, chosen.where),
            lambda table: _numbers(table, chosen.where, name),
            window,
        )
        for value, n in rows:
            found[value] = found.get(value, 0) + int(n)
    return found


def _numbers(table: ibis.Table, where: Where, name: str) -> ibis.Table:
    kept = matching(table, where)
    held = kept.select(number=number_of(column(kept, name)))
    told = held.filter(held.number.notnull())
    return told.group_by("number").aggregate(n=told.count())


def _windows(chosen: Filter, days: list[Day]) -> list[Filter]:
    n_sessions = sum(day.n_sessions for day in days)
    if n_sessions <= _ALL:
        return [chosen]
    found = [_from(days[place:]) for place in _places(days, n_sessions)]
    found.append(_from(days[::-1]))  # what is newest is looked at, whatever its place
    return [_between(chosen, min(one), max(one)) for one in found]


def _places(days: list[Day], n_sessions: int) -> list[int]:
    """Give the days at which equal parts of all sessions begin, but for the last part."""
    found: list[int] = []
    passed = 0
    for place, day in enumerate(days):
        if passed >= len(found) * n_sessions / _PLACES and len(found) < _PLACES - 1:
            found.append(place)
        passed += day.n_sessions
    return found


def _from(days: list[Day]) -> list[date]:
    """Give the first days that have enough sessions together."""
    found: list[date] = []
    held = 0
    for day in days:
        found.append(day.day)
        held += day.n_sessions
        if held >= _OF_EACH:
            break
    return found


def _between(chosen: Filter, first: date, last: date) -> Filter:
    from_us, to_us = _start_us(first), _start_us(last) + _DAY_US
    if chosen.from_us is not None:
        from_us = max(from_us, chosen.from_us)
    if chosen.to_us is not None:
        to_us = min(to_us, chosen.to_us)
    return structs.replace(chosen, from_us=from_us, to_us=to_us)


def _start_us(day: date) -> int:
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // timedelta(
        microseconds=1
    )


def _days(table: ibis.Table, where: Where) -> ibis.Table:
    kept = matching(table, where)
    return kept.group_by("day").aggregate(n=kept.count(), n_rated=kept.rating.count())


def _look(table: ibis.Table, where: Where) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    kept = matching(table, where)
    long = ibis.union(*(_pairs(kept, head) for head in _HEADS))
    return long.group_by("name").aggregate(
        n_sessions=long.count(),
        n_people=long.person_key.nunique(),
        n_values=long["value"].nunique(),
        n_numbers=long.count(where=number_of(long["value"]).notnull()),
    )


def _pairs(kept: ibis.Table, head: str) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    held = kept[MAPS[head]]
    rows = kept.select("person_key", pair=held.keys().zip(held.values()).unnest())
    name = ibis.literal(f"{head}.").concat(rows.pair["f1"])
    return rows.select("person_key", name=name, value=rows.pair["f2"])
