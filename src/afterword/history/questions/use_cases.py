"""How sessions of each use case were rated, on two sides; the host's names and inferred ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.history.questions.case_tables import (
    KEY,
    PEOPLE_SIDES,
    SHARED_SIDES,
    Alone,
    Sides,
    by_day,
    counts,
    named,
)
from afterword.history.questions.people_sums import N_SHARED, N_SUMS, cell_with, shared_with
from afterword.history.questions.shared import around

if TYPE_CHECKING:
    from datetime import date

    import ibis

    from afterword.domain.counts import Cell, SharedPersons
    from afterword.history.filters import Filter
    from afterword.history.history import History

_COUNTS: Final = ("n_sessions", "n_closed", "n_shown", "n_answered", "n_unasked", "n_rated_closed")


class Seen(NamedTuple):
    """A use case that somebody came for: how often, and on which days first and last."""

    source: str
    name: str
    n: int
    first: date
    last: date


class CaseCounts(NamedTuple):
    """The sessions of one use case of one source: what its row counts, and each side's ratings.

    ``rest``: ratings of the source's other use cases. ``both``: people on both sides; ``shared``:
    people in the rest and in the row.
    """

    source: str
    cell: Cell
    before: Cell
    after: Cell
    rest: Cell
    both: SharedPersons
    shared: SharedPersons


def seen(history: History, chosen: Filter, at_most: int) -> list[Seen]:
    """Name the use cases with the most sessions, the host's and inferred ones alike."""
    rows = history.run(
        ("use cases seen", at_most, chosen.where),
        lambda table: _seen(table, at_most),
        chosen,
        by_day=lambda table: by_day(table, chosen.where),
    )
    return [Seen(source, name, int(n), *days) for source, name, n, *days in rows]


def case_counts(
    history: History, sides: Sides, alone: Alone | None, rest: str
) -> list[CaseCounts]:
    """Count the sessions of each use case.

    Args:
        history: Where the sessions are.
        sides: Which sessions.
        alone: Source and name of the use cases that have a row of their own; all when None.
        rest: What the others of a source are called.
    """
    groups = tuple((one.from_us, one.to_us, one.where) for one in sides[:2])
    rows = history.run(
        ("use cases", groups, sides.is_joint, alone, rest),
        lambda table: counts(table, sides, alone, rest),
        around(sides.before, sides.after),
        by_day=(
            (lambda table: by_day(table, sides.after.where, sides.after.from_us))
            if sides.is_joint
            else None
        ),
    )
    # Engines promise no order, and sums of fractions differ by it.
    return [_case(*row, is_joint=sides.is_joint) for row in sorted(rows, key=lambda row: row[:2])]


def _seen(table: ibis.Table, at_most: int) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    # First by the columns as they are: names are made of a few rows, not of all.
    alike = table.group_by("use_case", "inferred_use_case").aggregate(
        n=table.count(), first=table.day.min(), last=table.day.max()
    )
    split = alike.mutate(**named(alike))
    found = split.group_by(list(KEY)).aggregate(
        n=split.n.sum(), first=split["first"].min(), last=split["last"].max()
    )
    return found.order_by([ibis.desc("n"), *map(ibis.asc, KEY)]).limit(at_most)


def _case(source: str, name: str, *values: object, is_joint: bool) -> CaseCounts:
    numbers = [int(value or 0) for value in values]  # type: ignore[call-overload]
    taken = iter(numbers[len(_COUNTS) :])

    def take(n: int) -> list[int]:
        return [next(taken) for _ in range(n)]

    before, after = (take(N_SUMS) for _ in PEOPLE_SIDES)
    both, shared = (take(N_SHARED) for _ in SHARED_SIDES)
    row = _added(before, after, _crossed(both)) if is_joint else after
    rest = [
        whole - here
        for whole, here in zip(take(N_SUMS), _added(row, _crossed(shared)), strict=True)
    ]
    return CaseCounts(
        source,
        cell_with(name, row, **dict(zip(_COUNTS, numbers[: len(_COUNTS)], strict=True))),
        cell_with(name, before),
        cell_with(name, after),
        cell_with(name, rest),
        shared_with(both),
        shared_with(shared),
    )


def _added(*sums: list[int]) -> list[int]:
    return [sum(one) for one in zip(*sums, strict=True)]


def _crossed(products: list[int]) -> list[int]:
    """Give what sums over people of two groups lack to be those of both: (x + y)² has 2xy."""
    n_both, mm, *rest = products
    ym, my, yy = (rest[at : at + 3] for at in (0, 3, 6))
    return [-n_both, 2 * mm, 0, 0, 0, *_added(ym, my), *_added(yy, yy)]
