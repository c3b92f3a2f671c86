"""Rhythm: do sessions go worse at some hours of the week, where their users are?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.errors import InvalidField
from afterword.history.questions.ratings import ratings
from afterword.history.questions.releases import use_cases
from afterword.history.questions.rhythm import hour_kinds
from afterword.reports.estimates import METHOD as LEVELS_METHOD
from afterword.reports.estimates import estimates, merged
from afterword.reports.rated import RatedReport, moved_lines
from afterword.reports.report import OTHER, View, window
from afterword.reports.rhythm.devices import DeviceHour, devices_of
from afterword.reports.rhythm.notes import notes_of
from afterword.reports.rhythm.rows import RhythmRow, rows_of
from afterword.reports.rhythm.week import week_of
from afterword.reports.rhythm.windows import Light, windows_of
from afterword.statistics.levels import LEAST_RATERS
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.reports.estimates import Estimate
    from afterword.statistics.ordinal_logit import LikelihoodRatio

NAME: Final = "rhythm"
METHOD: Final = (
    f"{LEVELS_METHOD} Pattern: waves of 24 and 12 hours and the weekend in a logistic regression"
    " of the negative share, likelihood ratio / deff of all ratings. Drawn: beta-binomial around"
    " the waves (p < .05) or the common share. Light: two hours or more in a row, each above what"
    " its use cases let one expect with probability .9, 30 ratings together; or surely less than"
    " half of an even share of the sessions (Wilson, one side, 95 %). Bliss 1958; Rao & Scott"
    " 1984; Griffiths 1973."
)
_BY: Final = "local_weekday,local_hour"
_CASES: Final = 20  # use cases of their own in what hours are expected to be


class Pattern(Struct, frozen=True):
    """Whether the negative share goes by the hour or the weekend, beyond chance."""

    statistic: float
    degrees: int
    p_value: float


class RhythmReport(RatedReport, frozen=True, kw_only=True):
    """Hours of the week; ``pattern`` is null where it cannot be told."""

    rows: tuple[RhythmRow, ...]
    pattern: Pattern | None
    windows: tuple[Light, ...]
    devices: tuple[DeviceHour, ...]


def run(history: History, chosen: Filter, view: View) -> RhythmReport:
    """Count the chosen sessions hour by hour and report them.

    Raises:
        InvalidField: ``view.by`` names anything.
    """
    if view.by is not None:
        raise InvalidField(
            "by: rhythm always runs by hour and weekday; choose sessions with where instead.",
            field="by",
        )
    cells, n_merged = merged(ratings(history, chosen, _BY))
    kinds = hour_kinds(history, chosen, use_cases(history, chosen, _CASES), OTHER)
    effect = _effect(estimates(ratings(history, chosen), view)[0])
    week = week_of(kinds, effect)
    windows = windows_of(week, view)
    found = estimates(cells, view)
    rows, pattern = rows_of(found, week.drawn, windows), week.pattern
    return RhythmReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=notes_of(found, rows, pattern, windows, n_merged, view.lines),
        confidence_level=view.confidence_level,
        method=METHOD,
        lines=moved_lines(view),
        pattern=_told(pattern),
        windows=windows,
        devices=devices_of(kinds, effect, view),
    )


def _effect(whole: Estimate) -> float | None:
    if isinstance(whole.levels, NotEstimable) or whole.cell.persons.n_raters < LEAST_RATERS:
        return None
    return whole.levels[-1].design_effect


def _told(pattern: LikelihoodRatio | NotEstimable) -> Pattern | None:
    if isinstance(pattern, NotEstimable):
        return None
    return Pattern(pattern.statistic, pattern.degrees, pattern.p_value)
