"""Use cases: what the agent is good at, ranked by shares that chance is taken out of."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from msgspec import UNSET, UnsetType, structs

from afterword.errors import InvalidField
from afterword.history.questions.case_tables import HOST, INFERRED, NONE, Sides
from afterword.history.questions.use_cases import case_counts, seen
from afterword.reports.comparison import read_comparison
from afterword.reports.estimates import METHOD as LEVELS_METHOD
from afterword.reports.estimates import estimates
from afterword.reports.rated import RatedReport, moved_lines
from afterword.reports.report import OTHER, View, stamp, window
from afterword.reports.use_cases.notes import notes_of
from afterword.reports.use_cases.ranking import Ranked, ranked
from afterword.reports.use_cases.rows import Ends, ShrunkenLevels, UseCaseRow
from afterword.reports.use_cases.small import without_small
from afterword.reports.use_cases.standing import standings
from afterword.statistics.levels import agreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.use_cases import CaseCounts, Seen
    from afterword.statistics.clusters import Agreement

NAME: Final = "use-cases"
METHOD: Final = (
    f"{LEVELS_METHOD} Shrunk shares: Beta prior, averaged over its sizes, on n/deff ratings."
    " Places: draws from what is known of each share. Differences: square and add on effective"
    " ratings, with the correlation of people who rated on both sides; score test,"
    " Benjamini-Hochberg over rows, ends and changes. Casella 1985; Morris 1983; Goldstein &"
    " Spiegelhalter 1996; Newcombe 1998; Zou & Donner 2008; Benjamini & Hochberg 1995."
)
MOST: Final = 40  # use cases that stand alone
SOURCES: Final = (HOST, INFERRED, NONE)
_DAY_US: Final = 86_400_000_000


class UseCasesReport(RatedReport, frozen=True, kw_only=True):
    """Use cases, best first: the host's, then inferred ones, then sessions without any.

    ``compared_with``: which sessions ``change`` is counted from.
    """

    rows: tuple[UseCaseRow, ...]
    compared_with: str | UnsetType = UNSET


def run(history: History, chosen: Filter, view: View) -> UseCasesReport:
    """Count the chosen sessions of each use case, and rank them.

    Raises:
        InvalidField: ``view.by`` names something, or ``view.compare`` cannot be followed.
    """
    if view.by not in (None, "use_case"):
        raise InvalidField("by: rows are use cases; choose others with where.", field="by")
    other = None if view.compare is None else _comparison(view, chosen)
    found = seen(history, chosen, MOST)
    if other is None:
        sides, words = _halves(chosen, found)
    else:
        sides, words = Sides(other[0], chosen, is_joint=False), other[1]
    is_cut = len(found) == MOST
    names = sorted((one.source, one.name) for one in found if one.source != NONE)
    alone = tuple(names) if is_cut else None
    cases, n_small = without_small(case_counts(history, sides, alone, OTHER) if found else [])
    rows = _rows(cases, view)
    return UseCasesReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=notes_of(rows, words, n_small=n_small, is_cut=is_cut),
        confidence_level=view.confidence_level,
        method=METHOD,
        by="use_case",
        compared_with=words or UNSET,
        lines=moved_lines(view),
    )


def _comparison(view: View, chosen: Filter) -> tuple[Filter, str]:
    found = read_comparison(view.compare or "", chosen, view.named)
    names = {key for key, _ in set(found.chosen.where) - set(chosen.where)}
    if names & {"use_case", "inferred_use_case"}:
        raise InvalidField(
            "compare: rows are use cases already: compare by something else.", field="compare"
        )
    return found.chosen, found.words


def _halves(chosen: Filter, found: Sequence[Seen]) -> tuple[Sides, str]:
    """Split the time in which there were sessions, or the window, at midnight."""
    if not found:
        return Sides(chosen, chosen, is_joint=True), ""
    first = chosen.from_us if chosen.from_us is not None else _us(min(one.first for one in found))
    last = _us(max(one.last for one in found)) + _DAY_US
    last = last if chosen.to_us is None else chosen.to_us
    middle = -(-(first + last) // (2 * _DAY_US)) * _DAY_US
    middle = min(middle, last)
    before, after = structs.replace(chosen, to_us=middle), structs.replace(chosen, from_us=middle)
    return Sides(before, after, is_joint=True), f"before {stamp(middle)[:10]}"


def _us(day: object) -> int:
    moment = datetime.combine(day, time(), UTC)  # type: ignore[arg-type]
    return int(moment.timestamp()) * 1_000_000


def _rows(cases: list[CaseCounts], view: View) -> tuple[UseCaseRow, ...]:
    pool = agreement([case.cell for case in cases])
    found = estimates([case.cell for case in cases], view)
    n_sessions = sum(case.cell.n_sessions for case in cases)
    of = _ranked(cases, pool, view)
    alone = [place for place, case in enumerate(cases) if _is_alone(case)]
    rest, changes = standings(cases, alone, pool, view)
    rows = [
        UseCaseRow(
            **structs.asdict(one.row),
            source=case.source,
            volume=case.cell.n_sessions / n_sessions,
            rank=of[place].rank,
            shrunk=of[place].levels,
            rest=rest.get(place, Ends()),
            change=change,
        )
        for place, (case, one, change) in enumerate(zip(cases, found, changes, strict=True))
    ]
    return tuple(sorted(rows, key=_order))


def _is_alone(case: CaseCounts) -> bool:
    return case.source != NONE and case.cell.key != OTHER


def _ranked(cases: list[CaseCounts], pool: Agreement, view: View) -> list[Ranked]:
    """Rank each source by itself: what was inferred is never mixed with what hosts said."""
    told = [Ranked(ShrunkenLevels(), None)] * len(cases)
    for source in (HOST, INFERRED):
        own = [at for at, case in enumerate(cases) if _is_alone(case) and case.source == source]
        of = ranked([cases[at].cell for at in own], pool, view)
        for at, one in zip(own, of, strict=True):
            told[at] = one
    return told


def _order(row: UseCaseRow) -> tuple[int, bool, int, int]:
    place = 0 if row.rank is None else row.rank.place
    return SOURCES.index(row.source), row.key == OTHER, place, -row.n_sessions
