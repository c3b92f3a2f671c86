"""What a reader of flows must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.flows.rows import Design, Finding
from afterword.reports.gaps import is_clear
from afterword.reports.wording import counted, percent, points

if TYPE_CHECKING:
    from afterword.reports.flows.rows import FlowRow

_APART: Final = 0.05  # of response rates: worth a sentence


def notes_of(rows: tuple[FlowRow, ...], *, n_more: int, n_small: int) -> tuple[str, ...]:
    """Say what an experiment shows, what an association does not, and what is too little."""
    if not rows:
        none = "No session of this window met a flow, or too few people rated those that did."
        return (none, *_small(n_small))
    n_short = sum(row.against is not None and _is_short(row) for row in rows)
    return (
        *(one for row in rows for one in _experiment(row)),
        *_small(n_small),
        *_kinds(rows, n_small),
        *_answering(rows),
        *([f"{counted(n_short, 'row')} with too few ratings to tell."] if n_short else []),
        *([f"{counted(n_more, 'flow')} that fewer sessions met left out."] if n_more else []),
    )


def _small(n_small: int) -> list[str]:
    if not n_small:
        return []
    told = f"{counted(n_small, 'experiment')} left out"
    return [f"{told}: fewer than two arms in which {LEAST_PEOPLE} people rated."]


def _kinds(rows: tuple[FlowRow, ...], n_small: int) -> list[str]:
    found = []
    if any(row.design is Design.ASSOCIATION for row in rows):
        found.append(
            "Association: whoever met a flow, or came to its end, may be others anyhow. Use case"
            " and tenure are adjusted for; whatever else differs is not."
        )
    if not n_small and not any(row.design is Design.EXPERIMENT for row in rows):
        found.append(
            "No experiment: label sessions with the arm, in a label called like the flow, and"
            " leave some people out by chance."
        )
    return found


def _is_short(row: FlowRow) -> bool:
    return row.against is not None and row.against.finding is Finding.NOT_ENOUGH


def _experiment(row: FlowRow) -> list[str]:
    found = row.against
    if row.design is not Design.EXPERIMENT or found is None:
        return []
    if found.finding not in (Finding.BETTER, Finding.WORSE):
        return []
    end, name = found.negative, "not what I needed"
    if not is_clear(end):
        end, name = found.positive, "helpful"
    if end.difference is None:
        return []
    gap = f'{points(end.difference)} points "{name}"'
    return [
        f"{row.key} is rated {found.finding} than {found.baseline}: {gap}, by chance's choice."
    ]


def _answering(rows: tuple[FlowRow, ...]) -> list[str]:
    for row in rows:
        other = None if row.against is None else row.against.response_rate
        if row.response_rate is None or other is None or row.against is None:
            continue
        if abs(row.response_rate - other) >= _APART:
            rates = f"{percent(row.response_rate)} and {percent(other)} of shown asks answered"
            told = f"{row.key} and {row.against.baseline}: {rates}"
            return [f"{told}; part of a difference may be who answered."]
    return []
