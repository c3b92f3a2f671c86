"""Flows: do sessions with a flow rate higher, and is it the flow that makes them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, UnsetType

from afterword.errors import InvalidField
from afterword.history.questions.flow_rest import gone_with
from afterword.history.questions.flows import STEPS, levels_met, met
from afterword.history.questions.ratings import ratings
from afterword.history.questions.releases import use_cases
from afterword.reports.estimates import METHOD as LEVELS_METHOD
from afterword.reports.estimates import whole
from afterword.reports.flows.associations import associations
from afterword.reports.flows.check_notes import check_notes
from afterword.reports.flows.checks import METHOD as CHECKS_METHOD
from afterword.reports.flows.checks import Check, Split, check
from afterword.reports.flows.experiments import experiment_rows, experiments
from afterword.reports.flows.notes import notes_of
from afterword.reports.flows.rows import FlowRow  # noqa: TC001  # the rows of a Struct
from afterword.reports.rated import RatedReport, moved_lines
from afterword.reports.report import OTHER, View, window

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.flows import Met

NAME: Final = "flows"
METHOD: Final = (
    f"{LEVELS_METHOD} Differences: square and add on effective ratings. Experiments: by"
    " assignment, bounds that hold at every look and over all arms (normal mixture around 5"
    " points, at 1 - alpha/2k). Associations: Mantel-Haenszel difference of the negative share"
    " over use case and whether the person was new, Sato's variance times the design effect; q"
    " by Benjamini-Hochberg over them. Newcombe 1998; Howard et al. 2021; Greenland & Robins"
    " 1985; Sato 1989; Benjamini & Hochberg 1995."
    f"{CHECKS_METHOD}"
)
_MOST: Final = 20  # flows; those that most sessions met
_CASES: Final = 20  # use cases of their own in the adjustment


class FlowsReport(RatedReport, frozen=True, kw_only=True):
    """Experiments first, then associations, each flow in the order of its steps."""

    rows: tuple[FlowRow, ...]
    experiments: tuple[Check, ...] = ()  # whether they are ones
    compared_with: str | UnsetType = UNSET


def run(history: History, chosen: Filter, view: View) -> FlowsReport:
    """Count the sessions of every flow and compare them.

    Raises:
        InvalidField: ``view.by`` is given: flows are split by step and variant.
    """
    if view.by is not None:
        raise InvalidField("by: flows are split by step and variant already.", field="by")
    found = met(history, chosen)
    sizes: dict[str, int] = {}
    for one in found:
        if one.step == "shown":
            sizes[one.flow] = sizes.get(one.flow, 0) + one.cell.n_sessions
    largest = sorted(sizes, key=lambda flow: (-sizes[flow], flow))[:_MOST]
    found = [one for one in found if one.flow in largest]
    rows: list[FlowRow] = []
    checks: list[Check] = []
    n_small = 0
    if found:
        kinds = {one.flow: one.kind for one in found}
        levels = levels_met(history, chosen, use_cases(history, chosen, _CASES), OTHER)
        [every] = whole(ratings(history, chosen))
        told = experiments(history, chosen, kinds, view.plans)
        checks = [check(one, view) for one in told]
        doubted = {one.label for one in checks if one.split is Split.NOT_AS_PLANNED}
        kept = [one for one in told if len(one.cells) > 1]
        n_small = len(told) - len(kept)
        gone = gone_with(history, chosen)
        rows = [
            *experiment_rows(kept, view, doubted),
            *associations(_in_order(found, largest), levels, every, gone, view),
        ]
    return FlowsReport(
        report=NAME,
        window=window(chosen),
        rows=tuple(rows),
        notes=(
            *check_notes(checks),
            *notes_of(tuple(rows), n_more=len(sizes) - len(largest), n_small=n_small),
        ),
        confidence_level=view.confidence_level,
        method=METHOD,
        by=UNSET,
        lines=moved_lines(view),
        experiments=tuple(checks),
    )


def _in_order(found: list[Met], flows: list[str]) -> list[Met]:
    return sorted(
        found, key=lambda one: (flows.index(one.flow), STEPS.index(one.step), one.variant)
    )
