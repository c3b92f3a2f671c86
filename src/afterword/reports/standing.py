"""Where rated sessions stand: rows with what they are compared with beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType, structs

from afterword.reports.compared import Compared, compared
from afterword.reports.rated import RatedReport, Row
from afterword.reports.report import ALL
from afterword.reports.sturdiness import PerPerson, Tilts, WorstCase, per_person, tilts, worst
from afterword.statistics.levels import agreement

if TYPE_CHECKING:
    from afterword.reports.beside import Beside
    from afterword.reports.estimates import Estimate
    from afterword.reports.report import View


class StandingRow(Row, frozen=True, kw_only=True):
    """The sessions of one key, and how far its shares can be trusted.

    ``compared`` stands where a report compares, null for no answer.
    """

    per_person: PerPerson
    worst_case: WorstCase
    tilts: Tilts
    compared: Compared | UnsetType | None = UNSET


class StandingReport(RatedReport, frozen=True, kw_only=True):
    """How sessions were rated. ``compared_with`` names the other sessions of a comparison."""

    rows: tuple[StandingRow, ...]
    compared_with: str | UnsetType = UNSET


def standing_rows(
    found: list[Estimate], view: View, beside: Beside | None
) -> tuple[StandingRow, ...]:
    """Make rows of estimates, each compared with its own key on the other side."""
    rows = [_standing(one, view) for one in found]
    if beside is None:
        return tuple(rows)
    pool = agreement([one.cell for one in found]) + agreement([*beside.cells.values()])
    return tuple(
        structs.replace(
            row,
            compared=compared(
                one.cell,
                beside.cells.get(one.cell.keys or (one.cell.key,)),
                beside.both.get(one.cell.keys or (one.cell.key,)),
                pool,
                confidence_level=view.confidence_level,
                is_whole=one.cell.key == ALL,
            ),
        )
        for row, one in zip(rows, found, strict=True)
    )


def _standing(found: Estimate, view: View) -> StandingRow:
    return StandingRow(
        **structs.asdict(found.row),
        per_person=per_person(found.cell, view),
        worst_case=worst(found.cell),
        tilts=tilts(found, view),
    )
