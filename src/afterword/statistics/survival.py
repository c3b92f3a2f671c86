"""Who is still there after so many days, when some are not followed to the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import TYPE_CHECKING, Final

from afterword.statistics.shares import NotEstimable, Reason, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_AT_RISK: Final = 5  # people: fewer could be recognised, and say nothing


@dataclass(frozen=True, slots=True)
class Followed:
    """People by how long they were followed; nobody stands in both.

    Each person counts once: people who are followed from several sessions would look like several.
    Disjoint groups add up.
    """

    left: Mapping[float, int] = field(default_factory=dict)  # time of leaving to people
    staying: Mapping[float, int] = field(default_factory=dict)  # last time seen there to people

    def __add__(self, other: Followed) -> Followed:
        """Count both groups."""
        return Followed(_added(self.left, other.left), _added(self.staying, other.staying))

    @property
    def n(self) -> int:
        """All people."""
        return sum(self.left.values()) + sum(self.staying.values())

    def at_risk(self, time: float) -> int:
        """Count who was followed at least that long."""
        return sum(
            count
            for counts in (self.left, self.staying)
            for at, count in counts.items()
            if at >= time
        )


@dataclass(frozen=True, slots=True)
class Remaining:
    """The share still there after a time at which somebody left."""

    time: float
    n_at_risk: int
    share: float
    low: float
    high: float
    standard_error: float


def survival(
    people: Followed, *, confidence_level: float = 0.95
) -> tuple[Remaining, ...] | NotEstimable:
    """Follow the share that has not left.

    Args:
        people: Who was followed for how long. Why somebody is no longer followed must have
            nothing to do with leaving: as when the window of the report ends.
        confidence_level: Of each point's interval.

    Returns:
        One point a time at which people left, while at least five are at risk and not all of them
        leave; or why there is none.

    References:
        Kaplan & Meier (1958), J. Amer. Stat. Assoc. 53, 457-481; Greenwood's variance; interval
        on the log-minus-log scale: Kalbfleisch & Prentice (2002), The Statistical Analysis of
        Failure Time Data, 2nd ed.
    """
    if people.n < LEAST_AT_RISK:
        return NotEstimable(Reason.FEW_PEOPLE, people.n)
    if not people.left:
        return NotEstimable(Reason.NO_VARIATION, people.n)
    z = normal_quantile(confidence_level)
    points: list[Remaining] = []
    share, spread = 1.0, 0.0
    for time in sorted(people.left):
        n, left = people.at_risk(time), people.left[time]
        if n < LEAST_AT_RISK or left >= n:
            break
        if left:
            share *= 1 - left / n
            spread += left / (n * (n - left))
            points.append(_point(time, n, share, sqrt(spread), z))
    return tuple(points) or NotEstimable(Reason.NO_VARIATION, people.n)


def _point(time: float, n: int, share: float, relative: float, z: float) -> Remaining:
    # S^exp(±z·se), se = √(Σ d/(n(n - d)))/|log S|: bounds stay in [0, 1].
    reach = exp(z * relative / abs(log(share)))
    return Remaining(time, n, share, share**reach, share ** (1 / reach), share * relative)


def _added(one: Mapping[float, int], other: Mapping[float, int]) -> dict[float, int]:
    return {at: one.get(at, 0) + other.get(at, 0) for at in {**one, **other}}
