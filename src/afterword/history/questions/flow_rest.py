"""Who rated in the sessions that were not shown a flow: most people have rated in both."""

from __future__ import annotations

from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING

from afterword.domain.counts import PersonSums
from afterword.history.questions.flows import each
from afterword.history.questions.ratings import LEVELS

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History


def gone_with(history: History, chosen: Filter) -> dict[str, PersonSums]:
    """Sum what leaves the sums over people when the sessions that were shown a flow are left out.

    Returns:
        By flow. ``n_raters``: people who rated in no other session.
    """
    by_day = partial(each, where=chosen.where)
    rows = history.run(("gone with", chosen.where), _gone, chosen, by_day=by_day, adds_up=True)
    found = {}
    for flow, *values in rows:
        n_raters, m2, *others = (int(value) for value in values)
        my, y2 = ((others[at], others[at + 1], others[at + 2]) for at in (0, 3))
        found[flow] = PersonSums(n_raters, m2, my, y2)
    return found


def _gone(each_one: ibis.Table) -> ibis.Table:
    rated = each_one.filter(each_one.flow == "")
    shown = each_one.filter(each_one.flow != "", each_one.rating.notnull())
    people = rated.group_by("person_key").aggregate(**_counts(rated))
    with_flow = shown.group_by(["flow", "person_key"]).aggregate(**_counts(shown))
    both = with_flow.join(people, "person_key", rname="{name}_all")
    left = {name: both[f"{name}_all"] - both[name] for name in LEVELS}
    m = reduce(add, [both[f"{name}_all"] for name in LEVELS])
    m_left = reduce(add, left.values())
    return both.group_by("flow").aggregate(
        n_raters=both.count(where=m_left == 0),
        m2=(m * m - m_left * m_left).sum(),
        **{f"my_{name}": (m * both[f"{name}_all"] - m_left * left[name]).sum() for name in LEVELS},
        **{
            f"y2_{name}": (
                both[f"{name}_all"] * both[f"{name}_all"] - left[name] * left[name]
            ).sum()
            for name in LEVELS
        },
    )


def _counts(sessions: ibis.Table) -> dict[str, ibis.Value]:
    return {level: sessions.count(where=sessions.rating == level) for level in LEVELS}
