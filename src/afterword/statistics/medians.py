"""The middle of counted values, such as seconds to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Median:
    """The middle value with its bounds."""

    value: float
    low: float
    high: float
    n: int


def median(
    counts: Mapping[float, int],
    *,
    design_effect: float = 1.0,
    confidence_level: float = 0.95,
) -> Median | NotEstimable:
    """Give the median of counted values, such as seconds to answer.

    Args:
        counts: Value to how often it was seen.
        design_effect: Of people who are seen often: that of the share of values at or below the
            middle one.
        confidence_level: Of the bounds, at least.

    Returns:
        Median and bounds, all of them values that were seen (the lower middle one if even); or
        why there is none: below six values of strangers no two of them bound it at 95 %.

    References:
        Thompson (1936), Ann. Math. Statist. 7, 122-128: order statistics bound the median.
        Woodruff (1952), J. Amer. Stat. Assoc. 47, 635-646: over people, by the share below it.
    """
    from scipy.special import bdtrik  # noqa: PLC0415  # heavy: reports load it

    n = sum(counts.values())
    tail = (1 - confidence_level) / 2
    voices = int(n / design_effect)
    if 0.5**voices > tail:
        return NotEstimable(Reason.FEW_VALUES, n)
    # The largest rank r with P(Binomial(n, 1/2) < r) <= tail; bdtrik finds it up to rounding.
    rank = _at_most(float(bdtrik(tail, voices, 0.5)), voices, tail)
    rank = rank * (n + 1) // (voices + 1)  # as deep among all values as among the voices
    low, middle, high = _values_at(counts, (rank, (n + 1) // 2, n + 1 - rank))
    return Median(middle, low, high, n)


def _at_most(guess: float, n: int, tail: float) -> int:
    from scipy.special import bdtr  # noqa: PLC0415  # heavy: reports load it

    rank = int(guess) + 2
    while rank > 1 and bdtr(rank - 1, n, 0.5) > tail:
        rank -= 1
    return rank


def _values_at(counts: Mapping[float, int], ranks: tuple[int, int, int]) -> list[float]:
    found, seen, wanted = [], 0, list(ranks)
    for value in sorted(counts):
        seen += counts[value]
        while wanted and seen >= wanted[0]:
            found.append(value)
            del wanted[0]
    return found
