"""One budget of false alarms over all the releases that stand against the same past."""

from __future__ import annotations

from typing import Final

ALPHA: Final = 0.05


def alpha_of(place: int) -> float:
    """Give the part of the budget that a release may use.

    A half, a sixth, a twelfth, …, one after the other: 1/k(k + 1) adds up to 1, however many
    there come. Accepting a release begins a new budget.

    Args:
        place: Its place among those opened since the last one was accepted, from 1.
    """
    return ALPHA / (place * (place + 1))
