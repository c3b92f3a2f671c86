"""What a reader of segments must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.segments.choice import MOST_VALUES
from afterword.reports.segments.rows import Verdict
from afterword.reports.wording import counted, percent, points, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.reports.segments.rows import AttributeEvidence, SegmentRow

_NAMED: Final = 5  # segments in sentences, and names of what was left out
_NOT_WHY: Final = (
    "A segment that is rated otherwise need not be the reason: its people may come with other"
    " tasks, and a segment may stand for another."
)
_POINTS: Final = (
    'Points vs the rest: of "not what I needed", against the other values of the same attribute.'
    " Answered: the response rate."
)
_APART: Final = 0.05  # of response rates: worth a sentence


class LeftOut(NamedTuple):
    """What was not split by, or not told apart."""

    too_many: tuple[str, ...] = ()  # attributes with too many values
    n_rare: int = 0  # attributes beyond the most
    n_merged: int = 0  # values in ``other``


def notes_of(
    rows: tuple[SegmentRow, ...],
    attributes: tuple[AttributeEvidence, ...],
    n_sessions: int,
    n_rated: int,
    left_out: LeftOut,
) -> tuple[str, ...]:
    """Say which segments differ, what that does not say, and what was left out."""
    if not n_sessions:
        return ("No sessions in this window.",)
    if not n_rated:
        return (
            f"Nobody has rated any of the {counted(n_sessions, 'session')} yet.",
            *_left_out(left_out),
        )
    return (*_found(rows), _POINTS, *_who(rows), *_untold(attributes), *_left_out(left_out))


def bins_notes(edges: Mapping[str, tuple[float, ...]]) -> tuple[str, ...]:
    """Say where attributes with many numbers are split."""
    return tuple(
        f"{_shown(name)} has too many numbers to stand alone: split near its quartiles, at"
        f" {', '.join(f'{edge:.15g}' for edge in at)}, whatever the ratings."
        for name, at in edges.items()
        if at
    )


def _found(rows: tuple[SegmentRow, ...]) -> list[str]:
    found = [row for row in rows if row.verdict in (Verdict.WORSE, Verdict.BETTER)]
    if not found:
        return ["No segment is rated otherwise than the rest beyond what chance explains."]
    told = [_sentence(row) for row in found if row.verdict is Verdict.WORSE][:_NAMED]
    return [*told, _NOT_WHY]


def _sentence(row: SegmentRow) -> str:
    told = f"{_shown(row.key)} is rated worse than the rest"
    gap = row.rest.negative.difference if row.rest else None
    if gap is None:
        return f"{told}."
    shares = f"{percent(row.negative.share)} of {counted(row.n_rated, 'rating')}"
    return f'{told}: {points(gap)} points "not what I needed" ({shares}).'


def _who(rows: tuple[SegmentRow, ...]) -> list[str]:
    for row in rows:
        there = row.rest.response_rate if row.rest else None
        if row.verdict not in (Verdict.WORSE, Verdict.BETTER) or there is None:
            continue
        if row.response_rate is not None and abs(row.response_rate - there) >= _APART:
            rates = f"{percent(row.response_rate)} of shown asks answered, {percent(there)}"
            return [f"{_shown(row.key)}: {rates} in the rest; who answers may differ too."]
    return []


def _untold(attributes: tuple[AttributeEvidence, ...]) -> list[str]:
    n = sum(one.p is None for one in attributes)
    if not n:
        return []
    return [f"{counted(n, 'attribute')} with too few ratings, or one value, to tell: not tested."]


def _left_out(left_out: LeftOut) -> list[str]:
    found = []
    if names := left_out.too_many:
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        shown = ", ".join(map(_shown, names[:_NAMED]))
        found.append(
            f"Not split by {shown}{more}: more than {MOST_VALUES} values, or nearly one a person."
        )
    if left_out.n_rare:
        found.append(f"{counted(left_out.n_rare, 'rarer trait or label')} not looked at.")
    if left_out.n_merged:
        few = f"with fewer than {LEAST_PEOPLE} people who rated, or beyond the first {MOST_VALUES}"
        found.append(f'{counted(left_out.n_merged, "value")} {few}, stand together as "other".')
    return found


def _shown(name: str) -> str:
    return printable(name, 60)
