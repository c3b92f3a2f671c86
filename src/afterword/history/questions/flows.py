"""Sessions in which somebody met a flow, by step and variant."""

from __future__ import annotations

from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.domain.counts import Cell, PersonSums
from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import matching
from afterword.history.questions.ratings import BETWEEN, LEVELS

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

STEPS: Final = ("shown", "started", "completed", "dismissed")
_KEYS: Final = ("flow", "kind", "variant")
_SUMS: Final = 8  # over people, a step: who, m², m·y and y² of three levels
_FACTS: Final = ("day", "rating", "n_shown", "n_answered", "is_unasked", "use_case", "is_new")
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


def met(history: History, chosen: Filter) -> list[Met]:
    """Count the sessions of each flow, step and variant; a later step implies those before.

    What was met only after the rating is not counted: the rating knew nothing of it.
    """
    by_day = partial(each, where=chosen.where)
    counts = history.run(("met", chosen.where), _counts, chosen, by_day=by_day)
    people = history.run(("met by", chosen.where), _people, chosen, by_day=by_day, adds_up=True)
    persons = {row[:2]: row[2:] for row in people}
    found = []
    for key in sorted({row[:3] for row in counts}):
        rows = [row[3:] for row in counts if row[:3] == key]
        flow, kind, variant = key
        for place, step in enumerate(STEPS):
            # Flags of the steps after "shown", then the rating, then counts.
            reached = [row[3:] for row in rows if not place or row[place - 1]]
            if reached:
                sums = persons.get((flow, variant), ())[place * _SUMS : (place + 1) * _SUMS]
                found.append(Met(flow, kind, step, variant, _cell(key, step, reached, sums)))
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
        lambda rows: _levels(rows, cases, other),
        chosen,
        by_day=partial(each, where=chosen.where),
    )
    found: dict[tuple[str, str, str, Stratum], list[int]] = {}
    for flow, variant, *flags, case, is_new, best, middle, worst in rows:
        for step, has_come in zip(STEPS if flow else [""], [True, *flags], strict=False):
            if has_come:
                sums = found.setdefault((flow, step, variant, (case, is_new)), [0, 0, 0])
                for place, n in enumerate((best, middle, worst)):
                    sums[place] += int(n)
    # In an order of their own: what is summed over them is then the same to the last digit.
    order = sorted(found.items(), key=repr)
    return [Levels(*key, (n[0], n[1], n[2])) for key, n in order]


def labels_used(history: History, chosen: Filter, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Tell which of some labels any session has."""
    rows = history.run(
        ("labels used", labels, chosen.where),
        lambda days: days.select("label").distinct(),
        chosen,
        by_day=lambda table: _used(matching(table, chosen.where), labels),
    )
    return tuple(sorted(row[0] for row in rows))


def each(table: ibis.Table, where: Where) -> ibis.Table:
    """Give a row a session and flow, with the steps that it came to, and one a rated session.

    Those of a session, whatever it met, have the flow "". The person stands only with a rating.
    """
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    kept = matching(table, where)
    met_flows = _met_flows(kept)
    rated = kept.filter(kept.rating.notnull())
    nothing = ibis.literal("")
    every = rated.select(
        *_FACTS,
        "person_key",
        is_closed=rated.closed_at.notnull(),
        flow=nothing,
        kind=nothing,
        variant=nothing,
        **{step: ibis.literal(value=False) for step in STEPS[1:]},
    )
    return every.union(met_flows.select(*every.columns))


def _met_flows(kept: ibis.Table) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    with_flow = kept.filter(kept.flows_shown.length() > 0)
    rows = with_flow.select(
        *_FACTS,
        "flow_kinds",
        "flow_variants",
        "flow_seconds",
        *(f"flows_{step}" for step in STEPS[1:]),
        person_key=with_flow.rating.notnull().ifelse(with_flow.person_key, ibis.null()),
        is_closed=with_flow.closed_at.notnull(),
        rated_s=with_flow.rated_at.epoch_seconds() - with_flow.opened_at.epoch_seconds(),
        flow=with_flow.flows_shown.unnest(),
    )
    # Whole seconds on both sides; a row that is too old to know counts as before.
    is_before = rows.rated_s + 1 >= rows.flow_seconds.get(rows.flow)
    known = rows.filter(is_before.fill_null(True))  # noqa: FBT003  # Ibis' own signature
    return known.select(
        *_FACTS,
        "person_key",
        "is_closed",
        "flow",
        kind=known.flow_kinds.get(known.flow).fill_null(UNKNOWN),
        variant=known.flow_variants.get(known.flow).fill_null(""),
        **{step: known[f"flows_{step}"].contains(known.flow) for step in STEPS[1:]},
    )


def _counts(each_one: ibis.Table) -> ibis.Table:
    rows = each_one.filter(each_one.flow != "")
    return rows.group_by([*_KEYS, *STEPS[1:], "rating"]).aggregate(
        n_sessions=rows.count(),
        n_closed=rows.count(where=rows.is_closed),
        n_shown=rows.n_shown.sum(),
        n_answered=rows.n_answered.sum(),
        n_unasked=rows.count(where=rows.is_unasked),
    )


def _people(each_one: ibis.Table) -> ibis.Table:
    rows = each_one.filter(each_one.flow != "", each_one.rating.notnull())
    came = {step: rows[step] for step in STEPS[1:]} | {STEPS[0]: rows.rating.notnull()}
    people = rows.group_by(["flow", "variant", "person_key"]).aggregate(
        **{
            f"{level}_{step}": rows.count(where=came[step] & (rows.rating == level))
            for step in STEPS
            for level in LEVELS
        },
    )
    sums = {}
    for step in STEPS:
        y = [people[f"{level}_{step}"] for level in LEVELS]
        m = reduce(add, y)
        sums[f"n_raters_{step}"] = people.count(where=m > 0)
        sums[f"m2_{step}"] = (m * m).sum()
        sums |= {f"my{at}_{step}": (m * one).sum() for at, one in enumerate(y)}
        sums |= {f"y2{at}_{step}": (one * one).sum() for at, one in enumerate(y)}
    return people.group_by(["flow", "variant"]).aggregate(**sums)


def _cell(
    key: tuple[str, ...], step: str, rows: list[tuple[Any, ...]], sums: tuple[Any, ...]
) -> Cell:
    rated = [row for row in rows if row[0] is not None]
    counts = [sum(int(row[place]) for row in rows) for place in range(1, 6)]
    of = {level: sum(row[1] for row in rated if row[0] == level) for level in LEVELS}
    n_raters, m2, *others = (int(one or 0) for one in sums or [0] * _SUMS)
    my1, my2, my3, y1, y2, y3 = others
    return Cell(
        BETWEEN.join(one for one in (key[0], step, key[2]) if one),
        n_sessions=counts[0],
        n_closed=counts[1],
        n_shown=counts[2],
        n_answered=counts[3],
        n_unasked=counts[4],
        n_rated=sum(row[1] for row in rated),
        n_rated_closed=sum(row[2] for row in rated),
        positive=of["positive"],
        neutral=of["neutral"],
        negative=of["negative"],
        persons=PersonSums(n_raters, m2, (my1, my2, my3), (y1, y2, y3)),
    )


def _levels(each_one: ibis.Table, cases: tuple[str, ...], other: str) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    rows = each_one.filter(each_one.rating.notnull())
    held = rows.use_case.fill_null(UNKNOWN)
    split = rows.mutate(case=ibis.ifelse(held.isin((*cases, UNKNOWN)), held, other))
    keys = ("flow", "variant", *STEPS[1:], "case", "is_new")
    return split.group_by(keys).aggregate(
        **{level: split.count(where=split.rating == level) for level in LEVELS}
    )


def _used(kept: ibis.Table, labels: tuple[str, ...]) -> ibis.Table:
    keys = kept.select("day", label=kept.labels.keys().unnest())
    return keys.filter(keys.label.isin(labels)).distinct()
