"""Which themes and phrases tell: more here than there, after so many were compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.reasons.rows import Telling
from afterword.reports.reasons.voices import PHRASE, THEME
from afterword.statistics.discoveries import q_values
from afterword.statistics.phrases import LEAST_PEOPLE, log_odds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.reports.reasons.voices import Group, Item

FOUND: Final = 0.05  # q of what is called a finding
_SAME: Final = 0.5  # of a phrase's people
Place = tuple[str, str]  # key and level


def tell(pairs: Mapping[Place, tuple[Group, Group]]) -> dict[tuple[Place, Item], Telling]:
    """Compare every theme and phrase of every place; q-values count all of a kind.

    Args:
        pairs: What people of a place say, and what those say that it is compared with. Sides of
            fewer than five people are left out, and so is what fewer than five people say.
    """
    found = {}
    for place, (here, there) in pairs.items():
        n_here, n_there = len(here.people), len(there.people)
        if min(n_here, n_there) < LEAST_PEOPLE:
            continue
        for item in {*here.of, *there.of}:
            a, b = len(here.of.get(item, ())), len(there.of.get(item, ()))
            if a + b >= LEAST_PEOPLE:
                found[place, item] = log_odds(a, n_here, b, n_there)
    told: dict[tuple[Place, Item], Telling] = {}
    for kind in (THEME, PHRASE):
        # Apart: a theme is one of a dozen, a phrase one of thousands.
        own = {at: one for at, one in found.items() if at[1][0] == kind}
        rates = q_values([one.p_value for one in own.values()])
        told |= {
            at: Telling(one.value, q) for (at, one), q in zip(own.items(), rates, strict=True)
        }
    return told


def is_found(one: Telling) -> bool:
    """Tell whether it is surely used more here."""
    return one.q is not None and one.q <= FOUND and (one.log_odds or 0.0) > 0


def apart(ranked: Iterable[Item], people: Mapping[Item, set[int]], most: int) -> list[Item]:
    """Take the first phrases whose people are not mostly those of one taken before.

    "two messages" says nothing that "messages ago" has not said.
    """
    kept: list[Item] = []
    for item in ranked:
        own = people[item]
        if all(len(own & people[one]) <= len(own) * _SAME for one in kept):
            kept.append(item)
        if len(kept) == most:
            break
    return kept
