"""Which use cases are rated better or worse than the others, or than before, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.history.questions.case_tables import INFERRED
from afterword.reports.wording import points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.reports.use_cases.rows import Change, Ends, Shift, UseCaseRow

WORSE: Final = "worse"
BETTER: Final = "better"
DIVIDED: Final = "divided"  # more at both ends, or fewer
_FOUND: Final = 0.05  # q of what is called a finding
_TOLD: Final = 5  # findings of a kind that are told in words
_RATED: Final = {
    WORSE: "Rated worse",
    BETTER: "Rated better",
    DIVIDED: "Rated otherwise at both ends",
}


def verdict(ends: Ends | Change) -> str:
    """Say which way both ends point: one of the words above, or nothing."""
    signs = {
        sign * (1 if (one.difference or 0.0) > 0 else -1)
        for one, sign in ((ends.negative, 1), (ends.positive, -1))
        if _is_found(one)
    }
    if len(signs) > 1:
        return DIVIDED
    return {1: WORSE, -1: BETTER}[signs.pop()] if signs else ""


def findings(rows: Sequence[UseCaseRow]) -> list[str]:
    """Tell who stands apart from the other use cases, worst first."""
    told = []
    for word, rated in _RATED.items():
        found = [row for row in rows if verdict(row.rest) == word]
        found.sort(key=lambda row: -abs(row.rest.negative.difference or 0.0))
        if found:
            names = _listed([_against(row) for row in found])
            told.append(
                f'{rated} than the other use cases, in points of "not what I needed": {names}.'
            )
    if told:
        told.append("Who comes for a use case may rate otherwise too: it need not be the agent.")
    elif any(row.rest.negative.q is not None for row in rows):
        told.append("No use case is rated surely better or worse than the others.")
    return told


def moved(rows: Sequence[UseCaseRow], before: str) -> list[str]:
    """Tell who is rated otherwise than before."""
    told = [
        f"{_name(row)} {verdict(row.change)} ({_gap(row.change.negative)})"
        for row in rows
        if verdict(row.change) in (WORSE, BETTER)
    ]
    return [f"Than {before}, rated: {_listed(told)}."] if told else []


def _is_found(shift: Shift) -> bool:
    return shift.q is not None and shift.q <= _FOUND


def _listed(told: list[str]) -> str:
    more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return f"{', '.join(told[:_TOLD])}{more}"


def _against(row: UseCaseRow) -> str:
    return f"{_name(row)} {_gap(row.rest.negative)}"


def _gap(shift: Shift) -> str:
    return points(shift.difference or 0.0)


def _name(row: UseCaseRow) -> str:
    return f"{row.key} (inferred)" if row.source == INFERRED else row.key
