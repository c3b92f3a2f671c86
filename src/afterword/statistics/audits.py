"""A guess about every session, put right by a random sample that a person checked."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import sqrt
from typing import TYPE_CHECKING, Final

from afterword.statistics.shares import NotEstimable, Reason, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_CHECKED: Final = 10
_NOTHING: Final = 1e-12  # variance that rounding leaves of guesses that are all the same


@dataclass(frozen=True, slots=True)
class Audit:
    """Checked sessions with truth y and guess f, and the guesses F of all others.

    Audits of sessions that do not overlap add up.
    """

    n: int = 0
    y: float = 0.0
    f: float = 0.0
    yf: float = 0.0
    y2: float = 0.0
    f2: float = 0.0
    n_others: int = 0
    others: float = 0.0  # Σ F
    others2: float = 0.0  # Σ F²

    @classmethod
    def of(cls, checked: Iterable[tuple[float, float]], others: Iterable[float]) -> Audit:
        """Sum (truth, guess) of the checked sessions, and the guesses of the others."""
        total = cls()
        for y, f in checked:
            total += cls(1, y, f, y * f, y * y, f * f)
        for f in others:
            total += cls(n_others=1, others=f, others2=f * f)
        return total

    def __add__(self, other: Audit) -> Audit:
        """Sum over both sets of sessions."""
        return Audit(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Corrected:
    """A share of what was guessed, put right."""

    value: float
    low: float
    high: float
    trust: float  # lambda: 0 if the guesses say nothing, 1 if they are taken at their word


def corrected_share(
    audit: Audit, *, trust: float | None = None, confidence_level: float = 0.95
) -> Corrected | NotEstimable:
    """Estimate a share over all sessions from guesses and a checked sample.

    The checked sessions must be a random sample. Rated sessions are not one.

    Args:
        audit: The sums.
        trust: In the guesses; by default what makes the interval shortest.
        confidence_level: Of the interval.

    Returns:
        The share; or why there is none, as with fewer than ten checked.

    References:
        Angelopoulos et al. (2023), Science 382, 669-674; tuned: Angelopoulos, Duchi & Zrnic
        (2023), arXiv:2311.01453.
    """
    if audit.n < LEAST_CHECKED or audit.n_others == 0:
        return NotEstimable(Reason.FEW_VALUES, audit.n)
    weight = _trust(audit) if trust is None else trust
    n, others = audit.n, audit.n_others
    mean_others = audit.others / others
    rest = (audit.y - weight * audit.f) / n
    squares = audit.y2 - 2 * weight * audit.yf + weight * weight * audit.f2
    variance = max(squares / n - rest * rest, 0.0) / n
    variance += weight**2 * max(audit.others2 / others - mean_others**2, 0.0) / others
    value = weight * mean_others + rest
    half = normal_quantile(confidence_level) * sqrt(variance)
    return Corrected(value, max(value - half, 0.0), min(value + half, 1.0), weight)


def _trust(audit: Audit) -> float:
    both = audit.n + audit.n_others
    mean = (audit.f + audit.others) / both
    spread = (audit.f2 + audit.others2 - both * mean * mean) / (both - 1)
    if spread <= _NOTHING:
        return 0.0
    together = audit.yf / audit.n - audit.y * audit.f / audit.n**2
    return min(max(together / ((1 + audit.n / audit.n_others) * spread), 0.0), 1.0)
