"""What follows on asking: who comes back, how the next session is rated, who answers again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.domain.ask_counts import AskSums, Outcomes
from afterword.domain.asks import Why
from afterword.domain.session import AskState
from afterword.history.questions.asks import OF_SHOWN, TRIGGER, each_ask
from afterword.history.questions.dimensions import matching

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

BACK_DAYS: Final = 30
_ARMS: Final = (Why.ASKED.value, Why.SKIPPED_AT_RANDOM.value)
_IMPATIENCE: Final = (
    Why.PERSON_STOPPED.value,
    Why.LEFT_ALONE.value,
    Why.BUDGET_DAY.value,
    Why.BUDGET_WEEK.value,
)
Where = tuple[tuple[str, str], ...]


class After(NamedTuple):
    """What followed on sessions that chance had asked about, or left out."""

    came_back: Outcomes  # another session within 30 days, of sessions that are so old
    next_negative: Outcomes  # of those next sessions, the rated ones


def after_asking(history: History, chosen: Filter, *, one_in: int = 1) -> dict[str, After]:
    """Compare sessions that were asked about with those that chance left out.

    Args:
        history: Where the sessions are.
        chosen: Which sessions; a next session outside of them is not seen.
        one_in: Only every so many people, where there are many.

    Returns:
        By ``asked`` and ``skipped_at_random``; an arm without sessions is missing.
    """
    rows = history.run(
        ("after asking", one_in, chosen.where),
        _after,
        chosen,
        by_day=lambda table: _of_some(table, chosen.where, one_in),
    )
    return {row[0]: After(_outcomes(row[1:7]), _outcomes(row[7:])) for row in rows}


def answers_again(history: History, chosen: Filter, *, one_in: int = 1) -> dict[str, Outcomes]:
    """Count answers to shown asks by what became of the person's ask before.

    Returns:
        By the earlier ask's state, ``answered``, ``dismissed`` or ``ignored``.
    """
    rows = history.run(
        ("answers again", one_in, chosen.where),
        lambda rows: _again(_some_people(rows, one_in)),
        chosen,
        by_day=lambda table: each_ask(table, chosen.where, TRIGGER),
    )
    return {row[0]: _outcomes(row[1:]) for row in rows}


def decisions(history: History, chosen: Filter) -> dict[str, int]:
    """Count sessions by the reason of their last decision; those without one are left out."""
    rows = history.run(
        ("decisions", chosen.where),
        lambda days: days.group_by("decision").aggregate(n=days.n.sum()),
        chosen,
        by_day=lambda table: _decisions(table, chosen.where),
    )
    return {decision: int(n) for decision, n in rows}


def stopped(history: History, chosen: Filter, *, one_in: int = 1) -> tuple[int, int]:
    """Count the people who came after having said "Don't ask me again".

    Whoever said it and never came again is not seen.

    Returns:
        They, and all people who came and whose patience was looked at before an ask.
    """
    rows = history.run(
        ("stopped", one_in, chosen.where),
        _stopped,
        chosen,
        by_day=lambda table: _of_some(table, chosen.where, one_in),
    )
    [(n_stopped, n_people)] = rows or [(0, 0)]
    return int(n_stopped), int(n_people)


def _stopped(kept: ibis.Table) -> ibis.Table:
    is_looked_at = kept.drawn.notnull() | kept.decision.isin(_IMPATIENCE)
    rows = kept.select("person_key", "decision", is_looked_at=is_looked_at)
    has_stopped = rows.decision == Why.PERSON_STOPPED.value
    return rows.aggregate(
        n_stopped=rows.person_key.nunique(where=has_stopped),
        n_people=rows.person_key.nunique(where=rows.is_looked_at.fill_null(False)),  # noqa: FBT003  # Ibis' own signature
    )


def _of_some(table: ibis.Table, where: Where, one_in: int) -> ibis.Table:
    kept = _some_people(matching(table, where), one_in)
    facts = ("drawn", "decision", "opened_at", "session_id", "rating")
    return kept.select("day", "person_key", *facts)


def _after(kept: ibis.Table) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    order = ibis.window(group_by="person_key", order_by=["opened_at", "session_id"])
    walk = kept.select(
        "person_key",
        "drawn",
        "opened_at",
        next_at=kept.opened_at.lead().over(order),
        next_rating=kept.rating.lead().over(order),
    )
    month = ibis.interval(days=BACK_DAYS)
    old = walk.filter(
        walk.drawn.isin(_ARMS), walk.opened_at + month <= kept.opened_at.max().as_scalar()
    )
    is_back = (old.next_at <= old.opened_at + month).fill_null(False)  # noqa: FBT003  # Ibis' own signature
    people = old.group_by(["drawn", "person_key"]).aggregate(
        m=old.count(),
        back=old.count(where=is_back),
        rated=old.count(where=is_back & old.next_rating.notnull()),
        negative=old.count(where=is_back & (old.next_rating == "negative")),
    )
    return people.group_by("drawn").aggregate(
        **_sums(people, "m", "back"), **_sums(people, "rated", "negative")
    )


def _again(rows: ibis.Table) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    told = rows.filter(rows.is_shown & rows.state.isin(OF_SHOWN))
    order = ibis.window(group_by="person_key", order_by=["granted_at", "state"])
    walk = told.select("person_key", "state", before=told.state.lag().over(order))
    later = walk.filter(walk.before.notnull())
    people = later.group_by(["before", "person_key"]).aggregate(
        m=later.count(), answered=later.count(where=later.state == AskState.ANSWERED.value)
    )
    return people.group_by("before").aggregate(**_sums(people, "m", "answered"))


def _decisions(table: ibis.Table, where: Where) -> ibis.Table:
    kept = matching(table, where)
    decided = kept.filter(kept.decision.notnull())
    return decided.group_by(["day", "decision"]).aggregate(n=decided.count())


def _some_people(table: ibis.Table, one_in: int) -> ibis.Table:
    return table if one_in == 1 else table.filter(table.person_key % one_in == 0)


def _sums(people: ibis.Table, m: str, y: str) -> dict[str, Any]:
    whole, part = people[m], people[y]
    return {
        f"{y}_people": people.count(where=whole > 0),
        f"{y}_n": whole.sum(),
        f"{y}_y": part.sum(),
        f"{y}_m2": (whole * whole).sum(),
        f"{y}_my": (whole * part).sum(),
        f"{y}_y2": (part * part).sum(),
    }


def _outcomes(row: tuple[Any, ...]) -> Outcomes:
    n_people, n, y, *sums = (int(value or 0) for value in row)
    return Outcomes(n_people, n, y, AskSums(*sums))
