"""Asks: how people are asked, what becomes of it, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from afterword.domain.session import Trigger
from afterword.history.filters import PERIODS
from afterword.history.questions.ask_effects import after_asking, answers_again, decisions, stopped
from afterword.history.questions.asks import POLICY, TRIGGER, answer_seconds, asks, check_ask_key
from afterword.reports.asks.effects import Again, Effect, again_of, effects_of
from afterword.reports.asks.notes import notes_of
from afterword.reports.asks.rows import AskRow, ask_rows
from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.parts import Part, part_of
from afterword.reports.report import Report, View, window

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.history import History

NAME: Final = "asks"
METHOD: Final = (
    "Shares: Wilson's score interval on n/deff asks (linearised variance over people, agreement"
    " pooled over rows) with Student's t. Seconds: median with bounds by order statistics."
    " Differences: Newcombe's method 10 at effective sizes; people in both arms count as"
    " strangers, which widens; at 1 - alpha/2, so"
    " that both hold together. Chance draws who is left out. Wilson 1927;"
    " Thompson 1936; Kish 1965; Newcombe 1998."
)
_OWN: Final = (TRIGGER, POLICY, *PERIODS)
_SESSIONS_WALKED: Final = 500_000  # what follows on asks is looked up for about so many


class Decided(Struct, frozen=True):
    """Sessions by the reason of their last decision."""

    reason: str
    n_sessions: int


class AsksReport(Report, frozen=True, kw_only=True):
    """What becomes of asks; by trigger also ``effects``, ``again`` and ``decided``."""

    rows: tuple[AskRow, ...]
    effects: tuple[Effect, ...] | UnsetType = UNSET
    again: tuple[Again, ...] | UnsetType = UNSET
    decided: tuple[Decided, ...] | UnsetType = UNSET
    stopped: Part | UnsetType = UNSET  # people who said "Don't ask me again", of those who came
    one_in: int | UnsetType = UNSET  # of so many people, where not all are followed
    compared_with: str | UnsetType = UNSET


def run(history: History, chosen: Filter, view: View) -> AsksReport:
    """Count the asks of the chosen sessions and report them.

    Raises:
        InvalidField: ``view.by`` is nothing that asks are split by.
    """
    by = view.by or TRIGGER
    check_ask_key(by)
    least = 0 if by in _OWN else LEAST_PEOPLE
    cells, n_few = asks(history, chosen, by, least_people=least)
    seconds = answer_seconds(history, chosen, by, least_people=least)
    rows = ask_rows(cells, seconds, view, _most(view) if by == TRIGGER else None)
    report = AsksReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=(),
        confidence_level=view.confidence_level,
        method=METHOD,
        by=by,
    )
    if by == TRIGGER:
        report = _with_effects(report, history, chosen, view)
    return replace(report, notes=notes_of(report, n_few))


def _with_effects(report: AsksReport, history: History, chosen: Filter, view: View) -> AsksReport:
    counts = decisions(history, chosen)
    one_in = max(1, sum(counts.values()) // _SESSIONS_WALKED)
    order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return replace(
        report,
        one_in=one_in if one_in > 1 else UNSET,
        effects=effects_of(after_asking(history, chosen, one_in=one_in), view),
        again=again_of(answers_again(history, chosen, one_in=one_in), view),
        stopped=_stopped(*stopped(history, chosen, one_in=one_in), view),
        decided=tuple(Decided(reason, n) for reason, n in order),
    )


def _most(view: View) -> dict[str, float]:
    """Say which share of withdrawn asks the weekly control bears, by trigger."""
    return {
        Trigger.CLOSING_MESSAGE.value: view.policy.closing_withdrawn_most,
        Trigger.INACTIVITY.value: view.policy.inactivity_withdrawn_most,
    }


def _stopped(n_stopped: int, n_people: int, view: View) -> Part:
    # Each person once: nothing to correct for.
    return part_of(n_stopped, n_people, 1.0, view)
