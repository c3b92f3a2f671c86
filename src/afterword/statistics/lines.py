"""The lines that a healthy distribution does not cross, and how surely one is crossed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from afterword.domain.counts import Cell
    from afterword.statistics.levels import LevelShare

Band = tuple[float, float]


class Health(StrEnum):
    """What the lines say about a cell."""

    INVESTIGATE = "investigate"
    NOT_CLEARLY_VALUABLE = "not_clearly_valuable"
    WATCH_INVESTIGATE = "watch_investigate"
    WATCH_NOT_CLEARLY_VALUABLE = "watch_not_clearly_valuable"
    NOT_ENOUGH_RATINGS = "not_enough_ratings"


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines are. The defaults are a vendor's rule of thumb, not a finding.

    Shares lie in [0, 1]. The bands are shown, never judged by.
    """

    negative: float = 0.20
    neutral: float = 0.40
    probability: float = 0.95
    least_ratings: int = 30
    least_raters: int = 15
    positive_band: Band = (0.60, 0.70)
    neutral_band: Band = (0.20, 0.30)
    negative_band: Band = (0.05, 0.15)


DEFAULT_LINES: Final = Lines()


@dataclass(frozen=True, slots=True)
class Crossing:
    """One line with the share that lies above it, and how surely it does."""

    health: Health
    line: float
    probability: float


def probability_above(line: float, share: float, n_effective: float) -> float:
    """Say how probable it is that the true share lies above a line.

    Args:
        line: In (0, 1).
        share: The estimate, in [0, 1].
        n_effective: Ratings that it rests on, n/deff.

    Returns:
        The tail of Beta(y + 1/2, n - y + 1/2): Jeffreys' prior, y = share·n_effective.

    References:
        Brown, Cai & DasGupta (2001), Statist. Sci. 16, 101-133.
    """
    from scipy.special import betaincc  # noqa: PLC0415  # heavy: reports load it, start-up does not

    y = share * n_effective
    return float(betaincc(y + 0.5, n_effective - y + 0.5, line))


def crossings(levels: tuple[LevelShare, ...], lines: Lines) -> tuple[Crossing, ...]:
    """Find the lines that an estimate lies above.

    Args:
        levels: Of one cell, best level first.
        lines: Where they are, and how sure one must be.

    Returns:
        Surely crossed, or to be watched because only the estimate lies above.
    """
    _, neutral, negative = levels
    watched = (
        (negative, lines.negative, Health.INVESTIGATE, Health.WATCH_INVESTIGATE),
        (neutral, lines.neutral, Health.NOT_CLEARLY_VALUABLE, Health.WATCH_NOT_CLEARLY_VALUABLE),
    )
    found = []
    for level, line, crossed, watch in watched:
        share = level.bounds.share
        # The prior alone must not cross a line that the estimate does not.
        if share > line:
            sure = probability_above(line, share, level.n_effective)
            found.append(Crossing(crossed if sure >= lines.probability else watch, line, sure))
    return tuple(found)


def is_enough(cell: Cell, lines: Lines) -> bool:
    """Say whether a cell has ratings of enough people to be judged at all."""
    return cell.n_rated >= lines.least_ratings and cell.persons.n_raters >= lines.least_raters
