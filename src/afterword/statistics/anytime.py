"""Numbers that stay true however often one looks: a difference or a share watched as it grows."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt
from typing import TYPE_CHECKING, Final

from afterword.statistics.shares import Interval, NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.statistics.differences import Difference

EXPECTED: Final = 0.05  # tau: the size of differences that the interval is narrowest for
LEAST_LOOKED_AT: Final = 20  # ratings in each group, before the normal distribution holds
_HALVINGS: Final = 60  # of an interval below 1: to the last bit


@dataclass(frozen=True, slots=True)
class AnytimeDifference:
    """A difference whose bounds hold at all times at once, and the evidence against none."""

    value: float
    low: float
    high: float
    log_e: float  # two-sided; log(20) = 3.0 is what .05 asks for
    p_value: float  # valid whenever one stops


def anytime_difference(
    found: Difference, *, expected: float = EXPECTED, confidence_level: float = 0.95
) -> AnytimeDifference | NotEstimable:
    """Bound a difference so that the bounds hold at every look together.

    For groups that grow side by side, or one that grows against one that is closed.

    Args:
        found: The difference; its standard error knows people who rate often.
        expected: The difference worth seeing, in shares. Set it before looking.
        confidence_level: Of all looks jointly.

    Returns:
        The bounds, or why there are none: below 20 ratings in a group.
    """
    n = round(min(found.first.n, found.second.n))
    if n < LEAST_LOOKED_AT:
        return NotEstimable(Reason.FEW_RATINGS, n)
    half = half_width(found.standard_error, expected, confidence_level)
    log_e = log_e_value(found.value, found.standard_error, expected)
    low, high = max(found.value - half, -1.0), min(found.value + half, 1.0)
    return AnytimeDifference(found.value, low, high, log_e, min(1.0, exp(-max(log_e, 0.0))))


def half_width(error: float, expected: float, confidence_level: float) -> float:
    """Give what to add and take away on both sides of an estimate.

    References:
        Howard, Ramdas, McAuliffe & Sekhon (2021), Ann. Statist. 49, 1055-1080: the
        normal mixture. Waudby-Smith et al. (2024), Ann. Statist. 52, 2613-2640: asymptotically,
        for any estimate with such an error.
    """
    # se·√((w/τ²)(2 log(1/alpha) + log(w/se²))), w = se² + τ².
    variance, spread = error * error, expected * expected
    both = variance + spread
    alarm = 2 * log(1 / (1 - confidence_level)) + log(both / variance)
    return error * sqrt(both / spread * alarm)


def log_e_value(value: float, error: float, expected: float, *, one_sided: bool = False) -> float:
    """Weigh the evidence against "no difference", or against "no increase" if one-sided.

    Args:
        value: The estimate.
        error: Its standard error.
        expected: Standard deviation tau of the mixture.
        one_sided: Only differences above 0 count as evidence.

    Returns:
        The log of an e-value: above log(1/alpha) at any look, "none" is rejected at alpha.

    References:
        Robbins (1970), Ann. Math. Statist. 41, 1397-1409; Howard et al. (2021), as above: the
        normal mixture, and the half-normal one.
    """
    both = error * error + expected * expected
    two = 0.5 * log(error * error / both) + (value / error) ** 2 * expected**2 / (2 * both)
    if not one_sided:
        return two
    from scipy.special import log_ndtr  # noqa: PLC0415  # heavy: reports load it

    return log(2) + two + float(log_ndtr(value * expected / (error * sqrt(both))))


def anytime_share(
    successes: int, trials: int, *, confidence_level: float = 0.95
) -> Interval | NotEstimable:
    """Bound a share so that the bounds hold after every rating together.

    Ratings must be of people who rate once.

    Returns:
        The shares that a uniform mixture has not outweighed, or why there are none.

    References:
        Robbins (1970), Ann. Math. Statist. 41, 1397-1409: the beta-binomial mixture.
    """
    if trials == 0:
        return NotEstimable(Reason.NO_RATINGS, 0)
    share, misses = successes / trials, trials - successes
    mixture = lgamma(successes + 1) + lgamma(misses + 1) - lgamma(trials + 2)

    def is_out(p: float) -> bool:
        likelihood = (successes * log(p) if successes else 0.0) + (
            misses * log1p(-p) if misses else 0.0
        )
        return mixture - likelihood > log(1 / (1 - confidence_level))

    low = 0.0 if successes == 0 else _edge(is_out, outside=0.0, inside=share)
    high = 1.0 if misses == 0 else _edge(is_out, outside=1.0, inside=share)
    return Interval(share, low, high)


def _edge(is_out: Callable[[float], bool], *, outside: float, inside: float) -> float:
    for _ in range(_HALVINGS):
        middle = (outside + inside) / 2
        if is_out(middle):
            outside = middle
        else:
            inside = middle
    return inside
