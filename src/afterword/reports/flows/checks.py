"""Is it an experiment? People as planned in the arms, and asks answered alike in them."""

from __future__ import annotations

from enum import StrEnum
from math import exp
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.parts import Part, people_part
from afterword.statistics.assignments import log_e_of_assignment
from afterword.statistics.clusters import Agreement, PeopleSums
from afterword.statistics.homogeneity import homogeneity
from afterword.statistics.levels import LEAST_RATINGS
from afterword.statistics.shares import NotEstimable
from afterword.statistics.superiority import OrdinalSums

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.history.questions.arms import Arm
    from afterword.reports.flows.experiments import Experiment
    from afterword.reports.report import View

SURE_OF_SPLIT: Final = 0.001  # below it nothing of the comparison is believed
SURE_OF_ANSWERS: Final = 0.05
METHOD: Final = (
    " Arms: people by their first session, against the plan by a Dirichlet mixture of multinomials"
    " (holds at every look); answers by chi-square over the mean design effect. Lindon & Malek"
    " 2022; Rao & Scott 1981."
)


class Split(StrEnum):
    """Whether chance put people into the arms as it was meant to."""

    AS_PLANNED = "as_planned"  # nothing speaks against it
    NOT_AS_PLANNED = "not_as_planned"
    NO_PLAN = "no_plan"


class Answering(StrEnum):
    """Whether asks are answered alike in all arms."""

    NO_DIFFERENCE = "no_difference_shown"
    DIFFERENT = "different"
    NOT_ENOUGH = "not_enough_asks"


class ArmCheck(Struct, frozen=True, kw_only=True):
    """One arm: people by their first session, and the shown asks that were answered.

    ``planned`` is null without a plan, ``answered`` where fewer than five people were asked.
    """

    arm: str
    n_people: int
    n_mixed: int  # of them, who came to another arm later
    share: float
    planned: float | None
    answered: Part | None


class Check(Struct, frozen=True, kw_only=True):
    """One experiment: ``split_p`` holds at every look, ``answering_p`` for one."""

    label: str
    flow: str
    split: Split
    split_p: float | None
    answering: Answering
    answering_p: float | None
    arms: tuple[ArmCheck, ...]


def check(found: Experiment, view: View) -> Check:
    """Compare an experiment's arms with what an experiment is."""
    plan = view.plans.get(found.label, {})
    counts = {arm.arm: arm for arm in found.arms}
    sums = {name: _sums(counts[name]) for name in counts}
    split, split_p = _split(counts, plan)
    answering, answering_p = _answering(list(sums.values()))
    pool = sum((Agreement.of([one]) for one in sums.values()), Agreement())
    n_people = sum(arm.n_people for arm in found.arms)
    names = [name for name in (*counts, *(plan.keys() - counts)) if _is_told(name, counts, plan)]
    return Check(
        label=found.label,
        flow=found.flow,
        split=split,
        split_p=split_p,
        answering=answering,
        answering_p=answering_p,
        arms=tuple(
            ArmCheck(
                arm=name,
                n_people=counts[name].n_people if name in counts else 0,
                n_mixed=counts[name].n_mixed if name in counts else 0,
                share=counts[name].n_people / n_people if name in counts else 0.0,
                planned=plan.get(name),
                answered=_answered(sums.get(name, PeopleSums()), pool, view),
            )
            for name in sorted(names)
        ),
    )


def _is_told(name: str, counts: Mapping[str, Arm], plan: Mapping[str, float]) -> bool:
    return name in plan or counts[name].n_people >= LEAST_PEOPLE


def _split(counts: Mapping[str, Arm], plan: Mapping[str, float]) -> tuple[Split, float | None]:
    if not plan:
        return Split.NO_PLAN, None
    # Arms that the plan does not know stay out: among the others its parts hold all the same.
    people = [counts[name].n_people if name in counts else 0 for name in plan]
    p = min(1.0, exp(min(0.0, -log_e_of_assignment(people, [*plan.values()]))))
    return (Split.NOT_AS_PLANNED if p < SURE_OF_SPLIT else Split.AS_PLANNED), p


def _sums(arm: Arm) -> PeopleSums:
    found = arm.answers
    return PeopleSums(
        found.n_people, found.n, found.y, found.sums.m2, found.sums.my, found.sums.y2
    )


def _answering(sums: Sequence[PeopleSums]) -> tuple[Answering, float | None]:
    held = [one for one in sums if one.n >= LEAST_RATINGS and one.n_raters >= LEAST_PEOPLE]
    found = homogeneity([OrdinalSums.of_two(one) for one in held])
    if isinstance(found, NotEstimable):
        return Answering.NOT_ENOUGH, None
    is_sure = found.p_value < SURE_OF_ANSWERS
    return (Answering.DIFFERENT if is_sure else Answering.NO_DIFFERENCE), found.p_value


def _answered(sums: PeopleSums, pool: Agreement, view: View) -> Part | None:
    return people_part(sums, pool, view) if sums.n_raters >= LEAST_PEOPLE else None
