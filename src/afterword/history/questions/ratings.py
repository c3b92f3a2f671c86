"""How many sessions of each key there were, were asked about, and were rated how, by how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from afterword.domain.counts import Cell, PersonSums
from afterword.history.filters import MAPS, PERIODS, Filter, check_name

if TYPE_CHECKING:
    import ibis

    from afterword.history.history import History

LEVELS: Final = ("positive", "neutral", "negative")
UNKNOWN: Final = "unknown"
_COUNTS: Final = (
    "n_sessions",
    "n_closed",
    "n_shown",
    "n_answered",
    "n_rated",
    "n_rated_closed",
    "n_unasked",
    *LEVELS,
)


def ratings(history: History, chosen: Filter, by: str | None = None) -> list[Cell]:
    """Count sessions, asks and ratings, with the sums over people that intervals need.

    Args:
        history: Where the sessions are.
        chosen: Which sessions; open ones count too.
        by: A dimension, ``trait.<name>``, ``label.<name>``, or ``day``, ``week``, ``month`` (key:
            ISO date of its first day, UTC). None makes one cell, ``all``.

    Returns:
        Cells in the order of their keys; no sessions of a key, no cell.

    Raises:
        InvalidField: ``by`` is no dimension.
    """
    if by is not None:
        check_name(by, field="by", also=PERIODS)
    rows = history.run(
        ("ratings", by, chosen.where), lambda table: _count(table, chosen.where, by), chosen
    )
    return [_cell(row) for row in rows]


def _count(
    table: ibis.Table, where: tuple[tuple[str, str], ...], by: str | None
) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    table = _filter(table, where)
    rated, closed = table.rating.notnull(), table.closed_at.notnull()
    flags = {
        "n_sessions": ibis.literal(1, "int64"),
        "n_closed": closed.cast("int64"),
        "n_shown": table.n_shown.cast("int64"),
        "n_answered": table.n_answered.cast("int64"),
        "n_rated": rated.cast("int64"),
        "n_rated_closed": (rated & closed).cast("int64"),
        "n_unasked": table.is_unasked.cast("int64"),
        **{level: (table.rating == level).fill_null(False).cast("int64") for level in LEVELS},  # noqa: FBT003  # Ibis takes it so
    }
    flagged = table.select(key=_key(table, by), person_key=table.person_key, **flags)
    people = flagged.group_by("key", "person_key").aggregate(
        **{name: flagged[name].sum() for name in _COUNTS}
    )
    m = people.n_rated
    return (
        people.group_by("key")
        .aggregate(
            **{name: people[name].sum() for name in _COUNTS},
            n_raters=(m > 0).cast("int64").sum(),
            m2=(m * m).sum(),
            **{f"my_{level}": (m * people[level]).sum() for level in LEVELS},
            **{f"y2_{level}": (people[level] * people[level]).sum() for level in LEVELS},
        )
        .order_by("key")
    )


def _filter(table: ibis.Table, where: tuple[tuple[str, str], ...]) -> ibis.Table:
    wanted: dict[str, list[str]] = {}
    for name, value in where:
        wanted.setdefault(name, []).append(value)
    for name, values in wanted.items():
        if name == "flow":
            met = [
                table[column].contains(value)
                for value in values
                for column in ("flows_shown", "flows_started", "flows_completed")
            ]
            table = table.filter(_any(met))
        else:
            table = table.filter(_dimension(table, name).isin(values))
    return table


def _any(conditions: list[Any]) -> Any:
    found = conditions[0]
    for condition in conditions[1:]:
        found |= condition
    return found


def _key(table: ibis.Table, by: str | None) -> Any:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    if by is None:
        return ibis.literal("all")
    if by == "day":
        return table.day.cast("string")
    if by in PERIODS:
        return table.day.truncate({"week": "W", "month": "M"}[by]).cast("date").cast("string")
    return _dimension(table, by).fill_null(UNKNOWN)


def _dimension(table: ibis.Table, name: str) -> Any:
    head, _, key = name.partition(".")
    return table[MAPS[head]].get(key) if key else table[name]


def _cell(row: tuple[Any, ...]) -> Cell:
    n = len(_COUNTS)
    counts = dict(zip(_COUNTS, (int(value) for value in row[1 : n + 1]), strict=True))
    sums = [int(value) for value in row[n + 1 :]]
    persons = PersonSums(
        sums[0], sums[1], (sums[2], sums[3], sums[4]), (sums[5], sums[6], sums[7])
    )
    return Cell(str(row[0]), **counts, persons=persons)
