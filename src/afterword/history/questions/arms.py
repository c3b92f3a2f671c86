"""The arms of an experiment: whom chance put in each, how they answer asks, and how they rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.ask_counts import AskSums, Outcomes
from afterword.history.questions.dimensions import column, matching
from afterword.history.questions.people_sums import N_SUMS, cell_with, sums_of
from afterword.history.questions.ratings import LEVELS

if TYPE_CHECKING:
    import ibis

    from afterword.domain.counts import Cell
    from afterword.history.filters import Filter
    from afterword.history.history import History

_COUNTS: Final = ("n_sessions", "n_closed", "n_shown", "n_answered", "n_unasked", "n_rated_closed")
Where = tuple[tuple[str, str], ...]


class Arm(NamedTuple):
    """One arm of an experiment, by the label that says which it is."""

    arm: str
    n_met: int  # sessions that were shown the flow
    n_people: int  # who had their first session in it, so that everybody stands in one arm
    n_mixed: int  # of those, with sessions of another arm too
    answers: Outcomes  # of asks shown in its sessions, the answered ones
    cell: Cell  # its sessions


def arms(history: History, chosen: Filter, label: str, flow: str) -> list[Arm]:
    """Count the people and sessions of every arm.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        label: Whose value is the arm; sessions without it are in none.
        flow: What the experiment is about.

    Returns:
        Arms in the order of their names.
    """
    rows = history.run(
        ("arms", label, flow, chosen.where),
        _arms,
        chosen,
        by_day=lambda table: _sessions(table, chosen.where, label, flow),
    )
    return [_arm(*row) for row in sorted(rows, key=lambda row: row[0])]


def _arm(arm: str, *values: object) -> Arm:
    numbers = [int(value or 0) for value in values]  # type: ignore[call-overload]
    n_met, n_people, n_mixed, n_asked, m2, my, y2 = numbers[:7]
    counts = dict(zip(_COUNTS, numbers[7 : 7 + len(_COUNTS)], strict=True))
    cell = cell_with(arm, numbers[-N_SUMS:], **counts)
    answers = Outcomes(n_asked, cell.n_shown, cell.n_answered, AskSums(m2, my, y2))
    return Arm(arm, n_met, n_people, n_mixed, answers, cell)


def _sessions(table: ibis.Table, where: Where, label: str, flow: str) -> ibis.Table:
    kept = matching(table, where)
    arm = column(kept, f"label.{label}")
    return kept.filter(arm.notnull()).select(
        "day",
        "person_key",
        "rating",
        "n_shown",
        "n_answered",
        "is_unasked",
        "opened_at",
        arm=arm,
        is_closed=kept.closed_at.notnull(),
        has_met=kept.flows_shown.contains(flow),
    )


def _arms(sessions: ibis.Table) -> ibis.Table:
    held = _by_person(sessions)
    # Where people come to two arms, the first one is as chance drew it; all of them are not.
    people = held.group_by("person_key").aggregate(
        entered=held["first"].min(), n_arms=held.count()
    )
    told = held.join(people, "person_key")
    is_first = told["first"] == told.entered
    return told.group_by("arm").aggregate(
        n_met=told.n_met.sum(),
        n_people=told.count(where=is_first),
        n_mixed=told.count(where=is_first & (told.n_arms > 1)),
        n_asked=told.count(where=told.n_shown > 0),
        shown_m2=(told.n_shown * told.n_shown).sum(),
        shown_my=(told.n_shown * told.n_answered).sum(),
        shown_y2=(told.n_answered * told.n_answered).sum(),
        **{f"all_{name}": told[name].sum() for name in _COUNTS},
        **sums_of(told, ""),
    )


def _by_person(split: ibis.Table) -> ibis.Table:
    is_rated = split.rating.notnull()
    return split.group_by(["arm", "person_key"]).aggregate(
        first=split.opened_at.min(),
        n_met=split.count(where=split.has_met),
        n_sessions=split.count(),
        n_closed=split.count(where=split.is_closed),
        n_shown=split.n_shown.sum(),
        n_answered=split.n_answered.sum(),
        n_unasked=split.count(where=split.is_unasked),
        n_rated_closed=split.count(where=split.is_closed & is_rated),
        m=split.count(where=is_rated),
        **{level: split.count(where=split.rating == level) for level in LEVELS},
    )
