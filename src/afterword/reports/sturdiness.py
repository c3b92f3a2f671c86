"""How far a row's shares can be trusted: people counted once, the unrated, unequal readiness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.domain.counts import PERSON_SHARES
from afterword.reports.wording import LEVELS
from afterword.statistics.persons import PersonShares, person_share
from afterword.statistics.shares import Interval, NotEstimable, each_of
from afterword.statistics.tilts import Flip, flip_at_line
from afterword.statistics.unrated import worst_case

if TYPE_CHECKING:
    from afterword.domain.counts import Cell
    from afterword.reports.estimates import Estimate
    from afterword.reports.report import View


class Bounds(Struct, frozen=True):
    """A share with its bounds; null where there is none."""

    share: float | None = None
    low: float | None = None
    high: float | None = None


class PerPerson(Struct, frozen=True, kw_only=True):
    """Shares with each person as one voice. ``n_people`` is null for rows merged of several."""

    n_people: int | None
    positive: Bounds
    neutral: Bounds
    negative: Bounds


class WorstCase(Struct, frozen=True, kw_only=True):
    """Shares in all sessions, whatever the unrated ones were like: from none to all of them."""

    positive: Bounds
    neutral: Bounds
    negative: Bounds


class Tilt(Struct, frozen=True):
    """How many times as readily people at a level must answer for its share to stand at a line.

    ``bound``: for its interval to reach it. ``is_possible``: enough sessions are unrated.
    """

    estimate: float
    bound: float
    is_possible: bool

    @classmethod
    def of(cls, flip: Flip | NotEstimable) -> Tilt | None:
        """Take what the statistic found."""
        if isinstance(flip, NotEstimable):
            return None
        return cls(flip.estimate, flip.bound, flip.is_possible)


class Tilts(Struct, frozen=True, kw_only=True):
    """The tilts of the levels that have a line."""

    neutral: Tilt | None
    negative: Tilt | None


def per_person(cell: Cell, view: View) -> PerPerson:
    """Count each person of a cell once."""
    of, found = cell.persons, {}
    each = each_of(len(LEVELS), view.confidence_level)
    for place, name in enumerate(LEVELS):
        n = cell.n_rated if of.n_raters else 0
        shares = of.shares[place] / PERSON_SHARES, of.squares[place] / PERSON_SHARES**2
        sums = PersonShares(of.n_raters, n, *shares)
        found[name] = _bounds(person_share(sums, confidence_level=each))
    n_people = of.n_raters if of.n_raters or not cell.n_rated else None
    return PerPerson(n_people=n_people, **found)


def worst(cell: Cell) -> WorstCase:
    """Bound the shares of a cell over all its sessions."""
    bounds = {name: _worst(cell, name) for name in LEVELS}
    return WorstCase(**{name: _bounds(bounds[name]) for name in LEVELS})


def tilts(found: Estimate, view: View) -> Tilts:
    """Find what would move the shares of a row to their lines."""
    flips: dict[str, Tilt | None] = {}
    for name, line in (("neutral", view.lines.neutral), ("negative", view.lines.negative)):
        around = _worst(found.cell, name)
        if isinstance(found.levels, NotEstimable) or isinstance(around, NotEstimable):
            flips[name] = None
        else:
            bounds = found.levels[LEVELS.index(name)].bounds
            flips[name] = Tilt.of(flip_at_line(bounds, line, around))
    return Tilts(**flips)


def _worst(cell: Cell, name: str) -> Interval | NotEstimable:
    return worst_case(getattr(cell, name), cell.n_rated, cell.n_sessions)


def _bounds(found: Interval | NotEstimable) -> Bounds:
    if isinstance(found, NotEstimable):
        return Bounds()
    return Bounds(found.share, found.low, found.high)
