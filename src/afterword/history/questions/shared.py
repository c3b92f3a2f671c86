"""Who rated in both of two groups of sessions: what a difference between them needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from afterword.domain.counts import SharedPersons
from afterword.history.questions.dimensions import is_in
from afterword.history.questions.ratings import ALL, LEVELS, key_of, label_of
from afterword.history.splits import names_of

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History


def shared(
    history: History,
    first: Filter,
    second: Filter,
    by: str | None = None,
    *,
    least_raters: int = 1,
) -> dict[tuple[str, ...], SharedPersons]:
    """Sum products over the people who rated in both groups, in every key.

    Args:
        history: Where the sessions are.
        first: One group; of the same project and environment.
        second: The other. Sessions in both groups count in both.
        by: As for ``ratings``.
        least_raters: In both groups; a key with fewer is left out.

    Returns:
        By the keys of the cell.
    """
    names = () if by is None else names_of(by)
    groups = tuple((one.from_us, one.to_us, one.where) for one in (first, second))
    rows = history.run(
        ("shared", names, least_raters, groups),
        lambda table: _sums(table, (first, second), names, least_raters),
        around(first, second),
    )
    found = {}
    for row in rows:
        keys = tuple(label_of(*one) for one in zip(row, names, strict=False))
        n_raters, mm, *products = (int(value) for value in row[len(names) :])
        ym, my, yy = (tuple(products[at : at + 3]) for at in (0, 3, 6))
        found[keys or (ALL,)] = SharedPersons(n_raters, mm, ym, my, yy)
    return found


def _sums(
    table: ibis.Table, groups: tuple[Filter, Filter], names: tuple[str, ...], least: int
) -> ibis.Table:
    key = {f"{place}_key": key_of(table, name) for place, name in enumerate(names)}
    rated = table.filter(table.rating.notnull()).select(
        "person_key",
        "rating",
        **{f"is_{one}": is_in(table, group) for one, group in zip("ab", groups, strict=True)},
        **key,
    )
    people = rated.group_by([*key, "person_key"]).aggregate(
        **{f"m_{one}": rated.count(where=rated[f"is_{one}"]) for one in "ab"},
        **{
            f"{level}_{one}": rated.count(where=rated[f"is_{one}"] & (rated.rating == level))
            for one in "ab"
            for level in LEVELS
        },
    )
    both = people.filter(people.m_a > 0, people.m_b > 0)
    sums = both.aggregate(
        by=list(key),
        n_raters=both.count(),
        **products(both),
    )
    return sums.filter(sums.n_raters >= least)


def products(people: ibis.Table, a: str = "_a", b: str = "_b") -> dict[str, ibis.Value]:
    """Multiply what each person said in both groups, summed: of ``SharedPersons``, by name.

    Args:
        people: One a row, with ``m`` and each level of both groups.
        a: What stands behind their names for the one group.
        b: For the other.
    """
    one, other = people[f"m{a}"], people[f"m{b}"]
    first, second = ([people[f"{level}{side}"] for level in LEVELS] for side in (a, b))
    return {
        "mm": (one * other).sum(),
        **{f"ym_{level}": (y * other).sum() for level, y in zip(LEVELS, first, strict=True)},
        **{f"my_{level}": (one * y).sum() for level, y in zip(LEVELS, second, strict=True)},
        **{
            f"yy_{level}": (x * y).sum() for level, x, y in zip(LEVELS, first, second, strict=True)
        },
    }


def around(first: Filter, second: Filter) -> Filter:
    """Give the window that holds both groups, with everything in it."""
    starts, ends = (first.from_us, second.from_us), (first.to_us, second.to_us)
    return structs.replace(
        first,
        from_us=None if None in starts else min(one for one in starts if one is not None),
        to_us=None if None in ends else max(one for one in ends if one is not None),
        where=(),
    )
