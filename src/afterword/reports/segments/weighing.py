"""Attributes weighed against each other, and inside of each its values against the rest."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.reports.compared import compared
from afterword.reports.estimates import estimates
from afterword.reports.segments.against import named_values, rest_of
from afterword.reports.segments.rows import SegmentRow, Verdict, bounded, evidence_of
from afterword.reports.segments.shrinking import shrunk_shares
from afterword.statistics.discoveries import nested_q_values, q_values
from afterword.statistics.levels import agreement
from afterword.statistics.lines import is_enough
from afterword.statistics.superiority import OrdinalSums, WinProbability, win_probability

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.domain.counts import Cell
    from afterword.history.questions.segments import Split
    from afterword.reports.compared import Compared
    from afterword.reports.estimates import Estimate
    from afterword.reports.report import View
    from afterword.reports.segments.rows import AttributeEvidence, Bounded
    from afterword.statistics.clusters import Agreement

FOUND: Final = 0.05  # a q-value up to which a segment is called worse or better


class _Value(NamedTuple):
    """One value before its row: what it is compared with, and how."""

    estimate: Estimate
    rest: Compared | None
    win: WinProbability | None
    shrunk: Bounded


def weigh(
    splits: Mapping[str, Split], view: View
) -> tuple[tuple[SegmentRow, ...], tuple[AttributeEvidence, ...], int]:
    """Compare every value with the other values of its attribute.

    Returns:
        The rows, the attributes, both by evidence; and how many values stand in ``other``.
    """
    named = {name: named_values(split.cells) for name, split in splits.items()}
    cells = {name: kept for name, (kept, _) in named.items()}
    told = _tested(cells, splits)
    # All at once: how much people agree with themselves is pooled over everything.
    flat = [cell for one in told for cell in cells[one.attribute]]
    held, pool = iter(estimates(flat, view)), agreement(flat)
    found = [
        _values(list(islice(held, len(cells[one.attribute]))), splits[one.attribute], view, pool)
        for one in told
    ]
    heads = [1.0 if one.q is None else one.q for one in told]
    qs = nested_q_values(
        heads, [[one.win.p_value for one in values if one.win] for values in found]
    )
    rows: list[SegmentRow] = []
    for attribute, values, of_values in zip(told, found, qs, strict=True):
        rows += _rows(attribute.attribute, values, of_values)
    return tuple(rows), tuple(told), sum(n for _, n in named.values())


def _tested(
    cells: Mapping[str, list[Cell]], splits: Mapping[str, Split]
) -> list[AttributeEvidence]:
    found = [evidence_of(name, kept, splits[name]) for name, kept in cells.items()]
    found.sort(key=lambda one: (one.p is None, one.p or 0.0, one.attribute))
    qs = iter(q_values([one.p for one in found if one.p is not None]))
    return [one if one.p is None else structs.replace(one, q=next(qs)) for one in found]


def _values(found: list[Estimate], split: Split, view: View, pool: Agreement) -> list[_Value]:
    rest = rest_of(split.cells)
    level = view.confidence_level
    values = []
    for one, share in zip(found, shrunk_shares(found, view), strict=True):
        cell, others = one.cell, rest(one.cell)
        if not cell.persons.n_raters:  # merged: nobody knows who rated on both sides
            values.append(_Value(one, None, None, share))
            continue
        win = None
        if is_enough(cell, view.lines) and is_enough(others, view.lines):
            first, second = OrdinalSums.of(others), OrdinalSums.of(cell)
            told = win_probability(first, second, confidence_level=level)
            win = told if isinstance(told, WinProbability) else None
        beside = compared(cell, others, None, pool, confidence_level=level)
        values.append(_Value(one, beside, win, share))
    return values


def _rows(attribute: str, values: list[_Value], qs: list[float]) -> list[SegmentRow]:
    held = iter(qs)
    rows = [_row(attribute, one, next(held) if one.win else None) for one in values]
    # The worst first; what cannot be told after them.
    return sorted(rows, key=lambda row: (row.win.value is None, row.win.value or 0.0))


def _row(attribute: str, one: _Value, q: float | None) -> SegmentRow:
    row = one.estimate.row
    if q is None or one.win is None:
        verdict = Verdict.NOT_ENOUGH_RATINGS
    elif q > FOUND:
        verdict = Verdict.NOT_SHOWN
    else:
        verdict = Verdict.WORSE if one.win.value < 0.5 else Verdict.BETTER  # noqa: PLR2004  # neither
    fields = structs.asdict(row) | {"key": f"{attribute}:{row.key}"}
    return SegmentRow(
        **fields,
        attribute=attribute,
        value=row.key,
        rest=one.rest,
        win=bounded(one.win),
        q=q,
        shrunk=one.shrunk,
        verdict=verdict,
    )
