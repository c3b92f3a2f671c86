"""Flows without an experiment: sessions that met them, beside the sessions that did not."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.domain.counts import Cell, PersonSums
from afterword.reports.estimates import LEAST_PEOPLE, estimates, ratio
from afterword.reports.flows.rows import Design, Finding, FlowAgainst, FlowRow
from afterword.reports.gaps import Bounded, bounded, differences, gap_of
from afterword.reports.wording import LEVELS
from afterword.statistics.discoveries import q_values
from afterword.statistics.levels import agreement
from afterword.statistics.lines import is_enough
from afterword.statistics.shares import NotEstimable
from afterword.statistics.strata import Stratum, mantel_haenszel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from afterword.history.questions.flows import Levels, Met
    from afterword.reports.report import View
    from afterword.statistics.clusters import Agreement
    from afterword.statistics.strata import Adjusted

SURE: Final = 0.05
_NEGATIVE: Final = LEVELS.index("negative")
_REST: Final = "sessions without it"
Kinds = dict[object, tuple[int, int]]  # of each kind of session: negatives, ratings


class _Field(NamedTuple):
    """What every comparison is made in."""

    whole: Cell
    shown: dict[str, list[Cell]]  # by flow
    gone: Mapping[str, PersonSums]  # by flow
    strata: dict[tuple[str, str, str], Kinds]
    pool: Agreement
    view: View


def associations(
    found: Sequence[Met],
    levels: Iterable[Levels],
    whole: Cell,
    gone: Mapping[str, PersonSums],
    view: View,
) -> list[FlowRow]:
    """Compare each flow, step and variant with the sessions that were not shown the flow.

    Args:
        found: Sessions by flow, step and variant; those with fewer than five raters are left out.
        levels: Ratings by kind of session.
        whole: All sessions.
        gone: Of each flow, what leaves the sums over people with its sessions.
        view: With the confidence level and the least that a finding needs.
    """
    kept = [one for one in found if one.cell.persons.n_raters >= LEAST_PEOPLE]
    shown: dict[str, list[Cell]] = {}
    for one in found:
        if one.step == "shown":
            shown.setdefault(one.flow, []).append(one.cell)
    pool = agreement([whole, *(one.cell for one in kept)])
    field = _Field(whole, shown, gone, _strata(levels), pool, view)
    told = [_compared(one, field) for one in kept]
    qs = iter(q_values([adjusted.p_value for _, adjusted in told if adjusted]))
    against = [_judged(one, adjusted, next(qs) if adjusted else None) for one, adjusted in told]
    cells = [replace(one.cell, key=_key(one), keys=()) for one in kept]
    return [
        FlowRow(
            **structs.asdict(estimate.row),
            flow=one.flow,
            kind=one.kind,
            step=one.step,
            variant=one.variant or None,
            arm=None,
            design=Design.ASSOCIATION,
            against=beside,
        )
        for one, estimate, beside in zip(kept, estimates(cells, view), against, strict=True)
    ]


def less(whole: Cell, parts: Sequence[Cell], gone: PersonSums) -> Cell:
    """Take parts of the sessions away, and what leaves the sums over people with them."""
    numbers = [one.name for one in fields(Cell) if one.type == "int"]
    left = {
        name: getattr(whole, name) - sum(getattr(part, name) for part in parts) for name in numbers
    }
    of = whole.persons
    triples = {
        name: tuple(getattr(of, name)[at] - getattr(gone, name)[at] for at in range(3))
        for name in ("my", "y2")
    }
    people = PersonSums(n_raters=of.n_raters - gone.n_raters, m2=of.m2 - gone.m2, **triples)
    return Cell(_REST, persons=people, **left)


def _key(one: Met) -> str:
    return " · ".join(part for part in (one.flow, one.step, one.variant) if part)


def _compared(one: Met, field: _Field) -> tuple[FlowAgainst, Adjusted | None]:
    view, gone = field.view, field.gone.get(one.flow, PersonSums())
    rest = less(field.whole, field.shown.get(one.flow, []), gone)
    gaps = differences(rest, one.cell, None, field.pool, view)
    negative = gaps[_NEGATIVE]
    adjusted = None
    if not isinstance(negative, NotEstimable):
        adjusted = _adjusted(field.strata, one, negative.design_effect, view)
    enough = adjusted and all(is_enough(cell, view.lines) for cell in (rest, one.cell))
    against = FlowAgainst(
        baseline=_REST,
        n_rated=rest.n_rated,
        response_rate=ratio(rest.n_answered, rest.n_shown),
        positive=gap_of(gaps[0], view, n_judged=1),
        negative=gap_of(negative, view, n_judged=1),
        adjusted=bounded(adjusted) if adjusted else Bounded(),
        q=None,
        finding=Finding.NONE if enough else Finding.NOT_ENOUGH,
    )
    return against, adjusted


def _judged(found: FlowAgainst, adjusted: Adjusted | None, q: float | None) -> FlowAgainst:
    if q is None or adjusted is None or found.finding is Finding.NOT_ENOUGH or q >= SURE:
        return structs.replace(found, q=q)
    finding = Finding.WORSE if adjusted.value > 0 else Finding.BETTER
    return structs.replace(found, q=q, finding=finding)


def _strata(levels: Iterable[Levels]) -> dict[tuple[str, str, str], Kinds]:
    found: dict[tuple[str, str, str], Kinds] = {}
    for one in levels:
        of = found.setdefault((one.flow, one.step, one.variant), {})
        of[one.stratum] = (one.levels[_NEGATIVE], sum(one.levels))
    return found


def _adjusted(
    strata: dict[tuple[str, str, str], Kinds], one: Met, effect: float, view: View
) -> Adjusted | None:
    shown = [
        kinds for (flow, step, _), kinds in strata.items() if flow == one.flow and step == "shown"
    ]
    told = []
    for kind, (y, n) in strata.get((one.flow, one.step, one.variant), {}).items():
        all_y, all_n = strata[("", "", "")].get(kind, (0, 0))
        rest_y = all_y - sum(kinds.get(kind, (0, 0))[0] for kinds in shown)
        rest_n = all_n - sum(kinds.get(kind, (0, 0))[1] for kinds in shown)
        if n and rest_n:
            told.append(Stratum(rest_y, rest_n, y, n))
    return mantel_haenszel(told, effect, view.confidence_level) if told else None
