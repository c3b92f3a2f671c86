"""Rated sessions weighted by cells whose sizes are known of all sessions."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error."""

    value: float
    standard_error: float


def poststratified(
    sizes: Sequence[int], rated: Sequence[int], counts: Sequence[int]
) -> Estimate | NotEstimable:
    """Give the share that all sessions would show if, in each cell, the rated spoke for the rest.

    Also the share of a period standardised to a fixed mix: then ``sizes`` is that mix.

    Args:
        sizes: Sessions of each cell, rated or not.
        rated: Rated sessions of each cell.
        counts: Rated sessions at the level, of each cell.

    Returns:
        The share, or why there is none: a cell with sessions and no ratings.

    References:
        Holt & Smith (1979), J. R. Statist. Soc. A 142, 33-46: conditional on the cells.
    """
    total = sum(sizes)
    if total == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    value = variance = 0.0
    for size, n, count in zip(sizes, rated, counts, strict=True):
        if size and not n:
            return NotEstimable(Reason.NO_RATINGS, size)
        if size:
            p = count / n
            value += size / total * p
            variance += (size / total) ** 2 * p * (1 - p) / n
    return Estimate(value, sqrt(variance))


def rake(
    table: Array,
    rows: Sequence[float],
    columns: Sequence[float],
    *,
    tolerance: float = 1e-10,
) -> Array | NotEstimable:
    """Weight a table of rated sessions until its margins are those of all sessions.

    Args:
        table: Rated sessions by two attributes that are known of all sessions.
        rows: All sessions by the first.
        columns: All sessions by the second; the same sum.
        tolerance: Of the margins, relative.

    Returns:
        The weighted table, or why there is none: the margins cannot be had from these cells.

    References:
        Deming & Stephan (1940), Ann. Math. Statist. 11, 427-444.
    """
    wanted_rows, wanted_columns = np.asarray(rows, float), np.asarray(columns, float)
    fitted = np.asarray(table, float)
    for _ in range(1000):
        fitted = fitted * _ratio(wanted_rows, fitted.sum(1))[:, None]
        fitted = fitted * _ratio(wanted_columns, fitted.sum(0))
        if np.abs(fitted.sum(1) - wanted_rows).max() <= tolerance * wanted_rows.sum():
            return fitted
    return NotEstimable(Reason.NO_OVERLAP, int(np.asarray(table).sum()))


def _ratio(wanted: Array, found: Array) -> Array:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
