"""Sessions in which somebody met a flow, by step and variant, and the arms of experiments."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import column, matching
from afterword.history.questions.ratings import LEVELS, cells_of, counted

if TYPE_CHECKING:
    import ibis

    from afterword.domain.counts import Cell
    from afterword.history.filters import Filter
    from afterword.history.history import History

STEPS: Final = ("shown", "started", "completed", "dismissed")
_KEYS: Final = ("flow_key", "kind_key", "step_key", "variant_key")
_COUNTED: Final = ("rating", "person_key", "n_shown", "n_answered", "is_unasked")
Where = tuple[tuple[str, str], ...]
Stratum = tuple[str, bool | None]  # use case; whether the person was new, None where unknown


class Met(NamedTuple):
    """The sessions in which a flow had come so far, in this variant ("" where it has none)."""

    flow: str
    kind: str
    step: str
    variant: str
    cell: Cell


class Levels(NamedTuple):
    """Ratings of one kind of session, best level first."""

    flow: str  # empty: of all sessions, whatever they met
    step: str
    variant: str
    stratum: Stratum
    levels: tuple[int, int, int]


class Arm(NamedTuple):
    """One arm of an experiment, by the label that says which it is."""

    label: str
    arm: str
    flow: str
    n_sessions: int
    n_met: int  # sessions that were shown the flow


def met(history: History, chosen: Filter) -> list[Met]:
    """Count the sessions of each flow, step and variant; a later step implies those before.

    What was met only after the rating is not counted: the rating knew nothing of it.
    """
    rows = history.run(
        ("met", chosen.where),
        lambda table: counted(_met(matching(table, chosen.where)), [*_KEYS]),
        chosen,
    )
    found = []
    for cell in cells_of(rows, _KEYS):
        flow, kind, step, variant = cell.keys
        found.append(Met(flow, kind, step, variant, cell))
    return found


def levels_met(
    history: History, chosen: Filter, cases: tuple[str, ...], other: str
) -> list[Levels]:
    """Count ratings by kind of session, of each flow and step and of all sessions.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        cases: Use cases of their own; the rest count as ``other``.
        other: The name of the rest.
    """
    rows = history.run(
        ("levels met", cases, other, chosen.where),
        lambda table: _levels(matching(table, chosen.where), cases, other),
        chosen,
    )
    return [
        Levels(flow, step, variant, (case, is_new), (int(best), int(middle), int(worst)))
        for flow, step, variant, case, is_new, best, middle, worst in rows
    ]


def arms(history: History, chosen: Filter, labels: dict[str, str]) -> list[Arm]:
    """Count the sessions of every arm.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        labels: Of each label, the flow that it is about; labels that no session has have no arm.
    """
    found = []
    for label, flow in labels.items():
        build = partial(_arms, where=chosen.where, label=label, flow=flow)
        rows = history.run(("arms", label, flow, chosen.where), build, chosen)
        found += [Arm(label, row[0], flow, int(row[1]), int(row[2])) for row in rows]
    return sorted(found)


def _met(kept: ibis.Table) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    facts = ("use_case", "is_new", "flow_kinds", "flow_variants", "flow_seconds")
    steps = []
    for step in STEPS:
        with_flow = kept.filter(kept[f"flows_{step}"].length() > 0)
        rows = with_flow.select(
            *_COUNTED,
            *facts,
            is_closed=with_flow.closed_at.notnull(),
            rated_s=with_flow.rated_at.epoch_seconds() - with_flow.opened_at.epoch_seconds(),
            flow_key=with_flow[f"flows_{step}"].unnest(),
        )
        steps.append(rows.mutate(step_key=ibis.literal(step)))
    rows = reduce(lambda one, more: one.union(more), steps)
    # Whole seconds on both sides; a row that is too old to know counts as before.
    is_before = rows.rated_s + 1 >= rows.flow_seconds.get(rows.flow_key)
    known = rows.filter(is_before.fill_null(True))  # noqa: FBT003  # Ibis' own signature
    return known.mutate(
        kind_key=known.flow_kinds.get(known.flow_key).fill_null(UNKNOWN),
        variant_key=known.flow_variants.get(known.flow_key).fill_null(""),
    )


def _levels(kept: ibis.Table, cases: tuple[str, ...], other: str) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    keys = ("flow_key", "step_key", "variant_key")
    columns = (*keys, "use_case", "is_new", "rating")
    rated = kept.filter(kept.rating.notnull())
    every = rated.mutate(**{key: ibis.literal("") for key in keys})
    rows = _met(rated).select(*columns).union(every.select(*columns))
    held = rows.use_case.fill_null(UNKNOWN)
    split = rows.mutate(case=ibis.ifelse(held.isin((*cases, UNKNOWN)), held, other))
    return split.group_by([*keys, "case", "is_new"]).aggregate(
        **{level: split.count(where=split.rating == level) for level in LEVELS}
    )


def _arms(table: ibis.Table, where: Where, label: str, flow: str) -> ibis.Table:
    kept = matching(table, where)
    arm = column(kept, f"label.{label}")
    split = kept.filter(arm.notnull()).select(arm=arm, has_met=kept.flows_shown.contains(flow))
    return split.group_by("arm").aggregate(n=split.count(), n_met=split.count(where=split.has_met))
