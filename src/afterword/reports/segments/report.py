"""Segments: who rates otherwise, among all that is known of people and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, UnsetType

from afterword.errors import InvalidField
from afterword.history.filters import PERIODS
from afterword.history.questions.attributes import attributes, numbers, session_days
from afterword.history.questions.segments import segments
from afterword.history.splits import names_of
from afterword.reports.estimates import METHOD as LEVELS_METHOD
from afterword.reports.rated import RatedReport, moved_lines
from afterword.reports.report import View, window
from afterword.reports.segments.choice import (
    Choice,
    chosen_of,
    edges_of,
    is_numeric,
    one_in,
    without_scattered,
)
from afterword.reports.segments.notes import LeftOut, bins_notes, notes_of
from afterword.reports.segments.rows import AttributeEvidence, SegmentRow  # noqa: TC001  # msgspec reads it
from afterword.reports.segments.weighing import weigh

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.attributes import Day
    from afterword.history.questions.segments import Split

NAME: Final = "segments"
METHOD: Final = (
    f"{LEVELS_METHOD} Attributes: Kruskal-Wallis on levels, ties corrected, divided by the mean"
    " design effect over people, F where people rate often; q over attributes by Benjamini-"
    "Hochberg. Values: Brunner-Munzel against the other values of the attribute; q inside of"
    " attributes that show something by Benjamini-Bogomolov. Differences: square and add at"
    " effective sizes, 1 - alpha/3 each. Shrunk: beta-binomial over the values. Kruskal & Wallis"
    " 1952; Scott & Rao 1981; Brunner & Munzel 2000; Benjamini & Hochberg 1995; Benjamini &"
    " Bogomolov 2014; Newcombe 1998; Griffiths 1973."
)


class SegmentsReport(RatedReport, frozen=True, kw_only=True):
    """Segments, the attribute that shows most first, and of each its worst value."""

    rows: tuple[SegmentRow, ...]
    attributes: tuple[AttributeEvidence, ...]
    compared_with: str | UnsetType = UNSET


def run(history: History, chosen: Filter, view: View) -> SegmentsReport:
    """Count the chosen sessions by everything known of them, or by one attribute.

    Raises:
        InvalidField: ``view.by`` is not one dimension.
    """
    _check(view.by)
    days = session_days(history, chosen)
    n_sessions, n_rated = sum(day.n_sessions for day in days), sum(day.n_rated for day in days)
    # What stands beside another report is split as that one is.
    own = view.own or chosen
    own_days = session_days(history, own) if view.own else days
    found = _choice(history, own, view.by, own_days)
    edges = {name: edges_of(numbers(history, own, own_days, name)) for name in found.numeric}
    splits: dict[str, Split] = {}
    for names in found.passes:
        splits |= segments(history, chosen, names, one_in=one_in(n_rated), edges=edges)
    splits, more = (splits, ()) if view.by else without_scattered(splits)
    rows, told, n_merged = weigh(splits, view)
    left_out = LeftOut((*found.too_many, *more), found.n_rare, n_merged)
    return SegmentsReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=(*notes_of(rows, told, n_sessions, n_rated, left_out), *bins_notes(edges)),
        confidence_level=view.confidence_level,
        method=METHOD,
        by=view.by or UNSET,
        lines=moved_lines(view),
        attributes=told,
    )


def _choice(history: History, chosen: Filter, by: str | None, days: list[Day]) -> Choice:
    if by is None:
        return chosen_of(attributes(history, chosen, days))
    may_be_numbers = by.startswith(("trait.", "label."))
    seen = attributes(history, chosen, days) if may_be_numbers else []
    numeric = tuple(one.name for one in seen if one.name == by and is_numeric(one))
    return Choice(((by,),), numeric=numeric)


def _check(by: str | None) -> None:
    if by is not None and (len(names_of(by)) > 1 or by in PERIODS):
        raise InvalidField(f"by: segments are split by one dimension, not {by!r:.80}.", field="by")
