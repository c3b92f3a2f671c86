"""The responses as tables: ratings by responses, the events, or a line a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.compared_table import compared_tables
from afterword.reports.parts import part_cell
from afterword.reports.responses.rows import VERDICTS
from afterword.reports.tables import Cell, Column, Table
from afterword.reports.wording import LEVEL_WORDS, percent

if TYPE_CHECKING:
    from afterword.reports.responses.drivers import Driver
    from afterword.reports.responses.report import ResponsesReport
    from afterword.reports.responses.rows import Order, ResponseRow

_LEAST_SHOWN: Final = 0.001
_SHARES: Final = {"forgiven": "forgiven", "hollow": "hollow", "differing": "another level"}
EVENT_WORDS: Final = {
    "last_down": "last response voted down",
    "any_down": "any response voted down",
    "error": "an error",
    "refusal": "a refusal",
    "retry": "a second try",
    "handover": "handed over to a person",
    "long": "over ten messages of the user",
}


def tables(report: ResponsesReport) -> list[Table]:
    """Write the table of two scales and the events, or a line a key."""
    events = [_events(report.drivers)] if report.drivers else []
    if not any(row.n_judged for row in report.rows):
        return events
    beside = compared_tables(report, _SHARES, n="judged")
    if report.by is not UNSET:
        return [_by_key(report.by, report.rows), *beside]
    return [_squares(report.rows[0]), _by_key("", report.rows), *beside, *events]


def _squares(row: ResponseRow) -> Table:
    lines = []
    for level, words in LEVEL_WORDS.items():
        counts = getattr(row.table, level)
        found = [getattr(counts, verdict) for verdict in VERDICTS]
        lines.append((Cell(words), *(Cell(f"{n:,}") for n in found), Cell(f"{sum(found):,}")))
    heads = (Column("rated"), *(Column(f"responses {one}") for one in VERDICTS), Column("all"))
    return Table(heads, tuple(lines), "Sessions by rating and by what was said of their responses")


def _by_key(by: str, rows: tuple[ResponseRow, ...]) -> Table:
    heads = (by, "judged", "of rated", "forgiven", "hollow", "another level", "tau-b")
    lines = tuple(
        (
            Cell(row.key),
            Cell(f"{row.n_judged:,}"),
            Cell(percent(row.n_judged / row.n_rated if row.n_rated else None)),
            part_cell(row.forgiven),
            part_cell(row.hollow),
            part_cell(row.differing),
            _order(row.tau_b),
        )
        for row in rows
    )
    return Table(tuple(Column(head) for head in heads), lines)


def _events(found: tuple[Driver, ...]) -> Table:
    heads = ("in the session", "sessions", "not, with it", "not, without", "odds of better", "q")
    lines = tuple(
        (
            Cell(EVENT_WORDS[one.event]),
            Cell(f"{one.with_.n:,}"),
            part_cell(one.with_),
            part_cell(one.without),
            _odds(one),
            Cell(_q(one.q)),
        )
        for one in found
    )
    caption = "What goes with the rating, the other events held equal"
    return Table(tuple(Column(head) for head in heads), lines, caption)


def _order(order: Order) -> Cell:
    if order.value is None:
        return Cell("\N{EN DASH}")
    return Cell(f"{order.value:.2f}", f"({order.low:.2f} to {order.high:.2f})")


def _odds(driver: Driver) -> Cell:
    if driver.odds_ratio is None:
        return Cell("\N{EN DASH}")
    return Cell(f"{driver.odds_ratio:.2f}", f"({driver.low:.2f}\N{EN DASH}{driver.high:.2f})")


def _q(value: float | None) -> str:
    if value is None:
        return "\N{EN DASH}"
    return f"{value:.3f}" if value >= _LEAST_SHOWN else f"<{_LEAST_SHOWN}"
