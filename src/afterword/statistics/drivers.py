"""Which events of a session go with how it is rated; none of them is shown to be a cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.ordinal_logit import fit_ordinal, likelihood_ratio
from afterword.statistics.shares import NotEstimable, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from afterword.statistics.ordinal_logit import LikelihoodRatio

    Array = NDArray[np.float64]


LEAST_SESSIONS: Final = 10  # with an event, and without it


@dataclass(frozen=True, slots=True)
class Driver:
    """One event among the others."""

    name: str
    n: int  # rated sessions that had it
    odds_ratio: float  # of a higher rating, other events equal; below 1: goes with bad sessions
    low: float
    high: float
    test: LikelihoodRatio  # what the model loses without it


def drivers(
    names: Sequence[str],
    flags: Array,
    counts: Array,
    *,
    design_effect: float = 1.0,
    confidence_level: float = 0.95,
) -> list[Driver] | NotEstimable:
    """Weigh the events of sessions against each other.

    Args:
        names: Of the events.
        flags: (groups, events) 0 or 1: sessions with the same events are one group.
        counts: (groups, levels) ratings, lowest level first.
        design_effect: Of people who rate often.
        confidence_level: Of each odds ratio's interval.

    Returns:
        Most telling first, or why it cannot be told, as for ``fit_ordinal``. Events that fewer
        than ten sessions had, or had not, are left out.

    References:
        McCullagh (1980), J. R. Statist. Soc. B 42, 109-142; each event by its likelihood ratio.
    """
    flags, counts = np.asarray(flags, float), np.asarray(counts, float)
    had = counts.sum(1) @ flags
    told = np.minimum(had, counts.sum() - had) >= LEAST_SESSIONS
    names, flags = (
        [name for name, is_told in zip(names, told, strict=True) if is_told],
        flags[:, told],
    )
    whole = fit_ordinal(counts, flags)
    if isinstance(whole, NotEstimable):
        return whole
    halves = normal_quantile(confidence_level) * whole.standard_errors * design_effect**0.5
    found = []
    for at, name in enumerate(names):
        without = fit_ordinal(counts, np.delete(flags, at, axis=1))
        if isinstance(without, NotEstimable):
            return without
        low, middle, high = np.exp(whole.coefficients[at] + halves[at] * np.array([-1, 0, 1]))
        n = int(counts[flags[:, at] > 0].sum())
        test = likelihood_ratio(without, whole, design_effect=design_effect)
        found.append(Driver(name, n, float(middle), float(low), float(high), test))
    return sorted(found, key=lambda one: -one.test.statistic)
