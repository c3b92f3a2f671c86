"""Ratings told apart by trigger: who is asked otherwise answers otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.monitoring.streams.days import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# With fewer ratings a part of a baseline has no shares of its own: it would stand so high that
# nothing is ever above it.
LEAST_RATED: Final = 50


class Stratum(Struct, frozen=True, array_like=True):
    """Ratings of one trigger, or of several that have too few alone."""

    triggers: tuple[str, ...]
    counts: Counts

    @property
    def n(self) -> int:
        """How many."""
        return sum(self.counts)


def strata_of(triggers: Mapping[str, Counts]) -> tuple[Stratum, ...]:
    """Tell ratings apart by trigger, those with few ratings together.

    Args:
        triggers: Counts of each.

    Returns:
        The largest first, each with ``LEAST_RATED`` ratings; empty where all are one stratum.
    """
    left = sorted((Stratum((name,), counts) for name, counts in triggers.items()), key=_size)
    while len(left) > 1 and left[0].n < LEAST_RATED:
        few, more, *rest = left
        both = Stratum((*few.triggers, *more.triggers), added((few.counts, more.counts)))
        left = sorted((both, *rest), key=_size)
    return tuple(reversed(left)) if len(left) > 1 else ()


def added(counts: Iterable[Counts]) -> Counts:
    """Add counts up."""
    total = (0, 0, 0)
    for one in counts:
        total = total[0] + one[0], total[1] + one[1], total[2] + one[2]
    return total


def both(one: Mapping[str, Counts], other: Mapping[str, Counts]) -> dict[str, Counts]:
    """Add counts of triggers up."""
    none = (0, 0, 0)
    names = sorted(one.keys() | other.keys())
    return {name: added((one.get(name, none), other.get(name, none))) for name in names}


def _size(one: Stratum) -> tuple[int, tuple[str, ...]]:
    return one.n, one.triggers
