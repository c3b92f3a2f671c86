"""Counts of asks: what became of them, and the sums over people that intervals need."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AskSums:
    """Sums over people: m = a person's asks, y = those of them of which something holds."""

    m2: int = 0
    my: int = 0
    y2: int = 0


@dataclass(frozen=True, slots=True)
class AskCell:
    """Asks of one key. An answer implies shown; ``granted`` counts all, open ones too.

    ``of_granted`` has the sums of shown, withdrawn and expired asks over granted ones,
    ``of_shown`` those of answered, dismissed and ignored ones over shown ones, ``of_ended`` those
    of withdrawn ones over ended ones, expired ones apart. An ask may be withdrawn before it was
    shown, or after.
    """

    key: str
    granted: int = 0
    shown: int = 0
    answered: int = 0
    dismissed: int = 0
    withdrawn: int = 0
    ignored: int = 0
    expired: int = 0
    n_people: int = 0  # who were granted one
    n_shown_people: int = 0  # who were shown one
    of_granted: dict[str, AskSums] = field(default_factory=dict)
    of_shown: dict[str, AskSums] = field(default_factory=dict)
    ended: int = 0  # but for those that expired: nobody was shown them
    n_ended_people: int = 0
    of_ended: AskSums = field(default_factory=AskSums)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What followed on a set of asks or sessions: of ``n``, ``y`` had it; sums over people."""

    n_people: int = 0
    n: int = 0
    y: int = 0
    sums: AskSums = field(default_factory=AskSums)
