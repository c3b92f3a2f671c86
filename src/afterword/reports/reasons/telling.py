"""Which themes and phrases tell: more here than there, after so many were compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.reports.reasons.rows import Telling
from afterword.reports.reasons.voices import PHRASE, THEME
from afterword.statistics.discoveries import q_values
from afterword.statistics.phrases import LEAST_PEOPLE, log_odds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.reports.reasons.voices import Mask, Voices

FOUND: Final = 0.05  # q of what is called a finding
_SAME: Final = 0.5  # of a phrase's people
Place = tuple[str, str]  # key and level
At = tuple[Place, int]  # with the place of an item


class Pair(NamedTuple):
    """Reasons of a place, and those that it is compared with."""

    here: Mask
    there: Mask


def tell(voices: Voices, pairs: Mapping[Place, Pair]) -> dict[At, Telling]:
    """Compare every theme and phrase of every place; q-values count all of a kind.

    Sides of fewer than five people are left out, and so is what fewer than five people say.
    """
    found = {}
    for place, (here, there) in pairs.items():
        n_here, n_there = voices.people(here), voices.people(there)
        if min(n_here, n_there) < LEAST_PEOPLE:
            continue
        counts = zip(voices.counts(here).tolist(), voices.counts(there).tolist(), strict=True)
        for item, (a, b) in enumerate(counts):
            if a + b >= LEAST_PEOPLE:
                found[place, item] = log_odds(a, n_here, b, n_there)
    told: dict[At, Telling] = {}
    for kind in (THEME, PHRASE):
        # Apart: a theme is one of a dozen, a phrase one of thousands.
        own = {at: one for at, one in found.items() if voices.items[at[1]][0] == kind}
        rates = q_values([one.p_value for one in own.values()])
        for (at, one), q in zip(own.items(), rates, strict=True):
            told[at] = Telling(one.value, q)
    return told


def is_found(one: Telling) -> bool:
    """Tell whether it is surely used more here."""
    return one.q is not None and one.q <= FOUND and (one.log_odds or 0.0) > 0


def apart(ranked: Iterable[int], voices: Voices, rows: Mask, most: int) -> list[int]:
    """Take the first phrases whose people are not mostly those of one taken before.

    "two messages" says nothing that "messages ago" has not said.
    """
    kept: dict[int, set[int]] = {}
    for item in ranked:
        own = voices.users(rows, item)
        if all(len(own & users) <= len(own) * _SAME for users in kept.values()):
            kept[item] = own
        if len(kept) == most:
            break
    return list(kept)
