"""What a reader of the responses must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports import notes
from afterword.reports.wording import counted, percent
from afterword.statistics.levels import LEAST_RATINGS

if TYPE_CHECKING:
    from afterword.reports.responses.rows import ResponseRow

_WORDS: Final = (
    "Forgiven: rated helpful, of the sessions with bad responses. Hollow: rated not what was"
    " needed, of the sessions with good ones. The average of response votes knows neither."
)


def notes_of(rows: tuple[ResponseRow, ...], by: str | None, n_merged: int) -> tuple[str, ...]:
    """Say who judged responses, what the words mean, and what is too little to tell."""
    n_rated, n_judged = sum(row.n_rated for row in rows), sum(row.n_judged for row in rows)
    if not n_rated:
        n_sessions = sum(row.n_sessions for row in rows)
        if not n_sessions:
            return ("No sessions in this window.",)
        return (f"Nobody has rated any of the {counted(n_sessions, 'session')} yet.",)
    if not n_judged:
        nothing = f"No response was judged in any of the {counted(n_rated, 'rated session')}"
        return (f"{nothing}: there is nothing to compare ratings with.",)
    judged = f"Responses were judged in {n_judged:,} of {counted(n_rated, 'rated session')}"
    n_short = sum(row.n_judged < LEAST_RATINGS for row in rows)
    short = f"{counted(n_short, 'row')} with fewer than {LEAST_RATINGS} sessions to compare"
    return (
        f"{judged} ({percent(n_judged / n_rated)}): whoever judges responses chose to.",
        _WORDS,
        *([f"{short}: counts, but no interval."] if n_short else []),
        *(notes.merging(n_merged, by) if by else []),
        *(() if by else ("What goes with a rating need not be what made it.",)),
    )
