"""Asks as tables: the steps of each key, what followed, and why others were not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.reports.compared_table import compared_tables
from afterword.reports.parts import part_cell
from afterword.reports.tables import Cell, Column, Table
from afterword.reports.wording import percent

if TYPE_CHECKING:
    from afterword.reports.asks.effects import Effect
    from afterword.reports.asks.report import AsksReport
    from afterword.reports.asks.rows import AskRow, Seconds

KEY_WORDS: Final = {
    "explicit_end": "at the end",
    "closing_message": "after a closing message",
    "inactivity": "after silence",
    "return_visit": "on the next visit",
}
_REASONS: Final = {
    "asked": "asked",
    "no_moment": "no moment came",
    "imported": "imported",
    "already_rated": "rated already",
    "already_asked": "asked already",
    "below_minimum": "too short",
    "handed_over": "handed over to a person",
    "awaits_reply": "the agent waited for a choice",
    "user_unanswered": "the user's message was unanswered",
    "person_stopped": '"don\'t ask me again"',
    "left_alone": "left alone after an ask not answered",
    "budget_day": "asked enough today",
    "budget_week": "asked enough this week",
    "back_off": "asked less often after asks not answered",
    "skipped_at_random": "left out at random",
}
_STEPS: Final = ("shown", "answered", "dismissed", "ignored", "withdrawn", "expired")
_SHARES: Final = {name: name for name in ("answered", "dismissed", "withdrawn")}
_EFFECTS: Final = {
    "came_back": "came back within 30 days",
    "next_negative": "rated the next one not what I needed",
}


def tables(report: AsksReport) -> list[Table]:
    """Write the steps; by trigger also what followed, and the decisions."""
    if not report.rows:
        return _decided(report)
    beside = compared_tables(report, _SHARES, n="granted", words=KEY_WORDS)
    found = [_steps(report), *beside, *_moments(report)]
    if report.effects is not UNSET:
        found.append(_effects(report.effects))
    if report.again:
        found.append(_again(report))
    return [*found, *_decided(report)]


def _steps(report: AsksReport) -> Table:
    heads = (str(report.by), "granted", *_STEPS, "seconds")
    lines = tuple(_line(row) for row in report.rows)
    columns = (Column(head, is_extra=head == "expired") for head in heads)
    return Table(tuple(columns), lines)


def _moments(report: AsksReport) -> list[Table]:
    lines = tuple(
        (
            Cell(KEY_WORDS.get(row.key, row.key)),
            Cell(f"{row.withdrawn_of_ended.n:,}"),
            part_cell(row.withdrawn_of_ended),
            Cell(percent(row.withdrawn_most)),
        )
        for row in report.rows
        if row.withdrawn_most is not None
    )
    heads = (Column("asked"), Column("ended"), Column("withdrawn"), Column("borne at most"))
    return [Table(heads, lines, "Wrong moments, as the weekly control counts them")] * bool(lines)


def _line(row: AskRow) -> tuple[Cell, ...]:
    parts = (part_cell(getattr(row, step)) for step in _STEPS)
    key = KEY_WORDS.get(row.key, row.key)
    return (Cell(key), Cell(f"{row.n_granted:,}"), *parts, _seconds(row.seconds))


def _seconds(seconds: Seconds) -> Cell:
    if seconds.median is None:
        return Cell("\N{EN DASH}")
    return Cell(f"{seconds.median:.1f}", f"({seconds.low:.1f}\N{EN DASH}{seconds.high:.1f})")


def _effects(effects: tuple[Effect, ...]) -> Table:
    heads = ("of those sessions", "asked", "left out by chance", "difference, points")
    lines = tuple(
        (Cell(_EFFECTS[one.what]), part_cell(one.asked), part_cell(one.left_out), _points(one))
        for one in effects
    )
    caption = "What asking costs: sessions asked about, and those that chance left out"
    return Table(tuple(Column(head) for head in heads), lines, caption)


def _points(one: Effect) -> Cell:
    if one.difference is None or one.low is None or one.high is None:
        return Cell("not enough data")
    return Cell(f"{100 * one.difference:+.1f}", f"({100 * one.low:+.1f} to {100 * one.high:+.1f})")


def _again(report: AsksReport) -> Table:
    lines = tuple((Cell(one.before), part_cell(one.answered)) for one in report.again or ())
    heads = (Column("the ask before was"), Column("this one is answered"))
    return Table(heads, lines, "Do those who answered, and were thanked, answer again?")


def _decided(report: AsksReport) -> list[Table]:
    if not report.decided:
        return []
    n = sum(one.n_sessions for one in report.decided)
    lines = tuple(
        (
            Cell(_REASONS.get(one.reason, one.reason)),
            Cell(f"{one.n_sessions:,}"),
            Cell(percent(one.n_sessions / n)),
        )
        for one in report.decided
    )
    heads = (Column("decision"), Column("sessions"), Column("share"))
    return [Table(heads, lines, "Why sessions were asked about, or not")]
