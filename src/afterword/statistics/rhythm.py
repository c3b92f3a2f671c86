"""Hours of the week: is there a pattern, where is it, and when should one keep it light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.evidence import upper
from afterword.domain.light_hours import HOURS, WEEKEND, WhyLight
from afterword.statistics.ordinal_logit import fit_ordinal, likelihood_ratio
from afterword.statistics.priors import fit_size
from afterword.statistics.shares import NotEstimable, Reason
from afterword.statistics.shrinkage import shrink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from afterword.statistics.ordinal_logit import LikelihoodRatio, OrdinalFit
    from afterword.statistics.shrinkage import Shrunk

    Array = NDArray[np.float64]

LEAST_HOURS: Final = 2
LEAST_RATINGS: Final = 30  # in a window
SURE: Final = 0.9
SIGNIFICANT: Final = 0.05
FEW: Final = 0.5  # of an even share of the day's sessions
_HARMONICS: Final = (1, 2)  # a day and half a day


@dataclass(frozen=True, slots=True)
class LightWindow:
    """Hours in a row, in the person's local time; the last hour is not in it."""

    is_weekend: bool
    start: int
    end: int
    why: WhyLight
    n: int  # ratings, or sessions


def has_pattern(
    counts: Array, rated: Array, *, design_effect: float = 1.0
) -> LikelihoodRatio | NotEstimable:
    """Test whether a level's share goes by the hour of the day or the weekend.

    Args:
        counts: (7, 24) ratings at the level, Monday first, local hours.
        rated: (7, 24) ratings.
        design_effect: Of people who rate often.

    Returns:
        Waves of 24 and 12 hours and the weekend against none of them, or why it cannot be told.

    References:
        Bliss (1958), Periodic Regression in Biology and Climatology; by logistic regression.
    """
    fits = _fits(counts, rated)
    if isinstance(fits, NotEstimable):
        return fits
    return likelihood_ratio(*fits, design_effect=design_effect)


def drawn_cells(
    counts: Array, rated: Array, *, design_effect: float = 1.0
) -> Array | NotEstimable:
    """Draw the share of each of the 168 cells to what the week lets one expect of it.

    That is the wave of the day and the weekend where there surely is one (p < .05), and the common
    share where there is none: shares of single hours are drawn to that by far too much where all
    of a night is worse.

    Args:
        counts: (7, 24) ratings at the level.
        rated: (7, 24) ratings.
        design_effect: Of people who rate often.

    Returns:
        (7, 24) shares for showing, or why there are none, as for ``shrink``.
    """
    fits = _fits(counts, rated)
    if not isinstance(fits, NotEstimable):
        test = likelihood_ratio(*fits, design_effect=design_effect)
        if test.p_value < SIGNIFICANT:
            return _around_waves(counts, rated, fits[1], design_effect)
    found = shrunk_cells(counts, rated, design_effect=design_effect)
    return found if isinstance(found, NotEstimable) else found.share.reshape(7, HOURS)


def shrunk_cells(
    counts: Array, rated: Array, *, design_effect: float = 1.0
) -> Shrunk | NotEstimable:
    """Shrink the 168 cells of the week towards their common share, for showing.

    Args:
        counts: (7, 24) ratings at the level.
        rated: (7, 24) ratings.
        design_effect: Of people who rate often.

    Returns:
        Cell 24·weekday + hour of each array, or why there is none, as for ``shrink``.
    """
    y, n = np.asarray(counts, float).ravel(), np.asarray(rated, float).ravel()
    return shrink(y / design_effect, n / design_effect)


def worse_windows(
    counts: Array, rated: Array, expected: Array | None = None, *, design_effect: float = 1.0
) -> list[LightWindow] | NotEstimable:
    """Find hours in a row that are surely rated worse than others, workdays and weekends apart.

    Args:
        counts: (7, 24) ratings at the negative level.
        rated: (7, 24) ratings.
        expected: (7, 24) negatives that the use cases of each cell would have at their own
            shares; without it, the common share everywhere.
        design_effect: Of people who rate often.

    Returns:
        Runs of at least two hours, each worse with probability .9, with 30 ratings together; or
        why there is no evidence.
    """
    y, n = _day_types(counts), _day_types(rated)
    if n.sum() < LEAST_RATINGS:
        return NotEstimable(Reason.FEW_RATINGS, int(n.sum()))
    above = _above(y, n, None if expected is None else _day_types(expected), design_effect)
    if isinstance(above, NotEstimable):
        return above
    return [
        window
        for window in _windows(above >= SURE, n, WhyLight.WORSE_RATINGS)
        if window.n >= LEAST_RATINGS
    ]


def quiet_windows(sessions: Array) -> list[LightWindow]:
    """Find hours in a row with surely less than half of an even share of the day's sessions.

    Args:
        sessions: (7, 24) sessions, rated or not.
    """
    n = _day_types(sessions)
    few = [
        [bool(row.sum()) and upper(int(one), int(row.sum())) < FEW / HOURS for one in row]
        for row in n
    ]
    return list(_windows(np.array(few), n, WhyLight.FEW_SESSIONS))


def _factors() -> Array:
    hour = np.tile(np.arange(HOURS), 7)
    angles = [2 * np.pi * k * hour / HOURS for k in _HARMONICS]
    weekend = np.repeat(np.arange(7) >= WEEKEND, HOURS)
    return np.column_stack([*(wave(at) for at in angles for wave in (np.cos, np.sin)), weekend])


def _fits(counts: Array, rated: Array) -> tuple[OrdinalFit, OrdinalFit] | NotEstimable:
    """Fit a week without a pattern, and one with."""
    y, n = np.asarray(counts, float).ravel(), np.asarray(rated, float).ravel()
    levels = np.column_stack([n - y, y])
    flat, waved = fit_ordinal(levels, np.empty((n.size, 0))), fit_ordinal(levels, _factors())
    if isinstance(flat, NotEstimable):
        return flat
    return waved if isinstance(waved, NotEstimable) else (flat, waved)


def _around_waves(counts: Array, rated: Array, waved: OrdinalFit, design_effect: float) -> Array:
    # Levels are (not, at the level), so that P(at it) falls as the threshold rises.
    means = 1 / (1 + np.exp(waved.thresholds[0] - _factors() @ waved.coefficients))
    y, n = np.asarray(counts, float).ravel(), np.asarray(rated, float).ravel()
    y, n = y / design_effect, n / design_effect
    size = fit_size(y, n, means)
    drawn: Array = (size * means + y) / (size + n)
    return drawn.reshape(7, HOURS)


def _above(
    y: Array, n: Array, expected: Array | None, design_effect: float
) -> Array | NotEstimable:
    """Give each hour's probability of a share above what is expected of it."""
    from scipy.special import betaincc  # noqa: PLC0415  # heavy: reports load it

    if not 0 < y.sum() < n.sum():
        return NotEstimable(Reason.NO_VARIATION, int(n.sum()))
    line = np.full(n.shape, y.sum() / n.sum())
    if expected is not None:
        line = np.clip(np.divide(expected, n, out=line, where=n > 0), 1e-9, 1 - 1e-9)
    y, n = y / design_effect, n / design_effect
    # An hour's prior is centred on what its use cases let one expect, and as narrow as hours
    # show that they differ from that.
    size = fit_size(y.ravel(), n.ravel(), line.ravel())
    above: Array = betaincc(size * line + y, size * (1 - line) + n - y, line)
    return above


def _day_types(cells: Array) -> Array:
    cells = np.asarray(cells, float)
    return np.stack([cells[:WEEKEND].sum(0), cells[WEEKEND:].sum(0)])


def _windows(flags: NDArray[np.bool_], n: Array, why: WhyLight) -> Iterator[LightWindow]:
    for is_weekend in (False, True):
        row, counts = flags[int(is_weekend)], n[int(is_weekend)]
        for start, length in _runs(row):
            hours = [(start + k) % HOURS for k in range(length)]
            end = (start + length) % HOURS
            yield LightWindow(is_weekend, start, end, why, int(counts[hours].sum()))


def _runs(row: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Give start and length of runs of at least two, over midnight too."""
    if row.all():
        return  # all hours alike single out none
    for start in range(HOURS):
        if row[start] and not row[start - 1]:
            length = 1
            while row[(start + length) % HOURS]:
                length += 1
            if length >= LEAST_HOURS:
                yield start, length
