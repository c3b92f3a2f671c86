"""Counts of rated sessions in one cell: what a question answers and a statistic reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

# A multiple of 1 to 16, so that shares of people who rated no oftener are exact.
PERSON_SHARES: Final = 720_720


@dataclass(frozen=True, slots=True)
class PersonSums:
    """Sums over the raters of a cell: m = a person's ratings there, y = those at one level.

    They make the design effect for people who rate often (Σ runs over people). Cells add up only
    where no person rates in both.
    """

    n_raters: int = 0
    m2: int = 0
    my: tuple[int, int, int] = (0, 0, 0)  # Σ m·y for positive, neutral, negative
    y2: tuple[int, int, int] = (0, 0, 0)  # Σ y² for positive, neutral, negative
    # A person's own share y/m in whole PERSON_SHARES, which add up alike in any order.
    shares: tuple[int, int, int] = (0, 0, 0)  # Σ y/m
    squares: tuple[int, int, int] = (0, 0, 0)  # Σ (y/m)²


@dataclass(frozen=True, slots=True)
class SharedPersons:
    """Products over people who rated in two groups a and b of one key, by level where y stands."""

    n_raters: int
    mm: int  # Σ m_a·m_b
    ym: tuple[int, ...]  # Σ y_a·m_b for positive, neutral, negative
    my: tuple[int, ...]  # Σ m_a·y_b
    yy: tuple[int, ...]  # Σ y_a·y_b


@dataclass(frozen=True, slots=True)
class Returns:
    """People with a session in a period; those who came back, None before that can be known."""

    n_people: int
    n_returned: int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Sessions of one key (``all``, a week, a release, …), counted.

    ``n_shown`` and ``n_answered`` count asks (a session has at most two; an answer implies shown);
    every other number counts sessions.
    """

    key: str
    n_sessions: int = 0
    n_closed: int = 0
    n_shown: int = 0
    n_answered: int = 0
    n_rated: int = 0
    n_rated_closed: int = 0
    n_unasked: int = 0  # rated without an ask: opened by the user, or imported
    positive: int = 0
    neutral: int = 0
    negative: int = 0
    persons: PersonSums = field(default_factory=PersonSums)
    n_keys: int = 0  # of keys that were counted as one, if this cell is that one
    keys: tuple[str, ...] = ()  # what ``key`` joins, where sessions are split by two dimensions
