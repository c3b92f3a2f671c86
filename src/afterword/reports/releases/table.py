"""Releases as tables: how each was rated, and how it stands to the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.rated_table import rated_tables
from afterword.reports.releases.against import Verdict
from afterword.reports.tables import Cell, Column, Table, points_cell
from afterword.reports.wording import percent, points

if TYPE_CHECKING:
    from afterword.reports.gaps import Bounded, Gap
    from afterword.reports.releases.against import Against
    from afterword.reports.releases.report import ReleaseRow, ReleasesReport

VERDICT_WORDS: Final = {
    Verdict.WORSE: "worse",
    Verdict.BETTER: "better",
    Verdict.NOT_WORSE: "not worse",
    Verdict.CANNOT_TELL_YET: "cannot tell yet",
    Verdict.NOT_ENOUGH_RATINGS: "not enough ratings",
}
_NOTHING: Final = Cell(percent(None))


def tables(report: ReleasesReport) -> list[Table]:
    """Write how each was rated, the comparisons, and what the mix explains."""
    compared = [(row, row.against) for row in report.rows if row.against]
    if not compared:
        return rated_tables(report)
    by = "" if report.by is UNSET else report.by
    return [*rated_tables(report), _against(by, compared), _mixes(by, compared)]


def _against(by: str, compared: list[tuple[ReleaseRow, Against]]) -> Table:
    columns = (
        Column(by),
        Column("against", is_text=True, is_key=True),
        Column("helpful"),
        Column("not what I needed"),
        Column("at every look"),
        Column("wins", is_extra=True),
        Column("to go"),
        Column("verdict", is_text=True),
    )
    lines = tuple(
        (
            Cell(row.key),
            Cell(one.baseline),
            _gap(one.positive),
            _gap(one.negative),
            _always(one.negative),
            _win(one.win),
            Cell(percent(None) if one.still_needed is None else f"{one.still_needed:,}"),
            Cell(VERDICT_WORDS[one.verdict]),
        )
        for row, one in compared
    )
    return Table(columns, lines, "In points above or below what each is compared with")


def _mixes(by: str, compared: list[tuple[ReleaseRow, Against]]) -> Table:
    heads = (by, "difference", "rated otherwise", "another mix", "like with like", "standardised")
    lines = tuple(
        (
            Cell(row.key),
            *(
                (
                    Cell(points(one.mix.crude)),
                    Cell(points(one.mix.within)),
                    Cell(points(one.mix.mix)),
                    _points(one.mix.stratified),
                    _points(one.mix.standardised),
                )
                if one.mix
                else (_NOTHING,) * 5
            ),
        )
        for row, one in compared
    )
    caption = '"Not what I needed" in points, taken apart: by use case, and new people or not'
    return Table(tuple(Column(head) for head in heads), lines, caption)


def _gap(gap: Gap) -> Cell:
    return points_cell(gap.difference, gap.low, gap.high)


def _always(gap: Gap) -> Cell:
    if gap.always_low is None or gap.always_high is None:
        return _NOTHING
    return Cell(f"{points(gap.always_low)} to {points(gap.always_high)}")


def _points(one: Bounded) -> Cell:
    return points_cell(one.value, one.low, one.high)


def _win(win: Bounded) -> Cell:
    if win.value is None or win.low is None or win.high is None:
        return _NOTHING
    return Cell(f"{win.value:.2f}", f"({win.low:.2f}\N{EN DASH}{win.high:.2f})")
