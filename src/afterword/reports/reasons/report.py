"""Reasons: what people say after a rating, by level, and what is new in it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from msgspec import UNSET, UnsetType, structs

from afterword.errors import InvalidField
from afterword.history.filters import PERIODS, check_name
from afterword.history.questions.reasons import givers, reasons
from afterword.reports.comparison import read_comparison
from afterword.reports.reasons.findings import Sides, rows_of
from afterword.reports.reasons.notes import notes_of
from afterword.reports.reasons.rows import Gave, ReasonRow
from afterword.reports.report import Report, View, stamp, window
from afterword.reports.wording import LEVELS
from afterword.statistics.clusters import PeopleSums, clustered_wilson
from afterword.statistics.levels import LEAST_RATINGS
from afterword.statistics.shares import NotEstimable, wilson

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.reasons import Givers

NAME: Final = "reasons"
METHOD: Final = (
    "A person counts once a level. Themes are inferred: by phrases, else by naive Bayes learnt"
    ' from a few examples, counted above a probability of .6; the rest is "other". Phrases: pairs'
    " of neighbours, words of four letters, pairs of letters where a script has no spaces. More or"
    " less: difference of log odds with half a person as prior, Woolf's variance,"
    " Benjamini-Hochberg over all themes and over all phrases of five people or more. Shares:"
    " Wilson's interval, of ratings with a reason on n/deff. Monroe, Colaresi & Quinn 2008; Woolf"
    " 1955; Benjamini & Hochberg 1995; Wilson 1927; Korn & Graubard 1998."
)
MOST: Final = 10_000  # reasons that are read, the newest ones
_DAY_US: Final = 86_400_000_000


class ReasonsReport(Report, frozen=True, kw_only=True):
    """What people say. ``gave``: how many gave a reason; ``compared_with``: what is before."""

    rows: tuple[ReasonRow, ...]
    gave: tuple[Gave, ...]
    n_read: int
    compared_with: str | UnsetType = UNSET


def run(history: History, chosen: Filter, view: View) -> ReasonsReport:
    """Read the newest reasons of the chosen sessions and say what tells.

    Raises:
        InvalidField: ``view.by`` is no dimension, or ``view.compare`` cannot be followed.
    """
    if view.by is not None:
        check_name(view.by, field="by", also=PERIODS)
    if view.by in PERIODS:
        raise InvalidField(f"by: this report is split by a dimension, not {view.by}.", field="by")
    other = None if view.compare is None else read_comparison(view.compare, chosen, view.named)
    counted = givers(history, chosen)
    if other is None:
        earlier, later, words = _halves(chosen, counted)
    else:
        earlier, later, words = other.chosen, chosen, other.words
    since_us = _since_us(counted)
    said = reasons(history, (earlier, later), view.by, MOST, since_us) if words else []
    sides = Sides(is_joint=other is None, is_split=view.by is not None)
    rows, n_left = rows_of(said, sides, view)
    gave = _gave(counted, view)
    before = f"other values of {view.by}" if view.by and other is None else words
    return ReasonsReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=notes_of(rows, gave, before, n_read=len(said), most=MOST, n_left=n_left),
        confidence_level=view.confidence_level,
        method=METHOD,
        by=view.by or UNSET,
        gave=gave,
        n_read=len(said),
        compared_with=before or UNSET,
    )


def _halves(chosen: Filter, counted: list[Givers]) -> tuple[Filter, Filter, str]:
    """Split the time in which reasons were given, at midnight UTC; no words without any."""
    firsts = [one.first for one in counted if one.first]
    lasts = [one.last for one in counted if one.last]
    if not firsts or not lasts:
        return chosen, chosen, ""
    ends = (datetime.combine(day, time(), UTC) for day in (min(firsts), max(lasts)))
    first, last = (int(one.timestamp()) * 1_000_000 for one in ends)
    middle = -(-(first + last + _DAY_US) // (2 * _DAY_US)) * _DAY_US
    if chosen.to_us is not None:
        middle = min(middle, chosen.to_us)
    before, after = structs.replace(chosen, to_us=middle), structs.replace(chosen, from_us=middle)
    return before, after, f"before {stamp(middle)[:10]}"


def _since_us(counted: list[Givers]) -> int | None:
    """Guess since when the newest reasons were given, with half as much again."""
    n = sum(one.y for one in counted)
    if n <= MOST:
        return None
    first = min(one.first for one in counted if one.first)
    last = max(one.last for one in counted if one.last)
    n_days = math.ceil(1.5 * MOST / n * ((last - first).days + 1))
    return int(datetime.combine(last, time(), UTC).timestamp()) * 1_000_000 - n_days * _DAY_US


def _gave(counted: list[Givers], view: View) -> tuple[Gave, ...]:
    of = {one.rating: one for one in counted}
    return tuple(_share(of[level], view) for level in LEVELS if level in of)


def _share(one: Givers, view: View) -> Gave:
    sums = PeopleSums(one.n_raters, one.n, one.y, one.m2, one.my, one.y2)
    if one.n < LEAST_RATINGS:
        return Gave(one.rating, one.n, one.y, one.y / one.n)
    found = clustered_wilson(sums, confidence_level=view.confidence_level)
    if isinstance(found, NotEstimable) and not sums.has_repeats:
        found = wilson(one.y, one.n, confidence_level=view.confidence_level)
    if isinstance(found, NotEstimable):
        return Gave(one.rating, one.n, one.y, one.y / one.n)
    return Gave(one.rating, one.n, one.y, found.share, found.low, found.high)
