"""What a reader of use cases must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.history.questions.case_tables import HOST, INFERRED, NONE
from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.report import OTHER
from afterword.reports.use_cases.findings import findings, moved
from afterword.reports.wording import counted, percent
from afterword.statistics.levels import LEAST_RATINGS
from afterword.statistics.priors import LEAST_GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.reports.use_cases.rows import UseCaseRow

_APART: Final = 0.05  # of response rates: worth a sentence
_SOURCE_WORDS: Final = {HOST: "the host's use cases", INFERRED: "inferred use cases"}


def notes_of(
    rows: Sequence[UseCaseRow], before: str, *, n_small: int, is_cut: bool
) -> tuple[str, ...]:
    """Say what was found, what was inferred, and what is too little to tell.

    Args:
        rows: Of the report.
        before: Which sessions a change is counted from.
        n_small: Use cases merged for having too few people.
        is_cut: Whether some were left together for having few sessions.
    """
    n_sessions = sum(row.n_sessions for row in rows)
    if not n_sessions:
        return ("No sessions in this window.",)
    if not any(row.n_rated for row in rows):
        return (f"Nobody has rated any of the {counted(n_sessions, 'session')} yet.",)
    return (
        *findings(rows),
        *_ranking(rows),
        *moved(rows, before),
        *_answering(rows),
        *_inferred(rows, n_sessions),
        *_together(n_small, is_cut=is_cut),
        *_short(rows),
    )


def _ranking(rows: Sequence[UseCaseRow]) -> list[str]:
    told = []
    for source, words in _SOURCE_WORDS.items():
        own = [row for row in rows if row.source == source and row.key != OTHER and row.n_rated]
        ranks = [row.rank for row in own if row.rank]
        if ranks and all(one.low == 1 and one.high == len(ranks) for one in ranks):
            told.append(f"The places of {words} are open: each may have any of them.")
        elif 0 < len(own) < LEAST_GROUPS:
            least = f"fewer than {LEAST_GROUPS}, so there is no ranking and no shrunk share"
            told.append(f"{counted(len(own), 'use case')} with ratings in {words}: {least}.")
    return told


def _answering(rows: Sequence[UseCaseRow]) -> list[str]:
    rates = [
        (row.response_rate, row.key)
        for row in rows
        if row.response_rate is not None and row.n_rated >= LEAST_RATINGS
    ]
    (low, least), (high, most) = min(rates, default=(0.0, "")), max(rates, default=(0.0, ""))
    if high - low < _APART:
        return []
    told = f"{percent(low)} ({least}) to {percent(high)} ({most})"
    return [f"Response rates lie from {told}: part of a difference may be who answered."]


def _inferred(rows: Sequence[UseCaseRow], n_sessions: int) -> list[str]:
    n_inferred, n_none = (
        sum(row.n_sessions for row in rows if row.source == source) for source in (INFERRED, NONE)
    )
    told = []
    if n_inferred:
        share = percent(n_inferred / n_sessions)
        told.append(
            f"In {counted(n_inferred, 'session')} ({share}) nobody named a use case: it was"
            " inferred from what was said. They stand and rank by themselves."
        )
    if n_none:
        share = percent(n_none / n_sessions)
        told.append(
            f"{counted(n_none, 'session')} ({share}) have no use case: give one when a session"
            " starts, or let it be found by the phrases of use_cases.toml."
        )
    return told


def _together(n_small: int, *, is_cut: bool) -> list[str]:
    told = []
    if is_cut:
        told.append('Only the use cases with the most sessions stand alone; the rest are "other".')
    if n_small:
        few = f"fewer than {LEAST_PEOPLE} people who rated"
        told.append(f'{counted(n_small, "use case")} with {few}: merged into "other".')
    return told


def _short(rows: Sequence[UseCaseRow]) -> list[str]:
    n_short = sum(0 < row.n_rated < LEAST_RATINGS for row in rows)
    n_empty = sum(not row.n_rated for row in rows)
    told = []
    if n_short:
        few = f"fewer than {LEAST_RATINGS} ratings"
        told.append(f"{counted(n_short, 'use case')} with {few}: counts, but no interval.")
    if n_empty:
        told.append(f"{counted(n_empty, 'use case')} without ratings: no data, which is not 0 %.")
    return told
