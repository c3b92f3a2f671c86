"""What a reader of releases must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports import notes
from afterword.reports.gaps import is_clear
from afterword.reports.releases.against import Verdict
from afterword.reports.wording import counted, percent, points

if TYPE_CHECKING:
    from afterword.reports.estimates import Estimate
    from afterword.reports.releases.report import ReleaseRow
    from afterword.reports.report import View

_APART: Final = 0.05  # of response rates: worth a sentence
_BESIDE: Final = 0.5  # of the smaller release: less ran one after the other


def notes_of(
    found: list[Estimate],
    rows: tuple[ReleaseRow, ...],
    view: View,
    by: str,
    *,
    n_older: int,
    n_merged: int,
) -> tuple[str, ...]:
    """Say what was found, what else may be behind it, and what is too little to tell."""
    told = notes.many_rows(found, view.lines, rows="release")
    if not any(row.n_rated for row in rows):
        return tuple(told)
    return (
        *(one for row in rows for one in _verdict(row)),
        *_after(rows),
        *_answering(rows),
        *([f"{counted(n_older, 'older value')} of {by} left out."] if n_older else []),
        *notes.merging(n_merged, by),
        *told,
    )


def _verdict(row: ReleaseRow) -> list[str]:
    found = row.against
    if found is None or found.verdict not in (Verdict.WORSE, Verdict.BETTER):
        return []
    said = f"{row.key} is rated {found.verdict} than {found.baseline}"
    if not is_clear(found.negative):
        # The other end alone says so.
        return [f'{said}: {points(found.positive.difference or 0.0)} points "helpful".']
    gap = f'{points(found.negative.difference or 0.0)} points "not what I needed"'
    if found.mix is None:
        return [f"{said}: {gap}."]
    mix = f"of which another mix of sessions explains {points(found.mix.mix)}"
    return [f"{said}: {gap}, {mix}."]


def _after(rows: tuple[ReleaseRow, ...]) -> list[str]:
    n = sum(row.against is not None and row.against.concurrent < _BESIDE for row in rows)
    if not n:
        return []
    told = f"{counted(n, 'release')} ran after the one compared with, not beside it"
    return [f"{told}: a season, a campaign or other people may make a difference too."]


def _answering(rows: tuple[ReleaseRow, ...]) -> list[str]:
    for row in rows:
        if row.against is None or row.against.response_rate is None or row.response_rate is None:
            continue
        if abs(row.response_rate - row.against.response_rate) >= _APART:
            rates = f"{percent(row.response_rate)} and {percent(row.against.response_rate)}"
            told = f"{row.key} and {row.against.baseline}: {rates} of shown asks answered"
            return [f"{told}; part of a difference may be who answered."]
    return []
