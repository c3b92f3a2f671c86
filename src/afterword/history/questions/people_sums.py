"""Sums over the people who rated: what the intervals of a cell need, as one row of numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from afterword.domain.counts import Cell, PersonSums, SharedPersons
from afterword.history.questions.ratings import LEVELS
from afterword.history.questions.shared import products

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis

N_SUMS: Final = 2 + 3 * len(LEVELS)
N_SHARED: Final = 2 + 3 * len(LEVELS)
COUNTED: Final = ("m", *LEVELS)  # of each person, with the side behind it


def sums_of(people: ibis.Table, side: str) -> dict[str, ibis.Value]:
    """Sum what people rated on one side, by name.

    Args:
        people: One a row, with ``COUNTED``.
        side: What stands behind their names.
    """
    m, levels = people[f"m{side}"], {level: people[f"{level}{side}"] for level in LEVELS}
    return {
        f"n_raters{side}": people.count(where=m > 0),
        f"m2{side}": (m * m).sum(),
        **{f"n_{level}{side}": y.sum() for level, y in levels.items()},
        **{f"sum_my_{level}{side}": (m * y).sum() for level, y in levels.items()},
        **{f"sum_y2_{level}{side}": (y * y).sum() for level, y in levels.items()},
    }


def shared_of(people: ibis.Table, a: str, b: str) -> dict[str, ibis.Value]:
    """Sum over the people who rated on both sides, by name."""
    is_both = (people[f"m{a}"] > 0) & (people[f"m{b}"] > 0)
    found = {"n": people.count(where=is_both), **products(people, a, b)}
    return {f"shared_{name}{a}{b}": one for name, one in found.items()}


def cell_with(key: str, sums: Sequence[int], **counts: int) -> Cell:
    """Make a cell of such a row.

    Args:
        key: The cell's.
        sums: ``N_SUMS`` numbers, in the order of ``sums_of``; 0 where nobody rated.
        **counts: What else is known of it; at least the sessions that were rated.
    """
    n_raters, m2, *levels = sums
    y, my, y2 = (levels[at : at + 3] for at in (0, 3, 6))
    persons = PersonSums(n_raters, m2, (my[0], my[1], my[2]), (y2[0], y2[1], y2[2]))
    known = Cell(key, n_rated=sum(y), positive=y[0], neutral=y[1], negative=y[2], persons=persons)
    return replace(known, **{"n_sessions": sum(y), **counts})  # type: ignore[arg-type]


def shared_with(sums: Sequence[int]) -> SharedPersons:
    """Make products of ``N_SHARED`` numbers, in the order of ``shared_of``."""
    n_raters, mm, *rest = sums
    ym, my, yy = (tuple(rest[at : at + 3]) for at in (0, 3, 6))
    return SharedPersons(n_raters, mm, ym, my, yy)
