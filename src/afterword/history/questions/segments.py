"""How sessions of every value of many attributes were rated, in one pass over the rows."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.domain.counts import Cell, PersonSums
from afterword.history.filters import check_name
from afterword.history.questions.dimensions import binned, column, matching
from afterword.history.questions.ratings import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

Names = tuple[str, ...]
Edges = tuple[tuple[str, tuple[float, ...]], ...]  # of each name; none where values are as told
Where = tuple[tuple[str, str], ...]
_COUNTS: Final = ("n_sessions", "n_closed", "n_shown", "n_answered", "n_unasked")


class Split(NamedTuple):
    """Sessions by the values of one attribute."""

    cells: list[Cell]  # in the order of their keys, which are the values
    n_without: int  # sessions that have no value


def segments(
    history: History,
    chosen: Filter,
    names: Names,
    *,
    one_in: int = 1,
    edges: Mapping[str, tuple[float, ...]] = MappingProxyType({}),
) -> dict[str, Split]:
    """Count sessions, asks and ratings by each of many attributes.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        names: Dimensions. Together they should not make more kinds of sessions than there is
            memory for: equal sessions are counted first, then each attribute.
        one_in: Sum only over every so many people, where there are many; what is summed is scaled
            to all ratings, ``n_raters`` is not.
        edges: Of names whose values are numbers, where their bins end.

    Raises:
        InvalidField: One of the names is no dimension.
    """
    for name in names:
        check_name(name, field="by")
    split = tuple((name, edges.get(name, ())) for name in names)
    rows = history.run(
        ("segments", split, one_in, chosen.where),
        lambda table: _count(table, chosen.where, split, one_in),
        chosen,
    )
    found = {name: Split([], 0) for name in names}
    for place, value, *counts in sorted(rows, key=lambda row: (row[0], str(row[1]))):
        name = names[place]
        if value is None:
            found[name] = found[name]._replace(n_without=int(counts[0]))
        else:
            found[name].cells.append(_cell(value, [int(one or 0) for one in counts]))
    return found


def _count(table: ibis.Table, where: Where, split: Edges, one_in: int) -> ibis.Table:
    long = _long(_alike(matching(table, where), split, one_in), len(split))
    sessions = long.group_by(["place", "value"]).aggregate(
        **{name: long[name].sum() for name in _COUNTS},
        n_rated_closed=long.n_closed.sum(where=long.rating.notnull()),
        **{level: long.n_sessions.sum(where=long.rating == level) for level in LEVELS},
    )
    told = long.filter(long.person.notnull(), long["value"].notnull())
    people = told.group_by(["place", "value", "person"]).aggregate(
        m=told.n_sessions.sum(),
        **{f"m_{level}": told.n_sessions.sum(where=told.rating == level) for level in LEVELS},
    )
    sums = _sums(people)
    joined = sessions.left_join(
        sums, [sessions.place == sums.place_of, sessions["value"] == sums.value_of]
    )
    return joined.select(*sessions.columns, *sums.columns[2:])


def _alike(kept: ibis.Table, split: Edges, one_in: int) -> ibis.Table:
    """Count sessions that are alike in everything asked; of rated ones, each person's apart."""
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    is_told = kept.rating.notnull()
    if one_in > 1:
        is_told &= kept.person_key % one_in == 0
    values = {
        f"value_{place}": binned(column(kept, name), edges) if edges else column(kept, name)
        for place, (name, edges) in enumerate(split)
    }
    rows = kept.select(
        "rating",
        "n_shown",
        "n_answered",
        "is_unasked",
        is_closed=kept.closed_at.notnull(),
        person=ibis.ifelse(is_told, kept.person_key, ibis.null("int64")),
        **values,
    )
    return rows.group_by([*values, "rating", "person"]).aggregate(
        n_sessions=rows.count(),
        n_closed=rows.count(where=rows.is_closed),
        n_shown=rows.n_shown.sum(),
        n_answered=rows.n_answered.sum(),
        n_unasked=rows.count(where=rows.is_unasked),
    )


def _long(alike: ibis.Table, n_names: int) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    return ibis.union(
        *(
            alike.select(
                "rating",
                "person",
                *_COUNTS,
                place=ibis.literal(place, type="int32"),
                value=alike[f"value_{place}"],
            )
            for place in range(n_names)
        )
    )


def _sums(people: ibis.Table) -> ibis.Table:
    return people.group_by(place_of="place", value_of="value").aggregate(
        n_raters=people.count(),
        n_told=people.m.sum(),
        m2=(people.m * people.m).sum(),
        **{f"my_{level}": (people.m * people[f"m_{level}"]).sum() for level in LEVELS},
        **{f"y2_{level}": (people[f"m_{level}"] * people[f"m_{level}"]).sum() for level in LEVELS},
    )


def _cell(value: Any, counts: list[int]) -> Cell:  # noqa: ANN401  # whatever an engine gives
    levels = counts[6:9]
    n_raters, n_told, *sums = counts[9:]
    n_rated = sum(levels)
    # Of a part of the people; whole numbers, so that they are counts as everywhere.
    m2, *products = (round(one * n_rated / n_told) if n_told else 0 for one in sums)
    return Cell(
        str(value),
        keys=(),
        **dict(zip(_COUNTS, counts, strict=False)),
        n_rated=n_rated,
        n_rated_closed=counts[5],
        **dict(zip(LEVELS, levels, strict=True)),
        persons=PersonSums(n_raters, m2, _three(products[:3]), _three(products[3:])),
    )


def _three(values: list[int]) -> tuple[int, int, int]:
    return values[0], values[1], values[2]
