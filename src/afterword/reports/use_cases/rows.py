"""One row of use cases: where it ranks, how it stands to the others, and how it moved."""

from __future__ import annotations

from msgspec import Struct

from afterword.reports.rated import Row


class Shrunken(Struct, frozen=True):
    """A share drawn to that of all use cases as far as chance may explain it.

    Null where fewer than three of a source are rated, or none of them differs.
    """

    share: float | None = None
    low: float | None = None
    high: float | None = None


class ShrunkenLevels(Struct, frozen=True):
    """Each level's."""

    positive: Shrunken = Shrunken()
    neutral: Shrunken = Shrunken()
    negative: Shrunken = Shrunken()


class Rank(Struct, frozen=True):
    """The place by the shrunk share of "not what I needed", 1 for the least; and its doubt."""

    place: int
    low: int
    high: int


class Shift(Struct, frozen=True):
    """A difference of shares; ``q`` is its p-value, corrected for all rows, ends and changes."""

    difference: float | None = None
    low: float | None = None
    high: float | None = None
    q: float | None = None


class Ends(Struct, frozen=True):
    """Both ends of the scale: each share minus the other one."""

    positive: Shift = Shift()
    negative: Shift = Shift()


class Change(Struct, frozen=True):
    """The row's later sessions minus the earlier ones."""

    n_before: int  # ratings
    n_after: int
    positive: Shift = Shift()
    negative: Shift = Shift()


class UseCaseRow(Row, frozen=True, kw_only=True):
    """The sessions of one use case, as one source names it: ``host``, ``inferred`` or ``none``.

    ``volume``: its share of all sessions. ``rank``: null where ``shrunk`` is.
    ``rest``: it minus the other use cases of its source.
    """

    source: str
    volume: float
    rank: Rank | None
    shrunk: ShrunkenLevels
    rest: Ends
    change: Change
