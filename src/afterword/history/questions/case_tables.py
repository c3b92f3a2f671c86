"""Sessions by use case, as Ibis expressions: counts, and sums over the people who rated."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.domain.policy import DAY_US
from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import is_in, matching
from afterword.history.questions.people_sums import COUNTED, shared_of, sums_of
from afterword.history.questions.ratings import LEVELS

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter

HOST: Final = "host"
INFERRED: Final = "inferred"
NONE: Final = "none"  # nobody told, and nothing was inferred
KEY: Final = ("source", "use_case")
_RAW: Final = ("use_case", "inferred_use_case")
# Before and after. What is behind the row itself, and the others, follows from their products.
PEOPLE_SIDES: Final = ("_a", "_b")
SHARED_SIDES: Final = (("_a", "_b"), ("_r", ""))
Alone = tuple[tuple[str, str], ...]


class Sides(NamedTuple):
    """Two groups of sessions; rows count both together, or the second one.

    Those that rows join are parts of one window, matching the same names.
    """

    before: Filter
    after: Filter
    is_joint: bool


def named(table: ibis.Table) -> dict[str, ibis.Value]:
    """Give the use case of a session, and who named it."""
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    told, inferred = table.use_case.notnull(), table.inferred_use_case.notnull()
    return {
        "source": ibis.cases((told, HOST), (inferred, INFERRED), else_=NONE),
        "use_case": ibis.coalesce(table.use_case, table.inferred_use_case, UNKNOWN),
    }


def by_day(table: ibis.Table, where: Alone, from_us: int | None = None) -> ibis.Table:
    """Give what both questions read of the sessions that match.

    Args:
        table: Session rows.
        where: What they match.
        from_us: When the later side begins; only where it cuts a day are times read.
    """
    kept = matching(table, where)
    return _narrow(kept, **({"opened_at": kept.opened_at} if (from_us or 0) % DAY_US else {}))


def late_of(sides: Sides) -> Filter:
    """Give what tells the later of two parts of one window, of the sessions in it."""
    return structs.replace(sides.after, to_us=None, where=())


def counts(table: ibis.Table, sides: Sides, alone: Alone | None, rest: str) -> ibis.Table:
    """Count sessions of each use case, with sums over people of each side, and of all use cases.

    Args:
        table: What ``by_day`` gives where rows join the sides, else session rows.
        sides: Which of them.
        alone: Source and name of the use cases that stand alone; all when None.
        rest: What the others of a source are called.
    """
    sessions = _sessions(table, sides)
    totals = _totals(sessions if sides.is_joint else sessions.filter(sessions.is_b), alone, rest)
    rated = sessions.filter(sessions.rating.notnull())
    people = _people(_shown(rated, alone, rest), sides)
    whole = people.group_by(["source", "person_key"]).aggregate(
        **{f"{name}_w": people[name].sum() for name in COUNTED}
    )
    beside = people.join(whole, ["source", "person_key"])
    beside = beside.mutate(**{f"{name}_r": beside[f"{name}_w"] - beside[name] for name in COUNTED})
    sums = beside.group_by(list(KEY)).aggregate(
        **{name: one for side in PEOPLE_SIDES for name, one in sums_of(beside, side).items()},
        **{name: one for two in SHARED_SIDES for name, one in shared_of(beside, *two).items()},
    )
    wholes = whole.group_by("source").aggregate(
        **{f"whole_{name}": one for name, one in sums_of(whole, "_w").items()}
    )
    joined = totals.left_join(sums, KEY, rname="{name}_s")
    joined = joined.left_join(wholes, "source", rname="{name}_t")
    return joined.select(*totals.columns, *sums.columns[2:], *wholes.columns[1:])


def _sessions(table: ibis.Table, sides: Sides) -> ibis.Table:
    if sides.is_joint:
        is_late = is_in(table, late_of(sides))
        return table.mutate(is_a=~is_late, is_b=is_late)
    split = _narrow(table, is_a=is_in(table, sides.before), is_b=is_in(table, sides.after))
    return split.filter(split.is_a | split.is_b)


def _narrow(table: ibis.Table, **also: ibis.Value) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    return table.select(
        "day",
        "rating",
        "n_shown",
        "n_answered",
        "is_unasked",
        *_RAW,
        is_closed=table.closed_at.notnull(),
        # Only of rated sessions the person is wanted.
        person_key=table.rating.notnull().ifelse(table.person_key, ibis.null()),
        **also,
    )


def _totals(counted: ibis.Table, alone: Alone | None, rest: str) -> ibis.Table:
    # First by the columns as they are: names are made of a few rows, not of all.
    alike = counted.group_by(list(_RAW)).aggregate(
        n_sessions=counted.count(),
        n_closed=counted.count(where=counted.is_closed),
        n_shown=counted.n_shown.sum(),
        n_answered=counted.n_answered.sum(),
        n_unasked=counted.count(where=counted.is_unasked),
        n_rated_closed=counted.count(where=counted.is_closed & counted.rating.notnull()),
    )
    told = _shown(alike, alone, rest)
    return told.group_by(list(KEY)).aggregate(
        **{name: told[name].sum() for name in alike.columns[len(_RAW) :]}
    )


def _shown(table: ibis.Table, alone: Alone | None, rest: str) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    split = table.mutate(**named(table))
    if alone is None:
        return split
    is_alone = [
        (split.source == source)
        & split.use_case.isin([name for one, name in alone if one == source])
        for source in dict.fromkeys(source for source, _ in alone)
    ]
    is_alone.append(split.source == NONE)
    shown = ibis.cases(*((one, split.use_case) for one in is_alone), else_=rest)
    return split.mutate(use_case=shown)


def _people(rated: ibis.Table, sides: Sides) -> ibis.Table:
    # Whole numbers as fractions: engines multiply them faster than sums of 128 bits, as exactly.
    levels = rated.group_by([*KEY, "person_key"]).aggregate(
        **{
            f"{level}{side}": rated.count(where=rated[f"is{side}"] & (rated.rating == level)).cast(
                "float64"
            )
            for side in PEOPLE_SIDES
            for level in LEVELS
        },
    )
    people = levels.mutate(
        **{
            f"m{side}": reduce(add, (levels[f"{level}{side}"] for level in LEVELS))
            for side in PEOPLE_SIDES
        }
    )
    after = {name: people[f"{name}_b"] for name in COUNTED}
    if sides.is_joint:
        after = {name: one + people[f"{name}_a"] for name, one in after.items()}
    return people.mutate(**after)
