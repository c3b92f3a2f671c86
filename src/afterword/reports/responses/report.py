"""Responses: how sessions were rated, against what was said of their single responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, Struct, UnsetType

from afterword.errors import InvalidField
from afterword.history.filters import PERIODS
from afterword.history.questions.ratings import ratings
from afterword.history.questions.responses import response_sessions, responses
from afterword.reports.estimates import LEAST_PEOPLE, estimates, merged, whole
from afterword.reports.report import OTHER, Report, View, window
from afterword.reports.responses.drivers import Driver, drivers_of
from afterword.reports.responses.notes import notes_of
from afterword.reports.responses.rows import VERDICTS, ResponseRow, row_of
from afterword.reports.wording import LEVELS

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.responses import ResponseGroup
    from afterword.reports.estimates import Estimate

NAME: Final = "responses"
METHOD: Final = (
    "Responses of a session: the mean of its scores, good from 3.5 of 5 (.625), bad below 2.5"
    " (.375). Shares: Wilson's score interval on n/deff ratings (deff: the session's own levels,"
    " linearised over people). Order: Kendall's tau-b, ties corrected, Fisher's z. Margins:"
    " Stuart-Maxwell. Events: proportional odds on grouped counts, each event by the likelihood"
    " ratio it loses, divided by deff. Wilson 1927; Kendall 1945; Brown & Benedetti 1977; Stuart"
    " 1955; Maxwell 1970; McCullagh 1980."
)
_SESSIONS_A_CELL: Final = 5


class Behind(Struct, frozen=True):
    """The newest sessions of one cell of the table."""

    rating: str
    responses: str
    sessions: tuple[str, ...]


class ResponsesReport(Report, frozen=True, kw_only=True):
    """Ratings beside responses. ``drivers`` and ``behind`` stand where nothing is split."""

    rows: tuple[ResponseRow, ...]
    drivers: tuple[Driver, ...] | UnsetType = UNSET
    behind: tuple[Behind, ...] | UnsetType = UNSET
    compared_with: str | UnsetType = UNSET


def run(history: History, chosen: Filter, view: View) -> ResponsesReport:
    """Count the chosen sessions and report them.

    Raises:
        InvalidField: ``view.by`` is no dimension.
    """
    if view.by in PERIODS:
        raise InvalidField(f"by: this report is split by a dimension, not {view.by}.", field="by")
    is_whole = view.by is None
    groups = responses(history, chosen, view.by, has_events=is_whole, least_rated=LEAST_PEOPLE)
    cells, n_merged = whole(ratings(history, chosen, view.by, least_raters=LEAST_PEOPLE)), 0
    if view.by is not None:
        cells, n_merged = merged(cells)
    found = estimates(cells, view)
    rows = _rows(found, groups, view)
    told = drivers_of(groups, found[0], view) if is_whole else []
    return ResponsesReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=notes_of(rows, view.by, n_merged),
        confidence_level=view.confidence_level,
        method=METHOD,
        by=view.by or UNSET,
        drivers=tuple(told) if is_whole else UNSET,
        behind=_behind(history, chosen, groups) if is_whole else UNSET,
    )


def _rows(
    found: list[Estimate], groups: list[ResponseGroup], view: View
) -> tuple[ResponseRow, ...]:
    # Groups of keys that were merged stand in the merged row.
    of: dict[str, list[ResponseGroup]] = {one.cell.key: [] for one in found}
    for group in groups:
        of.get(group.key, of.get(OTHER, [])).append(group)
    return tuple(row_of(one, of[one.cell.key], view) for one in found)


def _behind(history: History, chosen: Filter, groups: list[ResponseGroup]) -> tuple[Behind, ...]:
    last = max((one.last for one in groups), default=None)
    found = response_sessions(history, chosen, _SESSIONS_A_CELL, last)
    return tuple(
        Behind(rating, verdict, tuple(found[rating, verdict]))
        for rating in LEVELS
        for verdict in VERDICTS
        if (rating, verdict) in found
    )
