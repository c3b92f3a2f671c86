"""What becomes of asks: the steps from a session that may be asked about to an answer."""

from __future__ import annotations

from dataclasses import dataclass, fields

from afterword.statistics.levels import quantile
from afterword.statistics.shares import Interval, NotEstimable, Reason, score_interval


@dataclass(frozen=True, slots=True)
class AskCounts:
    """Asks by what became of them. Disjoint sets of sessions add up.

    ``eligible`` counts sessions that might have been asked about; an answer implies shown.
    """

    eligible: int = 0
    granted: int = 0
    shown: int = 0
    answered: int = 0
    dismissed: int = 0
    withdrawn: int = 0
    ignored: int = 0
    expired: int = 0

    def __add__(self, other: AskCounts) -> AskCounts:
        """Count both sets."""
        return AskCounts(
            *(getattr(self, one.name) + getattr(other, one.name) for one in fields(self))
        )


@dataclass(frozen=True, slots=True)
class Funnel:
    """Each step as a share of the one before, and the answers as shares of two wholes."""

    granted: Interval | NotEstimable  # of eligible sessions
    shown: Interval | NotEstimable  # of granted
    answered: Interval | NotEstimable  # of shown: the response rate (like AAPOR's RR5)
    dismissed: Interval | NotEstimable  # of shown
    withdrawn: Interval | NotEstimable  # of shown
    ignored: Interval | NotEstimable  # of shown
    expired: Interval | NotEstimable  # of granted
    answered_of_eligible: Interval | NotEstimable  # like AAPOR's RR1: those never shown count


def funnel(
    counts: AskCounts,
    *,
    design_effect: float = 1.0,
    degrees: int | None = None,
    confidence_level: float = 0.95,
) -> Funnel:
    """Give the shares of a funnel with Wilson's intervals, with t where people are asked often.

    Args:
        counts: Of one trigger, channel or policy.
        design_effect: Of people who are asked often.
        degrees: People less one, where the design effect was estimated from them.
        confidence_level: Of each interval.

    References:
        AAPOR (2023), Standard Definitions, 10th ed.: RR1 divides by all eligible, RR5 leaves out
        those who were never reached.
    """
    z = quantile(confidence_level, degrees)

    def of(count: int, n: int) -> Interval | NotEstimable:
        if n == 0:
            return NotEstimable(Reason.NO_ASKS, 0)
        return score_interval(min(count / n, 1.0), n / design_effect, quantile=z)

    # Withdrawn asks are our mistake, nobody's refusal; a second ask may follow.
    refused = counts.dismissed + counts.ignored + max(counts.eligible - counts.shown, 0)
    return Funnel(
        of(counts.granted, counts.eligible),
        of(counts.shown, counts.granted),
        of(counts.answered, counts.shown),
        of(counts.dismissed, counts.shown),
        of(counts.withdrawn, counts.shown),
        of(counts.ignored, counts.shown),
        of(counts.expired, counts.granted),
        of(counts.answered, counts.answered + refused),
    )
