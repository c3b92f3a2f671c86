"""What the gate answers."""

from __future__ import annotations

from msgspec import Struct

from afterword.monitoring.releases.plan import How  # decoded
from afterword.reports.gaps import Bounded, Gap  # same
from afterword.reports.releases.against import Verdict  # same


class Side(Struct, frozen=True, kw_only=True):
    """One of the two: its days (UTC, both included; null without sessions) and its ratings."""

    name: str
    first_day: str | None = None
    last_day: str | None = None
    n_sessions: int = 0
    n_rated: int = 0
    n_raters: int = 0
    response_rate: float | None = None
    positive: float | None = None
    neutral: float | None = None
    negative: float | None = None


class GateAnswer(Struct, frozen=True, kw_only=True):
    """May the candidate stay?

    ``positive``, ``neutral`` and ``negative``: candidate minus baseline, like with like. ``win``:
    the chance that one of its sessions is rated higher than one of the baseline, ties half.
    ``margin``: how much worse, at either end, still counts as not worse. ``alpha``: the chance
    that it is ever wrongly called worse. ``how``: null where there is nothing to compare yet.
    ``days_needed``: about, at the rate of the last seven days.
    """

    verdict: Verdict
    by: str
    environment: str
    candidate: Side
    baseline: Side
    how: How | None = None
    stratified_by: tuple[str, ...] = ()
    positive: Gap = Gap()
    neutral: Gap = Gap()
    negative: Gap = Gap()
    win: Bounded = Bounded()
    margin: float
    alpha: float
    ratings_needed: int | None = None
    days_needed: int | None = None
    notes: tuple[str, ...] = ()
