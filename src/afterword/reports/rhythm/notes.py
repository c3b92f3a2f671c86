"""What a reader of the rhythm must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.light_hours import WhyLight
from afterword.history.filters import UNKNOWN
from afterword.reports import notes
from afterword.reports.wording import LEVEL_WORDS, counted, percent
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.reports.estimates import Estimate
    from afterword.reports.rhythm.rows import RhythmRow
    from afterword.reports.rhythm.windows import Light
    from afterword.statistics.lines import Lines
    from afterword.statistics.ordinal_logit import LikelihoodRatio

_BAD: Final = f'"{LEVEL_WORDS["negative"]}"'
_SURE: Final = 0.05
_LEAST_SHOWN: Final = 0.001


def notes_of(
    found: list[Estimate],
    rows: tuple[RhythmRow, ...],
    pattern: LikelihoodRatio | NotEstimable,
    windows: tuple[Light, ...],
    n_merged: int,
    lines: Lines,
) -> tuple[str, ...]:
    """Say whether there is a pattern, where, whose hours are unknown, and what is too little."""
    told = notes.many_rows(found, lines, rows="hour")
    if not any(row.n_rated for row in rows):
        return tuple(told)
    return (
        _pattern(pattern),
        *map(_light, windows),
        *_nowhere(rows),
        *notes.merging(n_merged, "hour of the week"),
        *told,
    )


def span_of(light: Light) -> str:
    """Write hours as a reader says them: ``workdays 22 to 6``."""
    return f"{'weekends' if light.is_weekend else 'workdays'} {light.start} to {light.end}"


def _pattern(found: LikelihoodRatio | NotEstimable) -> str:
    if isinstance(found, NotEstimable):
        return f"Too few ratings to tell whether {_BAD} goes by the hour or the weekend."
    p = f"p = {found.p_value:.3f}" if found.p_value >= _LEAST_SHOWN else f"p < {_LEAST_SHOWN}"
    if found.p_value < _SURE:
        return f"How often sessions were {_BAD} goes by the hour or the weekend ({p})."
    return f"Chance alone would make as much of a pattern by hour and weekend ({p})."


def _light(light: Light) -> str:
    span = span_of(light).capitalize()
    if light.why == WhyLight.FEW_SESSIONS:
        return f"{span}: few sessions ({light.n_sessions:,})."
    share = f"{percent(light.negative.share)} {_BAD}"
    return f"{span}: rated worse, {share} where their use cases have {percent(light.expected)}."


def _nowhere(rows: Iterable[RhythmRow]) -> list[str]:
    for row in rows:
        if row.key == UNKNOWN:
            whose = f"{counted(row.n_sessions, 'session')} without a known time zone"
            return [f"{whose} stand apart: nobody knows their hour."]
    return []
