"""If unhappy people answer more readily: tilted shares, and the tilt that flips a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from afterword.statistics.shares import NotEstimable, Reason, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.statistics.levels import EffectiveShare
    from afterword.statistics.shares import Interval


@dataclass(frozen=True, slots=True)
class Flip:
    """How many times as readily as the others people at the level would have to answer.

    Above 1 the verdict holds until they answer that much more readily, below 1 until they answer
    that much less so. Near 1 it hangs by a thread.
    """

    estimate: float  # where the estimate itself stands at the line, or at the other group
    bound: float  # where only its interval reaches it; 1 where it does so already
    is_possible: bool  # false where the unrated sessions are too few to hide so many


def tilted(counts: Sequence[int], readiness: Sequence[float]) -> tuple[float, ...] | NotEstimable:
    """Undo that levels answer unequally readily.

    Args:
        counts: Rated sessions of each level.
        readiness: How readily sessions of that level are rated, to any common scale; above 0.

    Returns:
        The shares in all sessions, in the order given: count/readiness, made to add up to 1.

    References:
        Rosenbaum & Rubin (1983), J. R. Statist. Soc. B 45, 212-218: sensitivity to what was not
        seen; here the odds of answering by level.
    """
    weights = [count / ready for count, ready in zip(counts, readiness, strict=True)]
    total = sum(weights)
    if total == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    return tuple(weight / total for weight in weights)


def flip_at_line(bounds: Interval, line: float, worst: Interval) -> Flip | NotEstimable:
    """Find the tilt at which a share stands at a line.

    Args:
        bounds: The share with its confidence bounds.
        line: In (0, 1).
        worst: What ``worst_case`` says of the same share.

    Returns:
        The tilt, or why there is none: no tilt moves a share of 0 or 1.
    """
    if not 0 < bounds.share < 1:
        return NotEstimable(Reason.NO_VARIATION, 0)
    # Tilted share = p/λ / (p/λ + 1 - p), so it is the line at λ = odds(p)/odds(line).
    estimate = _odds(bounds.share) / _odds(line)
    if bounds.low <= line <= bounds.high:
        bound = 1.0
    else:
        bound = _odds(bounds.low if bounds.share > line else bounds.high) / _odds(line)
    return Flip(estimate, bound, worst.low <= line <= worst.high)


def flip_between(
    first: EffectiveShare,
    second: EffectiveShare,
    worst: tuple[Interval, Interval],
    *,
    confidence_level: float = 0.95,
) -> Flip | NotEstimable:
    """Find by how much readiness must differ between two groups to undo their difference.

    Args:
        first: The group compared with.
        second: The group in question: its people at the level answer λ times as readily,
            relative to its others, as those of the first.
        worst: What ``worst_case`` says of the two shares.
        confidence_level: Of the interval behind ``bound``.

    Returns:
        The tilt, or why there is none: a group has nobody, or only people, at the level.

    References:
        The odds ratio, with Woolf's (1955), Ann. Hum. Genet. 19, 251-253, standard error.
    """
    spreads = [one.n * one.share * (1 - one.share) for one in (first, second)]
    if min(spreads) <= 0:
        return NotEstimable(Reason.NO_VARIATION, 0)
    ratio = log(_odds(second.share) / _odds(first.share))
    error = sqrt(sum(1 / spread for spread in spreads))
    left = max(abs(ratio) - normal_quantile(confidence_level) * error, 0.0)
    one, other = worst
    overlap = max(one.low, other.low) <= min(one.high, other.high)
    return Flip(exp(ratio), exp(left if ratio > 0 else -left), overlap)


def _odds(share: float) -> float:
    return share / (1 - share)
