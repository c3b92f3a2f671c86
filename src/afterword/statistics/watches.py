"""A stream watched for getting worse at a date that nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.statistics.blocks import WORSE
from afterword.statistics.shares import NotEstimable, Reason, score_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EVERY: Final = 365.0  # updates from one false alarm to the next, at least on average
_MOST: Final = 700.0  # of a log, so that its exponential is a number


@dataclass(frozen=True, slots=True)
class Watch:
    """Evidence so far that a stream has become worse than its baseline, since whatever date.

    Under every distribution that is not worse than the baseline, alarms at ``evidence >= A`` come
    once in A updates at most, on average; what gets better never raises one. With M streams under
    watch, A is M times as large. Start a new one after an alarm, and where the baseline changes.
    To watch for better: everything worst level first.

    References:
        Shin, Ramdas & Rinaldo, E-detectors, New Engl. J. Stat. Data Sci.: the e-detector of
        Shiryaev and Roberts, over a mixture of alternatives.
    """

    tilts: tuple[tuple[float, ...], ...] = WORSE  # log odds of each level, best first
    log_rs: tuple[float, ...] = ()  # one a tilt

    def after(
        self, counts: Sequence[int], baseline: Sequence[float], *, design_effect: float = 1.0
    ) -> Watch:
        """Add the ratings of a day, or an hour.

        Args:
            counts: By level, best first. They are settled: late ratings belong to a later day.
            baseline: Shares to expect of that day: weekdays and weekends have their own.
            design_effect: Of people who rate often; divides the log-likelihood.
        """
        return self.after_parts([(counts, baseline)], design_effect=design_effect)

    def after_parts(
        self,
        parts: Iterable[tuple[Sequence[int], Sequence[float]]],
        *,
        design_effect: float = 1.0,
    ) -> Watch:
        """Add the ratings of a day in parts, each with what is to be expected of it.

        How large the parts are is no evidence: ratings count as they fell within each.

        Args:
            parts: Counts beside baseline shares, as in ``after``.
            design_effect: As there.
        """
        before = np.array(self.log_rs or (-inf,) * len(self.tilts))
        gained = np.zeros(len(self.tilts))
        for counts, baseline in parts:
            gained += log_ratios(baseline, self.tilts) @ np.asarray(counts, float)
        return Watch(self.tilts, tuple(advance(before, gained / design_effect).tolist()))

    @property
    def evidence(self) -> float:
        """The mean over alternatives: an alarm from ``EVERY`` on."""
        return sum(map(exp, self.log_rs)) / len(self.tilts)

    @property
    def log_evidence(self) -> float:
        """Its logarithm."""
        return log(self.evidence) if self.log_rs else -inf


def log_ratios(baseline: Sequence[float], tilts: Sequence[Sequence[float]] = WORSE) -> Array:
    """Give what one rating of each level says for each alternative: (alternatives, levels)."""
    tilted = np.array(tilts)
    # log(p_k/p_0) of a level is its tilt less the log of what makes p_k add up to 1.
    ratios: Array = tilted - np.log(np.exp(tilted) @ np.asarray(baseline, float))[:, None]
    return ratios


def advance(log_rs: Array, gained: Array) -> Array:
    """Add the log-likelihood ratios of a day to any number of watches at once."""
    # R <- (R + 1)·e^l
    moved: Array = np.minimum(np.logaddexp(log_rs, 0.0) + gained, _MOST)
    return moved


def tolerant_baseline(
    counts: Sequence[int], *, design_effect: float = 1.0, quantile: float = 1.0
) -> tuple[float, float, float] | NotEstimable:
    """Give shares that an estimated baseline is surely not much worse than.

    Args:
        counts: Ratings of a closed past, best level first. A past that rolls on would take slow
            decline into itself.
        design_effect: Of people who rate often.
        quantile: One-sided, of each upper bound.

    Returns:
        Shares whose lowest level, and whose two lower ones together, stand at Wilson's upper
        bounds; or why there are none.
    """
    n = sum(counts)
    if n == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    low, lower = (
        score_interval(count / n, n / design_effect, quantile=quantile).high
        for count in (counts[2], counts[1] + counts[2])
    )
    return 1 - lower, lower - low, low
