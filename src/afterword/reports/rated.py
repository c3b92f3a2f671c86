"""Rows of rated sessions: what most reports count, each with its doubt beside it."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from afterword.reports.report import Level, Mark, Report, View
from afterword.statistics.lines import DEFAULT_LINES, Lines


class Row(Struct, frozen=True, kw_only=True):
    """The sessions of one key. ``n_shown`` counts asks, every other number counts sessions.

    ``response_rate`` is answered asks / shown asks, ``coverage`` rated closed / closed sessions;
    null where there were none to divide by. ``keys`` has both keys, where rows are split by two.
    """

    key: str
    keys: tuple[str, str] | UnsetType = UNSET
    n_sessions: int
    n_closed: int
    n_shown: int
    n_rated: int
    n_unasked: int
    response_rate: float | None
    coverage: float | None
    positive: Level
    neutral: Level
    negative: Level
    health: tuple[str, ...]


class RatedReport(Report, frozen=True, kw_only=True):
    """How sessions were rated. ``markers`` and ``lines`` stand in the reports that have them."""

    rows: tuple[Row, ...]
    markers: tuple[Mark, ...] | UnsetType = UNSET
    lines: Lines | UnsetType = UNSET  # only where somebody moved them


def moved_lines(view: View) -> Lines | UnsetType:
    """Say where the lines are, if not where they are by default."""
    return UNSET if view.lines == DEFAULT_LINES else view.lines
