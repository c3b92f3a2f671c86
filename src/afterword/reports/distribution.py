"""The distribution: how sessions were rated, over everything or by one dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.history.filters import PERIODS
from afterword.history.questions.ratings import ratings
from afterword.history.splits import is_periods, named
from afterword.reports import notes
from afterword.reports.beside import beside
from afterword.reports.compared import METHOD as COMPARED
from afterword.reports.compared_table import comparing
from afterword.reports.distribution_text import tables, text
from afterword.reports.estimates import LEAST_PEOPLE, METHOD, estimates, merged, whole
from afterword.reports.kind import Kind
from afterword.reports.rated import moved_lines
from afterword.reports.report import View, window
from afterword.reports.standing import StandingReport, standing_rows
from afterword.reports.sturdiness_table import tilting

if TYPE_CHECKING:
    from afterword.domain.counts import Cell
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.reports.beside import Beside

NAME: Final = "distribution"


def run(history: History, chosen: Filter, view: View) -> StandingReport:
    """Count the chosen sessions and report them.

    Raises:
        InvalidField: ``view.by`` names no dimension, or ``view.compare`` cannot be followed.
    """
    other = beside(history, chosen, view)
    least = 0 if view.by is None or is_periods(view.by) else LEAST_PEOPLE
    cells = ratings(history, chosen, view.by, least_raters=least)
    return report(cells, chosen, view, other)


def report(
    cells: list[Cell], chosen: Filter, view: View, other: Beside | None = None
) -> StandingReport:
    """Report cells: all in one row, or one row a key with the small ones merged."""
    if view.by is None:
        cells, n_merged = whole(cells), 0
    elif is_periods(view.by):
        n_merged = 0  # a week points at nobody
    else:
        cells, n_merged = merged(cells)
    found = estimates(cells, view)
    rows = standing_rows(found, view, other)
    if view.by is None:
        told = notes.one_row(found[0], view.lines) + tilting(rows[0], view.lines)
    else:
        noun = view.by if view.by in PERIODS else "row"
        told = notes.merging(n_merged, named(view.by)) + notes.many_rows(
            found, view.lines, rows=noun
        )
    return StandingReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=(*told, *(() if other is None else comparing(rows, other.words))),
        confidence_level=view.confidence_level,
        method=METHOD if other is None else METHOD + COMPARED,
        compared_with=UNSET if other is None else other.words,
        by=view.by or UNSET,
        lines=moved_lines(view),
    )


KIND: Final = Kind(
    name=NAME,
    title="How sessions were rated",
    type=StandingReport,
    run=run,
    tables=tables,
    text=text,
    chart="afterword.reports.distribution_chart",
    compares=True,
    splits_twice=True,
)
