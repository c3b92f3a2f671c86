"""Who came back, on the time axis of the ratings, and which of the two moves first."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.history.questions.returns import DAYS
from afterword.reports.estimates import ratio
from afterword.reports.wording import counted
from afterword.statistics.leads import LEAST_PERIODS, Lead, lead
from afterword.statistics.levels import LEAST_RATINGS
from afterword.statistics.shares import NotEstimable, Reason, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.counts import Returns
    from afterword.reports.report import Level, View

_SURE: Final = 0.05


class Retention(Struct, frozen=True):
    """People with a session in the period, and those who had another within 30 days.

    ``share`` is null where not everybody was seen for 30 days; no interval below ten people.
    """

    n_people: int
    n_returned: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None


class Leads(Struct, frozen=True):
    """By how many periods the helpful share moves before retention; below 0 it moves after."""

    periods: int
    correlation: float
    p_value: float


def retention(found: Returns | None, view: View) -> Retention:
    """Estimate the share that came back of one period; people are counted once."""
    if found is None:
        return Retention(0)
    if found.n_returned is None:
        return Retention(found.n_people)
    share = ratio(found.n_returned, found.n_people)
    bounds = wilson(found.n_returned, found.n_people, confidence_level=view.confidence_level)
    if isinstance(bounds, NotEstimable) or found.n_people < LEAST_RATINGS:
        return Retention(found.n_people, found.n_returned, share)
    return Retention(found.n_people, found.n_returned, share, bounds.low, bounds.high)


def leads(
    helpful: Sequence[Level], came_back: Sequence[Retention], by: str
) -> tuple[Leads | None, list[str]]:
    """Ask whether ratings move before retention does.

    Args:
        helpful: Of whole periods in their order, without gaps.
        came_back: Of the same periods.
        by: What a period is, for the sentence.

    Returns:
        The lag at which they go together most, and what to make of it in words.
    """
    if all(one.share is None for one in came_back):
        return None, []  # a window of days, or nobody: who came back is no matter of it
    found = lead([_known(one) for one in helpful], [_known(one) for one in came_back])
    if isinstance(found, NotEstimable):
        return None, [_untold(found, by)]
    told = Leads(found.periods, found.correlation, found.p_value)
    return told, [_words(found, by)]


def _words(found: Lead, by: str) -> str:
    if found.p_value >= _SURE:
        return (
            'At no lag do "helpful" and coming back move together by more than chance (p ='
            f" {found.p_value:.2g}): nothing here says which moves first."
        )
    side = "before" if found.periods > 0 else "after"
    lag = f"{counted(abs(found.periods), by)} {side}" if found.periods else "together with"
    return (
        f'"Helpful" moves {lag} the share that comes back within {DAYS} days (correlation of'
        f" steps {found.correlation:.2f}, p = {found.p_value:.2g}). That share is known"
        f" {DAYS} days later still. They go together; neither need bring the other about."
    )


def _untold(found: NotEstimable, by: str) -> str:
    if found.reason is Reason.NO_VARIATION:
        return "Ratings or retention never move: which moves first cannot be told."
    return (
        "Whether ratings move before retention cannot be told yet: both are known in"
        f" {counted(found.n, by)}, {LEAST_PERIODS} are needed."
    )


def _known(one: Level | Retention) -> float:
    return nan if one.share is None or one.low is None else one.share
