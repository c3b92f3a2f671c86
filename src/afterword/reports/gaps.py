"""Differences between two groups of sessions, as reports show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from afterword.reports.wording import LEVELS
from afterword.statistics.anytime import anytime_difference
from afterword.statistics.differences import SharedSums, difference
from afterword.statistics.levels import people_sums
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from afterword.domain.counts import Cell, SharedPersons
    from afterword.reports.report import View
    from afterword.statistics.clusters import Agreement
    from afterword.statistics.differences import Difference


class Gap(Struct, frozen=True):
    """A level's share minus the other's; null where it cannot be told.

    ``low`` and ``high`` hold for one look; ``always_low`` and ``always_high`` at every look, and
    over all rows and both ends together.
    """

    difference: float | None = None
    low: float | None = None
    high: float | None = None
    always_low: float | None = None
    always_high: float | None = None


class Bounded(Struct, frozen=True):
    """A number with its interval; null where it cannot be told."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Estimated(Protocol):
    """Whatever has a value and an interval."""

    @property
    def value(self) -> float:
        """The estimate."""

    @property
    def low(self) -> float:
        """Its lower bound."""

    @property
    def high(self) -> float:
        """Its upper bound."""


def differences(
    first: Cell, second: Cell, both: SharedPersons | None, pool: Agreement, view: View
) -> list[Difference | NotEstimable]:
    """Give the difference of each level's share, second minus first, best level first."""
    found = []
    for place, _ in enumerate(LEVELS):
        shared = None
        if both is not None:
            products = both.ym[place], both.my[place], both.yy[place]
            shared = SharedSums(both.n_raters, both.mm, *products)
        found.append(
            difference(
                people_sums(first)[place],
                people_sums(second)[place],
                pool,
                shared=shared,
                confidence_level=view.confidence_level,
            )
        )
    return found


def gap_of(found: Difference | NotEstimable, view: View, *, n_judged: int) -> Gap:
    """Show a difference; what holds always, holds over all that are judged (Bonferroni)."""
    if isinstance(found, NotEstimable):
        return Gap()
    level = 1 - (1 - view.confidence_level) / n_judged
    always = anytime_difference(found, confidence_level=level)
    if isinstance(always, NotEstimable):
        return Gap(found.value, found.low, found.high)
    return Gap(found.value, found.low, found.high, always.low, always.high)


def is_clear(gap: Gap) -> bool:
    """Tell whether the bounds that hold always leave no doubt which side is higher."""
    if gap.always_low is None or gap.always_high is None:
        return False
    return gap.always_low > 0 or gap.always_high < 0


def bounded(found: Estimated | NotEstimable) -> Bounded:
    """Show a number with its interval."""
    if isinstance(found, NotEstimable):
        return Bounded()
    return Bounded(found.value, found.low, found.high)
