"""Flows that chance was asked to show: the arms of an experiment, by assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.history.questions.arms import arms
from afterword.history.questions.flows import labels_used
from afterword.reports.estimates import LEAST_PEOPLE, estimates, ratio
from afterword.reports.flows.rows import Design, Finding, FlowAgainst, FlowRow
from afterword.reports.gaps import Bounded, Gap, differences, gap_of
from afterword.reports.releases.against import Verdict, verdict_of
from afterword.statistics.levels import agreement
from afterword.statistics.lines import is_enough

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from afterword.domain.counts import Cell
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.arms import Arm
    from afterword.reports.report import Plans, View

_MOST_ARMS: Final = 50  # what has more values says something else
# Arms that leave people without the flow, or with the usual one.
_HELD_OUT: Final = ("holdout", "control")
_FINDINGS: Final = {
    Verdict.WORSE: Finding.WORSE,
    Verdict.BETTER: Finding.BETTER,
    Verdict.NOT_ENOUGH_RATINGS: Finding.NOT_ENOUGH,
}


class Experiment(NamedTuple):
    """The arms of one label, the one to compare with first."""

    label: str
    flow: str
    kind: str
    cells: tuple[Cell, ...]
    arms: tuple[Arm, ...]  # all of them, rated or not


def experiments(
    history: History, chosen: Filter, flows: Mapping[str, str], plans: Plans
) -> list[Experiment]:
    """Find the experiments: labels that are called like a flow or its kind.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        flows: Of each flow its kind.
        plans: The splits that were meant; a label that has one is an experiment in any case.

    Returns:
        Each with the arms that five people rated in: there may be one, or none.
    """
    # Nothing is split by a name with a comma.
    labels = {flow: flow for flow in flows if "," not in flow}
    kinds = list(flows.values())
    # A kind names an experiment where it has one flow.
    labels |= {kind: flow for flow, kind in flows.items() if kinds.count(kind) == 1}
    found = []
    for label in labels_used(history, chosen, tuple(labels)):
        flow = labels[label]
        told = arms(history, chosen, label, flow)
        if 1 < len(told) <= _MOST_ARMS or label in plans:
            found.append(Experiment(label, flow, flows[flow], _cells(told), tuple(told)))
    return found


def experiment_rows(
    found: list[Experiment], view: View, doubted: Collection[str] = ()
) -> list[FlowRow]:
    """Compare every arm with the first one; what holds always, holds over all of them.

    Args:
        found: The experiments that have arms to compare.
        view: With the confidence level and the least that a finding needs.
        doubted: Labels by which people were not split as planned: nothing is found there.
    """
    n_judged = max(1, 2 * sum(len(one.cells) - 1 for one in found))
    rows = []
    for one in found:
        first, pool = one.cells[0], agreement([*one.cells])
        for cell, estimate in zip(one.cells, estimates([*one.cells], view), strict=True):
            against = None
            if cell is not first:
                gaps = differences(first, cell, None, pool, view)
                ends = [gap_of(gaps[at], view, n_judged=n_judged) for at in (0, -1)]
                against = _against(first, cell, ends, view)
                if one.label in doubted:
                    against = structs.replace(against, finding=Finding.NOT_TRUSTED)
            row = structs.replace(estimate.row, key=f"{one.flow} · arm {cell.key}")
            rows.append(
                FlowRow(
                    **structs.asdict(row),
                    flow=one.flow,
                    kind=one.kind,
                    step=None,
                    variant=None,
                    arm=cell.key,
                    design=Design.EXPERIMENT,
                    against=against,
                )
            )
    return rows


def _cells(told: Sequence[Arm]) -> tuple[Cell, ...]:
    held = [one for one in told if one.cell.persons.n_raters >= LEAST_PEOPLE]
    # The arm that was left alone; else the one with the first name.
    held.sort(key=lambda one: (one.arm not in _HELD_OUT, one.n_met > 0, one.arm))
    return tuple(one.cell for one in held)


def _against(first: Cell, cell: Cell, ends: list[Gap], view: View) -> FlowAgainst:
    positive, negative = ends
    enough = all(is_enough(one, view.lines) for one in (first, cell))
    return FlowAgainst(
        baseline=first.key,
        n_rated=first.n_rated,
        response_rate=ratio(first.n_answered, first.n_shown),
        positive=positive,
        negative=negative,
        adjusted=Bounded(),
        q=None,
        finding=_finding(positive, negative) if enough else Finding.NOT_ENOUGH,
    )


def _finding(positive: Gap, negative: Gap) -> Finding:
    return _FINDINGS.get(verdict_of(positive, Gap(), negative), Finding.NONE)
