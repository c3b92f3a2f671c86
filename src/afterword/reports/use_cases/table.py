"""Use cases as tables: how each ranks, and how it stands to the others and to before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.history.questions.case_tables import INFERRED
from afterword.reports.tables import Cell, Column, Table, points_cell, share_cell
from afterword.reports.use_cases.findings import verdict
from afterword.reports.wording import percent, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.reports.use_cases.report import UseCasesReport
    from afterword.reports.use_cases.rows import Rank, Shift, Shrunken, UseCaseRow

_NOTHING: Final = Cell(percent(None))
_LEAST_SHOWN: Final = 0.001


def tables(report: UseCasesReport) -> list[Table]:
    """Write two tables of what hosts named, and two of what was inferred."""
    told = [row for row in report.rows if row.source != INFERRED]
    inferred = [row for row in report.rows if row.source == INFERRED]
    found = [
        *([_ranking(told, ""), _standing(told, report, "Use cases")] if told else []),
        *(
            [
                _ranking(inferred, "Inferred from what was said"),
                _standing(inferred, report, "Inferred"),
            ]
            if inferred
            else []
        ),
    ]
    return [table for table in found if table.lines]


def _ranking(rows: Sequence[UseCaseRow], caption: str) -> Table:
    columns = (
        Column("use case"),
        Column("sessions", is_extra=True),
        Column("of all"),
        Column("rated"),
        Column("place"),
        Column("not what I needed"),
        Column("raw"),
        Column("helpful"),
        Column("response rate"),
    )
    lines = tuple(
        (
            Cell(row.key),
            Cell(f"{row.n_sessions:,}"),
            Cell(percent(row.volume)),
            Cell(f"{row.n_rated:,}"),
            _place(row.rank),
            _shrunk(row.shrunk.negative),
            share_cell(row.negative),
            _shrunk(row.shrunk.positive),
            Cell(percent(row.response_rate)),
        )
        for row in rows
    )
    return Table(columns, lines, caption)


def _standing(rows: Sequence[UseCaseRow], report: UseCasesReport, source: str) -> Table:
    columns = (
        Column("use case"),
        Column("not, to the others"),
        Column("q"),
        Column("helpful"),
        Column("q"),
        Column("", is_text=True),
        Column("not, change"),
        Column("q"),
    )
    lines = tuple(
        (
            Cell(row.key),
            _points(row.rest.negative),
            _q(row.rest.negative),
            _points(row.rest.positive),
            _q(row.rest.positive),
            Cell(verdict(row.rest)),
            _points(row.change.negative),
            _q(row.change.negative),
        )
        for row in rows
        if row.rest.negative.low is not None or row.change.negative.low is not None
    )
    than = f", and to {report.compared_with}" if report.compared_with else ""
    return Table(columns, lines, f"{source}, in points to the other use cases{than}")


def _place(rank: Rank | None) -> Cell:
    return (
        _NOTHING if rank is None else Cell(f"{rank.place}", f"({rank.low}\N{EN DASH}{rank.high})")
    )


def _shrunk(one: Shrunken) -> Cell:
    return (
        _NOTHING if one.share is None else Cell(percent(one.share), f"({span(one.low, one.high)})")
    )


def _points(shift: Shift) -> Cell:
    return points_cell(shift.difference, shift.low, shift.high)


def _q(shift: Shift) -> Cell:
    if shift.q is None:
        return _NOTHING
    return Cell(f"{shift.q:.3f}" if shift.q >= _LEAST_SHOWN else f"<{_LEAST_SHOWN}")
