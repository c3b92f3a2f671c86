"""How many sessions of each key there were, were asked about, and were rated how, by how many."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from afterword.domain.counts import PERSON_SHARES, Cell, PersonSums
from afterword.history.filters import PERIODS, UNKNOWN
from afterword.history.questions.dimensions import column, matching
from afterword.history.questions.folding import folded
from afterword.history.splits import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

ALL: Final = "all"
OTHER: Final = "other"
BETWEEN: Final = " \N{MIDDLE DOT} "  # the two keys of a cell
LEVELS: Final = ("positive", "neutral", "negative")
# Of the sessions of one key and one rating; and, after them, so many of the people of the key.
_COUNTS: Final = ("n_sessions", "n_closed", "n_shown", "n_answered", "n_unasked")
_SUMS: Final = 14


def ratings(
    history: History, chosen: Filter, by: str | None = None, *, least_raters: int = 0
) -> list[Cell]:
    """Count sessions, asks and ratings, with the sums over people that intervals need.

    Args:
        history: Where the sessions are.
        chosen: Which sessions; open ones count too.
        by: A name that ``check_name`` knows, or ``day``, ``week``, ``month`` (key: ISO date of its
            first day, UTC), or two of these joined by a comma. None makes one cell, ``all``.
        least_raters: Keys with fewer are counted as one, ``other``, without sums over people.

    Returns:
        Cells in the order of their keys; sessions without a value have the key ``unknown``. A key
        without sessions has no cell, but ``all`` always has one. With two dimensions a cell has
        both ``keys``, and they stand joined in ``key``. What was counted as one comes last.

    Raises:
        InvalidField: ``by`` is none of these.
    """
    names = () if by is None else names_of(by)
    least = least_raters if names else 0
    rows = history.run(
        ("ratings", names, least, chosen.where),
        lambda sessions: _counted(sessions, least),
        chosen,
        by_day=lambda table: _sessions(table, chosen.where, names),
    )
    found = _cells(rows, names)
    return [Cell(ALL)] if not names and not found else found


def _cells(rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> list[Cell]:
    """Read the rows that ``_counted`` gives, in the order of their keys.

    Args:
        rows: The columns of the key first.
        names: What each of them is.
    """
    grouped: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    few = []
    for row in rows:
        if names and row[0] is None:
            few.append(row[len(names) :])
            continue
        keys = tuple(label_of(*one) for one in zip(row, names, strict=False))
        grouped.setdefault(keys, []).append(row[len(names) :])
    found = [_cell(keys, grouped[keys]) for keys in sorted(grouped)]
    if few:
        n_keys = sum(row[-1] for row in few)
        found.append(replace(_cell((OTHER,) * len(names), few), n_keys=n_keys))
    return found


def _sessions(
    table: ibis.Table, where: tuple[tuple[str, str], ...], names: tuple[str, ...]
) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    key = {f"{place}_key": key_of(table, name) for place, name in enumerate(names)}
    return matching(table, where).select(
        "day",
        "rating",
        "n_shown",
        "n_answered",
        "is_unasked",
        is_closed=table.closed_at.notnull(),
        # Only of rated sessions the person is wanted.
        person_key=table.rating.notnull().ifelse(table.person_key, ibis.null()),
        **key,
    )


def _counted(sessions: ibis.Table, least: int) -> ibis.Table:
    """Count sessions by key and rating, with the sums over people: what ``_cells`` reads.

    Args:
        sessions: With ``rating``, ``person_key``, ``n_shown``, ``n_answered``, ``is_unasked``,
            ``is_closed`` and the columns of the key, whose names end in ``_key``.
        least: Keys with fewer raters are folded into one, whose key is null.
    """
    key = [name for name in sessions.columns if name[0].isdigit()]
    # One scan feeds two groupings: by rating, which is a handful of groups, and by person, which
    # only rated sessions enter. Grouping all sessions by person takes twice as long.
    counts = sessions.group_by([*key, "rating"]).aggregate(
        n_sessions=sessions.count(),
        n_closed=sessions.count(where=sessions.is_closed),
        n_shown=sessions.n_shown.sum(),
        n_answered=sessions.n_answered.sum(),
        n_unasked=sessions.count(where=sessions.is_unasked),
    )
    rated = sessions.filter(sessions.rating.notnull())
    each = rated.group_by([*key, "person_key"]).aggregate(
        m=rated.count(), **{level: rated.count(where=rated.rating == level) for level in LEVELS}
    )
    people = each.mutate(
        **{f"{level}_share": each[level] * PERSON_SHARES // each.m for level in LEVELS}
    )
    sums = people.aggregate(
        by=[people[name].name(f"people_{name}") for name in key],
        n_raters=people.count(),
        m2=(people.m * people.m).sum(),
        **{f"my_{level}": (people.m * people[level]).sum() for level in LEVELS},
        **{f"y2_{level}": (people[level] * people[level]).sum() for level in LEVELS},
        **{f"share_{level}": people[f"{level}_share"].sum() for level in LEVELS},
        **{
            f"square_{level}": (people[f"{level}_share"] * people[f"{level}_share"]).sum()
            for level in LEVELS
        },
    )
    if not key:
        return counts.cross_join(sums).select(*_names(counts, sums))
    joined = counts.left_join(sums, [counts[one] == sums[f"people_{one}"] for one in key])
    selected = joined.select(*key, *_names(counts, sums))
    if not least:
        return selected
    return folded(selected, key, _COUNTS, [*sums.columns][len(key) :], least)


def _names(counts: ibis.Table, sums: ibis.Table) -> list[str]:
    return [name for name in (*counts.columns, *sums.columns) if not name.endswith("key")]


def key_of(table: ibis.Table, by: str) -> ibis.Value:
    """Give what a session's row is found by: its value of a dimension, or its period."""
    return period(table.day, by) if by in PERIODS else column(table, by).fill_null(UNKNOWN)


def period(day: ibis.Value, by: str) -> ibis.Value:
    """Give the first day of a day's period."""
    return day if by == "day" else day.truncate({"week": "W", "month": "M"}[by])


def label_of(key: str | date, by: str) -> str:
    """Write a key; a period as the ISO date of its first day."""
    # Some engines give a truncated day as a time.
    return str(key)[: len("2026-11-23")] if by in PERIODS else str(key)


def _cell(keys: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Cell:
    by_rating = {row[0]: dict(zip(_COUNTS, row[1:], strict=False)) for row in rows}
    rated = {level: counts for level, counts in by_rating.items() if level is not None}
    sums = next((row[1 + len(_COUNTS) :] for row in rows if row[0] is not None), [0] * _SUMS)
    n_raters, m_squared, *others = (int(value) for value in sums[:_SUMS])
    my, y2, shares, squares = (
        (others[at], others[at + 1], others[at + 2]) for at in range(0, len(others), 3)
    )
    return Cell(
        BETWEEN.join(keys) or ALL,
        keys=keys if len(keys) > 1 else (),
        **{name: int(sum(_column(by_rating, name))) for name in _COUNTS},
        n_rated=sum(_column(rated, "n_sessions")),
        n_rated_closed=int(sum(_column(rated, "n_closed"))),
        **{level: rated.get(level, {}).get("n_sessions", 0) for level in LEVELS},
        persons=PersonSums(n_raters, m_squared, my, y2, shares, squares),
    )


def _column(rows: dict[str | None, dict[str, Any]], name: str) -> Iterator[Any]:
    return (counts[name] for counts in rows.values())
