"""One segment beside the rest: the sessions of one value, and those of the other values."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct, UnsetType, structs

from afterword.reports.compared import Compared  # noqa: TC001  # msgspec reads it
from afterword.reports.rated import Row
from afterword.statistics.homogeneity import homogeneity
from afterword.statistics.levels import LEAST_RATINGS as LEAST
from afterword.statistics.shares import NotEstimable
from afterword.statistics.superiority import OrdinalSums

if TYPE_CHECKING:
    from afterword.domain.counts import Cell
    from afterword.history.questions.segments import Split
    from afterword.statistics.superiority import WinProbability


class Verdict(StrEnum):
    """What the ratings of a segment say beside the rest."""

    WORSE = "worse"
    BETTER = "better"
    NOT_SHOWN = "not_shown"  # no difference that chance does not explain
    NOT_ENOUGH_RATINGS = "not_enough_ratings"


class Bounded(Struct, frozen=True):
    """A number with its interval; null where it cannot be told."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class SegmentRow(Row, frozen=True, kw_only=True):
    """The sessions of one value of an attribute; ``key`` is what ``where`` takes.

    ``rest``: sessions with another value of it, and this share minus theirs. ``win``: the chance
    that a session of this value is rated higher than one of the rest, ties half; ``q`` belongs to
    it. ``shrunk``: the negative share drawn to that of all values, where there are three.
    """

    attribute: str
    value: str
    rest: Compared | None = None
    win: Bounded = Bounded()
    q: float | None = None
    shrunk: Bounded = Bounded()
    verdict: Verdict
    compared: Compared | UnsetType | None = UNSET


class AttributeEvidence(Struct, frozen=True, kw_only=True):
    """Whether the values of an attribute are rated alike; null where it cannot be told.

    ``n_without``: sessions that have no value, which are in no segment. ``statistic``: of Kruskal
    and Wallis on ``degrees``, divided by ``design_effect``. ``q``: corrected for the number of
    attributes.
    """

    attribute: str
    n_values: int
    n_sessions: int
    n_without: int
    statistic: float | None = None
    degrees: int | None = None
    design_effect: float | None = None
    p: float | None = None
    q: float | None = None


def evidence_of(name: str, cells: list[Cell], split: Split) -> AttributeEvidence:
    """Test an attribute: are its values rated alike?

    Args:
        name: The attribute.
        cells: Its values; those without person sums are left out of the test.
        split: What was counted.
    """
    told = homogeneity(
        [OrdinalSums.of(one) for one in cells if one.persons.n_raters and one.n_rated >= LEAST]
    )
    found = AttributeEvidence(
        attribute=name,
        n_values=len(split.cells),
        n_sessions=sum(cell.n_sessions for cell in split.cells),
        n_without=split.n_without,
    )
    if isinstance(told, NotEstimable):
        return found
    return structs.replace(
        found,
        statistic=told.statistic,
        degrees=told.degrees,
        design_effect=told.design_effect,
        p=told.p_value,
    )


def bounded(win: WinProbability | None) -> Bounded:
    """Show a win probability."""
    return Bounded() if win is None else Bounded(win.value, win.low, win.high)
