"""What asking does: against sessions that chance left out, and after answers of other kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.domain.ask_counts import Outcomes
from afterword.domain.asks import Why
from afterword.domain.session import AskState
from afterword.reports.asks.rows import people_sums
from afterword.reports.parts import Part, people_part
from afterword.statistics.clusters import Agreement
from afterword.statistics.differences import difference
from afterword.statistics.shares import NotEstimable, each_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.history.questions.ask_effects import After
    from afterword.reports.report import View

_N_EFFECTS: Final = 2  # that one judges together


class Effect(Struct, frozen=True):
    """Asked minus left out by chance; null where there is too little to tell."""

    what: str
    asked: Part
    left_out: Part
    difference: float | None = None
    low: float | None = None
    high: float | None = None


class Again(Struct, frozen=True):
    """Shown asks answered, by what became of the same person's ask before."""

    before: str
    answered: Part


def effects_of(after: Mapping[str, After], view: View) -> tuple[Effect, ...]:
    """Compare both arms in what followed: coming back, and how the next session was rated."""
    empty = (Outcomes(), Outcomes())
    asked = after.get(Why.ASKED.value, empty)
    left_out = after.get(Why.SKIPPED_AT_RANDOM.value, empty)
    return tuple(
        _effect(what, one, other, view)
        for what, one, other in zip(("came_back", "next_negative"), asked, left_out, strict=True)
    )


def again_of(found: Mapping[str, Outcomes], view: View) -> tuple[Again, ...]:
    """Give the share that answered, after each kind of ask that a person had before."""
    sums = {
        state: people_sums(one.n_people, one.n, one.y, one.sums) for state, one in found.items()
    }
    pool = sum((Agreement.of([one]) for one in sums.values()), Agreement())
    order = (AskState.ANSWERED, AskState.DISMISSED, AskState.IGNORED)
    return tuple(
        Again(state.value, people_part(sums[state.value], pool, view))
        for state in order
        if state.value in sums
    )


def _effect(what: str, asked: Outcomes, left_out: Outcomes, view: View) -> Effect:
    first, second = (
        people_sums(one.n_people, one.n, one.y, one.sums) for one in (left_out, asked)
    )
    pool = Agreement.of([first]) + Agreement.of([second])
    parts = people_part(second, pool, view), people_part(first, pool, view)
    each = each_of(_N_EFFECTS, view.confidence_level)
    found = difference(first, second, pool, confidence_level=each)
    if isinstance(found, NotEstimable):
        return Effect(what, *parts)
    return Effect(what, *parts, found.value, found.low, found.high)
