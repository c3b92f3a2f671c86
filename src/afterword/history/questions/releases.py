"""When each release ran, which kinds of sessions it had, and who rated in two of them.

Release labels may be many (a build a commit): keys with few ratings stay in the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from afterword.domain.counts import SharedPersons
from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import matching
from afterword.history.questions.ratings import LEVELS, key_of
from afterword.history.splits import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

Keys = tuple[str, ...]
Where = tuple[tuple[str, str], ...]


class Kind(NamedTuple):
    """Ratings of one kind of session in one release, best level first."""

    keys: Keys
    use_case: str
    is_new: bool | None  # whether the person was new; None where nobody knows
    levels: tuple[int, int, int]


def days_of(
    history: History, chosen: Filter, by: str, *, least_rated: int = 0
) -> dict[Keys, dict[str, int]]:
    """Count the sessions of each key day by day (ISO date, UTC).

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        by: As for ``ratings``.
        least_rated: Keys with fewer ratings are left out.

    Returns:
        Keys in the order of their first sessions.
    """
    names = names_of(by)
    rows = history.run(
        ("days of", names, least_rated, chosen.where),
        lambda table: _days(table, chosen.where, names, least_rated),
        chosen,
    )
    found: dict[Keys, dict[str, int]] = {}
    for row in rows:
        found.setdefault(_keys(row, names), {})[str(row[-2])[:10]] = int(row[-1])
    return found


def use_cases(history: History, chosen: Filter, at_most: int) -> tuple[str, ...]:
    """Name the use cases with the most ratings."""
    rows = history.run(
        ("most rated", at_most, chosen.where),
        lambda days: _most_rated(days, at_most),
        chosen,
        by_day=lambda table: _rated_cases(table, chosen.where),
    )
    return tuple(sorted(row[0] for row in rows))


def kinds_of(
    history: History,
    chosen: Filter,
    by: str,
    cases: tuple[str, ...],
    other: str,
    *,
    least_rated: int = 0,
) -> list[Kind]:
    """Count ratings by key, use case and whether the person was new.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        by: As for ``ratings``.
        cases: Use cases of their own; the rest count as ``other``.
        other: The name of the rest.
        least_rated: Keys with fewer ratings are left out.
    """
    names = names_of(by)
    rows = history.run(
        ("kinds of", names, cases, other, least_rated, chosen.where),
        lambda table: _kinds(table, chosen.where, names, cases, other, least_rated),
        chosen,
    )
    n = len(names)
    return [
        Kind(_keys(row, names), row[n], row[n + 1], (int(row[-3]), int(row[-2]), int(row[-1])))
        for row in rows
    ]


def shared_by_pair(
    history: History, chosen: Filter, by: str, pairs: tuple[tuple[Keys, Keys], ...]
) -> dict[tuple[Keys, Keys], SharedPersons]:
    """Sum products over the people who rated in both keys of a pair, where there are any."""
    names = names_of(by)
    rows = history.run(
        ("shared by pair", names, pairs, chosen.where),
        lambda table: _shared(table, chosen.where, names, pairs),
        chosen,
    )
    found = {}
    for pair, n_raters, mm, *values in rows:
        products = [int(value) for value in values]
        ym, my, yy = (tuple(products[at : at + 3]) for at in (0, 3, 6))
        found[pairs[pair]] = SharedPersons(int(n_raters), int(mm), ym, my, yy)
    return found


def _keys(row: tuple[Any, ...], names: Keys) -> Keys:
    return tuple(str(one) for one in row[: len(names)])


def _split(table: ibis.Table, names: Keys) -> dict[str, ibis.Value]:
    return {f"key_{place}": key_of(table, name) for place, name in enumerate(names)}


def _days(table: ibis.Table, where: Where, names: Keys, least: int) -> ibis.Table:
    kept = matching(table, where)
    keys = _split(kept, names)
    split = kept.select("day", "opened_at", "rating", **keys)
    days = split.group_by([*keys, "day"]).aggregate(
        n=split.count(), n_rated=split.rating.count(), first_at=split.opened_at.min()
    )
    told = _often(days, keys, days.n_rated, least)
    return told.order_by(["first_at", *keys]).select(*keys, "day", "n")


def _often(counts: ibis.Table, keys: Iterable[str], n: ibis.Value, least: int) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    if not least:
        return counts
    whole = counts.mutate(of_key=n.sum().over(ibis.window(group_by=list(keys))))
    return whole.filter(whole.of_key >= least).drop("of_key")


def _rated_cases(table: ibis.Table, where: Where) -> ibis.Table:
    kept = matching(table, where)
    rated = kept.filter(kept.rating.notnull() & kept.use_case.notnull())
    return rated.group_by(["day", "use_case"]).aggregate(n=rated.count())


def _most_rated(days: ibis.Table, at_most: int) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    counts = days.group_by("use_case").aggregate(n=days.n.sum())
    order = [ibis.desc("n"), ibis.asc("use_case")]
    return counts.order_by(order).limit(at_most)


def _kinds(
    table: ibis.Table, where: Where, names: Keys, cases: tuple[str, ...], other: str, least: int
) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    kept = matching(table, where)
    rated = kept.filter(kept.rating.notnull())
    held = rated.use_case.fill_null(UNKNOWN)
    case = ibis.ifelse(held.isin((*cases, UNKNOWN)), held, other)
    keys = _split(rated, names)
    split = rated.select("rating", "is_new", case=case, **keys)
    kinds = split.group_by([*keys, "case", "is_new"]).aggregate(
        **{level: split.count(where=split.rating == level) for level in LEVELS}
    )
    return _often(kinds, keys, kinds.positive + kinds.neutral + kinds.negative, least)


def _shared(
    table: ibis.Table, where: Where, names: Keys, pairs: tuple[tuple[Keys, Keys], ...]
) -> ibis.Table:
    # What a person said in one key, beside what the same person said in another.
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    kept = matching(table, where)
    rated = kept.filter(kept.rating.notnull())
    keys = _split(rated, names)
    split = rated.select("rating", "person_key", **keys)
    people = split.group_by([*keys, "person_key"]).aggregate(
        m=split.count(), **{level: split.count(where=split.rating == level) for level in LEVELS}
    )
    one, other = (people.filter(_is_any(people, pairs, side)) for side in (0, 1))
    joined = one.join(other, "person_key", rname="{name}_b")
    # A release may stand in several pairs.
    cases = [
        (_is_at(joined, first) & _is_at(joined, second, "_b"), ibis.literal(place, type="int32"))
        for place, (first, second) in enumerate(pairs)
    ]
    told = joined.mutate(pair=ibis.cases(*cases))
    both = told.filter(told.pair.notnull())
    return both.group_by("pair").aggregate(
        n_raters=both.count(),
        mm=(both.m * both.m_b).sum(),
        **{f"ym_{level}": (both[level] * both.m_b).sum() for level in LEVELS},
        **{f"my_{level}": (both.m * both[f"{level}_b"]).sum() for level in LEVELS},
        **{f"yy_{level}": (both[level] * both[f"{level}_b"]).sum() for level in LEVELS},
    )


def _is_any(people: ibis.Table, pairs: tuple[tuple[Keys, Keys], ...], side: int) -> ibis.Value:
    # Both keys of a cell are looked at together only once people are joined.
    found = people.key_0.isin(sorted({pair[side][0] for pair in pairs}))
    if len(pairs[0][side]) == 1:
        return found
    return found & people.key_1.isin(sorted({pair[side][1] for pair in pairs}))


def _is_at(joined: ibis.Table, keys: Keys, end: str = "") -> ibis.Value:
    found = joined[f"key_0{end}"] == keys[0]
    return found & (joined[f"key_1{end}"] == keys[1]) if len(keys) > 1 else found
