"""The values of one attribute: the small ones together, each of the others against the rest."""

from __future__ import annotations

from dataclasses import fields
from operator import add, sub
from typing import TYPE_CHECKING, Final

from afterword.domain.counts import Cell, PersonSums
from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.report import OTHER
from afterword.reports.segments.choice import MOST_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COUNTS: Final = tuple(one.name for one in fields(Cell) if one.type == "int")
_SUMS: Final = tuple(one.name for one in fields(PersonSums))


def named_values(cells: Sequence[Cell]) -> tuple[list[Cell], int]:
    """Put values of fewer than five raters, and what is beyond the most, into ``other``.

    Returns:
        The values with the most ratings first and ``other`` last, without person sums: somebody
        may have rated in several of its values. And how many values stand in it.
    """
    order = sorted(cells, key=lambda cell: (-cell.n_rated, cell.key))
    gone = [cell for cell in order[:MOST_VALUES] if cell.persons.n_raters < LEAST_PEOPLE]
    gone += order[MOST_VALUES:]
    if not gone:
        return order, 0
    keys = {cell.key for cell in gone} | {OTHER}
    joined = _total([cell for cell in order if cell.key in keys], OTHER)
    counts = {name: getattr(joined, name) for name in _COUNTS}
    return [cell for cell in order if cell.key not in keys] + [Cell(OTHER, **counts)], len(gone)


def rest_of(cells: Sequence[Cell]) -> Callable[[Cell], Cell]:
    """Give what makes the rest of a value: the sessions of all other values of the attribute.

    A person who rated in several of those counts as a stranger in each. So does one who rated on
    both sides, which weighs more: the difference looks less sure than it is, not surer.
    """
    whole = _total(cells, OTHER)
    return lambda cell: _each(sub, whole, cell)


def _total(cells: Sequence[Cell], key: str) -> Cell:
    whole = Cell(key)
    for cell in cells:
        whole = _each(add, whole, cell)
    return whole


def _each(how: Callable[[int, int], int], one: Cell, other: Cell) -> Cell:
    counts = {name: how(getattr(one, name), getattr(other, name)) for name in _COUNTS}
    return Cell(one.key, keys=(), **counts, persons=_people(how, one.persons, other.persons))


def _people(how: Callable[[int, int], int], one: PersonSums, other: PersonSums) -> PersonSums:
    def value(name: str) -> int | tuple[int, ...]:
        a, b = getattr(one, name), getattr(other, name)
        return tuple(map(how, a, b)) if isinstance(a, tuple) else how(a, b)

    return PersonSums(**{name: value(name) for name in _SUMS})  # type: ignore[arg-type]
