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
        adds_up=True,
    )
    return [_arm(*row) for row in sorted(rows, key=lambda row: row[0])]


def _arm(arm: str, *values: object) -> Arm:
    numbers = [int(value or 0) for value in values]  # type: ignore[call-overload]
    n_met, counted, rest = numbers[0], numbers[1 : 1 + len(_COUNTS)], numbers[1 + len(_COUNTS) :]
    n_people, n_mixed, n_asked, m2, my, y2 = rest[:6]
    counts = dict(zip(_COUNTS, counted, strict=True))
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
    # What adds up over sessions needs no people, and few people are in several arms: grouping by
    # person and the join are what takes long.
    is_rated = sessions.rating.notnull()
    counts = sessions.group_by("arm").aggregate(
        n_met=sessions.count(where=sessions.has_met),
        all_sessions=sessions.count(),
        all_closed=sessions.count(where=sessions.is_closed),
        all_shown=sessions.n_shown.sum(),
        all_answered=sessions.n_answered.sum(),
        all_unasked=sessions.count(where=sessions.is_unasked),
        all_rated_closed=sessions.count(where=sessions.is_closed & is_rated),
    )
    held = sessions.group_by(["arm", "person_key"]).aggregate(
        first=sessions.opened_at.min(),
        n_shown=sessions.n_shown.sum().cast("int32"),  # DuckDB sums in 128 bits
        n_answered=sessions.n_answered.sum().cast("int32"),
        m=sessions.rating.count(),
        **{level: sessions.count(where=sessions.rating == level) for level in LEVELS},
    )
    people = held.group_by("person_key").aggregate(
        entered=held["first"].min(), n_arms=held.count()
    )
    told = held.left_join(people.filter(people.n_arms > 1), "person_key")
    # Where people come to two arms, the first one is as chance drew it; all of them are not.
    is_mixed = told.entered.notnull()
    is_first = told.entered.isnull() | (told["first"] == told.entered)
    sums = told.group_by("arm").aggregate(
        n_people=told.count(where=is_first),
        n_mixed=told.count(where=is_first & is_mixed),
        n_asked=told.count(where=told.n_shown > 0),
        shown_m2=(told.n_shown * told.n_shown).sum(),
        shown_my=(told.n_shown * told.n_answered).sum(),
        shown_y2=(told.n_answered * told.n_answered).sum(),
        **sums_of(told, ""),
    )
    both = counts.join(sums, "arm")
    numbers = {name: both[name].sum() for name in both.columns if name != "arm"}
    return both.group_by("arm").aggregate(**numbers)
