"""What a reader must know, in words: who rated, who was not asked, what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.estimates import LEAST_PEOPLE, Estimate
from afterword.reports.wording import counted, percent
from afterword.statistics.levels import LEAST_RATERS, LEAST_RATINGS
from afterword.statistics.lines import Health
from afterword.statistics.shares import NotEstimable
from afterword.statistics.unrated import worst_case

if TYPE_CHECKING:
    from afterword.domain.counts import Cell
    from afterword.statistics.lines import Lines

# From here on a design effect is worth a sentence: intervals 10 % wider.
_WORTH_SAYING: Final = 1.21


def one_row(found: Estimate, lines: Lines) -> list[str]:
    """Comment on a report about everything at once."""
    cell = found.cell
    if cell.n_sessions == 0:
        return ["No sessions in this window."]
    if cell.n_rated == 0:
        return [f"Nobody has rated any of the {counted(cell.n_sessions, 'session')} yet."]
    notes = [*_enough(found, lines), *_crossed(found), *_clustered(found), *unasked([cell])]
    open_bounds = worst_case(cell.negative, cell.n_rated, cell.n_sessions)
    if cell.n_rated < cell.n_sessions and not isinstance(open_bounds, NotEstimable):
        notes.append(
            f"{counted(cell.n_sessions - cell.n_rated, 'session')} of {cell.n_sessions:,} went"
            " unrated. Whatever they were like, between"
            f" {percent(open_bounds.low)} and {percent(open_bounds.high)} of all sessions were"
            ' "not what I needed".'
        )
    return notes


def many_rows(found: list[Estimate], lines: Lines, *, rows: str) -> list[str]:
    """Comment on a report of several rows.

    Args:
        found: One a row.
        lines: With the least that health needs.
        rows: What one row is, for the sentence: ``week``, ``row``.
    """
    cells = [one.cell for one in found]
    n_sessions = sum(cell.n_sessions for cell in cells)
    if n_sessions == 0:
        return ["No sessions in this window."]
    if not any(cell.n_rated for cell in cells):
        return [f"Nobody has rated any of the {counted(n_sessions, 'session')} yet."]
    return [
        *_short(cells, rows),
        *_unsure(found, lines, rows),
        *_empty(cells, rows),
        *_widened(found),
        *unasked(cells),
    ]


def unasked(cells: list[Cell]) -> list[str]:
    """Say how many ratings came without an ask."""
    n_unasked = sum(cell.n_unasked for cell in cells)
    n_rated = sum(cell.n_rated for cell in cells)
    if not n_unasked:
        return []
    told = f"{counted(n_unasked, 'rating')} of {n_rated:,} ({percent(n_unasked / n_rated)})"
    why = "came without an ask (opened by the user, or imported)"
    return [f"{told} {why}: they count in the shares, not in the response rate."]


def merging(n_merged: int, by: str) -> list[str]:
    """Say what ``other`` is made of."""
    if not n_merged:
        return []
    told = f"{counted(n_merged, 'value')} of {by} with fewer than {LEAST_PEOPLE} people who rated"
    why = "It has no interval: one person may be in several of them."
    return [f'{told} stand together as "other". {why}']


def _short(cells: list[Cell], rows: str) -> list[str]:
    n_short = sum(0 < cell.n_rated < LEAST_RATINGS for cell in cells)
    if not n_short:
        return []
    few = f"fewer than {LEAST_RATINGS} ratings"
    return [f"{counted(n_short, rows)} with {few}: counts, but no interval."]


def _unsure(found: list[Estimate], lines: Lines, rows: str) -> list[str]:
    # Rows without any rating have a note of their own.
    n_unsure = sum(one.cell.n_rated > 0 and not one.is_enough for one in found)
    if not n_unsure:
        return []
    needed = f"{lines.least_ratings} from {lines.least_raters} people are needed"
    told = f"{counted(n_unsure, rows)} with too few ratings to call healthy or not"
    return [f"{told}: {needed}."]


def _empty(cells: list[Cell], rows: str) -> list[str]:
    n_empty = sum(cell.n_rated == 0 for cell in cells)
    if not n_empty:
        return []
    return [f"{counted(n_empty, rows)} without ratings: no data, which is not 0 %."]


def _widened(found: list[Estimate]) -> list[str]:
    effects = [
        level.design_effect
        for one in found
        if not isinstance(one.levels, NotEstimable)
        for level in one.levels
    ]
    most = max(effects, default=1.0)
    if most < _WORTH_SAYING:
        return []
    wider = f"intervals are up to {most**0.5:.1f} times as wide for it"
    return [f"Some people rated more than once: {wider}."]


def _enough(found: Estimate, lines: Lines) -> list[str]:
    cell = found.cell
    if found.is_enough:
        return []
    told = f"{counted(cell.n_rated, 'rating')} from {counted(cell.persons.n_raters, 'person')}"
    needed = f"{lines.least_ratings} from {lines.least_raters} people are needed"
    notes = [f"{told}: too few to call healthy or not ({needed}). Read them one by one instead."]
    if cell.n_rated < LEAST_RATINGS:
        notes.append(f"Below {LEAST_RATINGS} ratings there is no interval.")
    elif isinstance(found.levels, NotEstimable):
        notes.append("Ratings of one person have no interval.")
    return notes


def _crossed(found: Estimate) -> list[str]:
    words = {
        Health.INVESTIGATE: "not what I needed",
        Health.WATCH_INVESTIGATE: "not what I needed",
        Health.NOT_CLEARLY_VALUABLE: "okay",
        Health.WATCH_NOT_CLEARLY_VALUABLE: "okay",
    }
    return [
        f'"{words[crossing.health]}" lies above the line of {percent(crossing.line)} with'
        f" probability {min(crossing.probability, 0.999):.3g}."
        for crossing in found.crossed
    ]


def _clustered(found: Estimate) -> list[str]:
    if isinstance(found.levels, NotEstimable):
        return []
    effect = max(level.design_effect for level in found.levels)
    if effect < _WORTH_SAYING:
        return []
    n_raters = found.cell.persons.n_raters
    told = (
        f"{counted(found.cell.n_rated, 'rating')} from {counted(n_raters, 'person')}, some more"
        f" than once: intervals are up to {effect**0.5:.1f} times as wide for it"
    )
    if n_raters < LEAST_RATERS:
        return [f"{told}, each person counting as one voice."]
    return [f"{told} (design effect {effect:.1f})."]
