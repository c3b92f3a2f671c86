"""The rhythm as tables: hours by weekdays, the hours to keep it light, and phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.light_hours import HOURS, WhyLight
from afterword.reports.parts import part_cell
from afterword.reports.rhythm.notes import span_of
from afterword.reports.rhythm.rows import WEEKDAYS
from afterword.reports.tables import Cell, Column, Table
from afterword.reports.wording import LEVEL_WORDS, percent

if TYPE_CHECKING:
    from afterword.reports.parts import Part
    from afterword.reports.rhythm.report import RhythmReport
    from afterword.reports.rhythm.rows import RhythmRow

WHY_WORDS: Final = {"worse_ratings": "worse ratings", "few_sessions": "few sessions"}
_BAD: Final = f'"{LEVEL_WORDS["negative"]}"'
_THOUSAND: Final = 1_000
_NOTHING: Final = Cell("\N{MIDDLE DOT}")


def tables(report: RhythmReport) -> list[Table]:
    """Write hours by weekdays, then what stands out, then phones; what is empty is left out."""
    rows = {(row.local_hour, row.local_weekday): row for row in report.rows}
    has_hours = any(row.n_rated for (hour, _), row in rows.items() if hour is not None)
    found = [_week(rows)] if has_hours else []
    if report.windows:
        found.append(_windows(report))
    if report.devices:
        found.append(_devices(report))
    return found


def brief(n: int) -> str:
    """Write a number in few letters: ``12k``."""
    if n < _THOUSAND:
        return f"{n}"
    return f"{n / _THOUSAND:.1f}k" if n < 10 * _THOUSAND else f"{n // _THOUSAND:,}k"


def _week(rows: dict[tuple[int | None, int | None], RhythmRow]) -> Table:
    lines = tuple(
        (
            Cell(f"{hour:02}"),
            *(_hour(rows.get((hour, weekday))) for weekday in range(len(WEEKDAYS))),
        )
        for hour in range(HOURS)
    )
    caption = f"{_BAD} by local hour, smoothed (of ratings); * rated worse"
    return Table((Column("hour"), *map(Column, WEEKDAYS)), lines, caption)


def _hour(row: RhythmRow | None) -> Cell:
    if row is None or not row.n_rated:
        return _NOTHING
    star = "*" if WhyLight.WORSE_RATINGS in row.light else ""
    share = "\N{EN DASH}" if row.drawn is None else percent(row.drawn)
    return Cell(f"{share}{star}", f"({brief(row.n_rated)})")


def _windows(report: RhythmReport) -> Table:
    heads = ("light", "why", "sessions", "rated", _BAD, "expected")
    lines = tuple(
        (
            Cell(span_of(one)),
            Cell(WHY_WORDS[one.why]),
            Cell(f"{one.n_sessions:,}"),
            Cell(f"{one.negative.n:,}"),
            part_cell(one.negative),
            Cell(percent(one.expected)),
        )
        for one in report.windows
    )
    texts = ("light", "why")
    caption = "Hours to keep it light"
    return Table(tuple(Column(head, is_text=head in texts) for head in heads), lines, caption)


def _devices(report: RhythmReport) -> Table:
    heads = ("hour", "sessions", "on a phone", f"{_BAD} there", "elsewhere")
    lines = tuple(
        (
            Cell("all" if one.hour is None else f"{one.hour:02}"),
            Cell(f"{one.n_sessions:,}"),
            Cell(percent(one.phone_share)),
            _part(one.on_phone),
            _part(one.elsewhere),
        )
        for one in report.devices
        if one.n_sessions
    )
    return Table(tuple(map(Column, heads)), lines, "Sessions whose device is known")


def _part(part: Part | None) -> Cell:
    return Cell("\N{EN DASH}") if part is None else part_cell(part)
