"""Phrases of reasons that one group uses more than another."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Final

from afterword.statistics.discoveries import q_values
from afterword.statistics.strata import two_sided

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_PEOPLE: Final = (
    5  # fewer could be recognised, and one of them could be a phrase's only author
)
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class PhraseCount:
    """People who used a phrase in their reasons; a person counts once a group."""

    phrase: str
    n_here: int
    n_there: int


@dataclass(frozen=True, slots=True)
class LogOdds:
    """How much more one group uses a phrase than the other."""

    value: float  # above 0: used more here
    z: float  # the index that phrases are ranked by; too large where a phrase is usual
    p_value: float  # two-sided: used alike


@dataclass(frozen=True, slots=True)
class PhraseOdds:
    """A phrase among all that were compared."""

    phrase: str
    n_here: int
    n_there: int
    odds: LogOdds
    q_value: float


def log_odds(
    here: int,
    n_here: int,
    there: int,
    n_there: int,
    *,
    prior: float = _HALF,
    others: float = _HALF,
) -> LogOdds:
    """Compare how often a phrase is used in two groups.

    Args:
        here: Reasons, or people, with the phrase in the group in question.
        n_here: All of that group.
        there: With the phrase in the group compared with.
        n_there: All of that group.
        prior: Uses of the phrase taken as seen before in each group. Proportional to its use in
            all texts, the prior is informative: usual words then need more evidence than rare.
        others: Of not using it.

    References:
        Monroe, Colaresi & Quinn (2008), Political Analysis 16, 372-403. Their
        variance is that of rare words; the p-value has the whole one: Woolf (1955), Ann. Hum.
        Genet. 19, 251-253.
    """
    a, b = here + prior, there + prior
    c, d = n_here - here + others, n_there - there + others
    delta, rare = log(a / c) - log(b / d), 1 / a + 1 / b
    p_value = two_sided(delta / sqrt(rare + 1 / c + 1 / d))
    return LogOdds(delta, delta / sqrt(rare), p_value)


def telling_phrases(
    counts: Sequence[PhraseCount], n_here: int, n_there: int, *, weight: float = 0.0
) -> list[PhraseOdds]:
    """Rank phrases by how surely the one group uses them more.

    Args:
        counts: One a phrase; those of fewer than five people in both groups together are left out.
        n_here: People with reasons in the group in question.
        n_there: In the group compared with.
        weight: People that the prior is worth, spread by the phrase's use in both groups; on top
            of half a person, so that 0 is the plain comparison.

    Returns:
        Used more here first; the false discovery rates count all phrases compared.
    """
    told = [one for one in counts if one.n_here + one.n_there >= LEAST_PEOPLE]
    found = []
    for one in told:
        used = weight * (one.n_here + one.n_there) / max(n_here + n_there, 1)
        found.append(
            log_odds(
                one.n_here,
                n_here,
                one.n_there,
                n_there,
                prior=_HALF + used,
                others=_HALF + weight - used,
            )
        )
    rates = q_values([one.p_value for one in found])
    phrases = [
        PhraseOdds(one.phrase, one.n_here, one.n_there, odds, q)
        for one, odds, q in zip(told, found, rates, strict=True)
    ]
    return sorted(phrases, key=lambda one: -one.odds.z)
