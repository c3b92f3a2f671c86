"""Which events inside a session go with how it was rated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from afterword.history.questions.responses import EVENTS
from afterword.reports.parts import Part, part_of
from afterword.reports.responses.rows import effect_of
from afterword.reports.wording import LEVELS
from afterword.statistics.discoveries import q_values
from afterword.statistics.drivers import drivers
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from afterword.history.questions.responses import ResponseGroup
    from afterword.reports.estimates import Estimate
    from afterword.reports.report import View

_WORST_FIRST: Final = LEVELS[::-1]


class Driver(Struct, frozen=True, rename={"with_": "with"}):
    """One event, the others held equal; an association, never a cause.

    ``with_`` and ``without``: the share rated "not what I needed" in sessions that had the event,
    and in those that had not. ``odds_ratio``: of a better rating; below 1 it goes with worse
    ones. ``drop``: what the model loses without it (likelihood ratio / design effect), ``q``: its
    p-value corrected for the number of events. Null below ten sessions with it or without it.
    """

    event: str
    with_: Part
    without: Part
    odds_ratio: float | None = None
    low: float | None = None
    high: float | None = None
    drop: float | None = None
    q: float | None = None


def drivers_of(groups: list[ResponseGroup], whole: Estimate, view: View) -> list[Driver]:
    """Weigh events against each other: the most telling first, those not estimable at the end."""
    events = sorted({group.events for group in groups})
    if not events:
        return []
    flags = np.array(events, float)
    counts = np.zeros((len(events), len(LEVELS)))
    for group in groups:
        counts[events.index(group.events), _WORST_FIRST.index(group.rating)] += group.n
    effect = effect_of(whole)
    plain = {
        name: (
            _negative(counts[flags[:, place] > 0], effect, view),
            _negative(counts[flags[:, place] == 0], effect, view),
        )
        for place, name in enumerate(EVENTS)
    }
    if effect is None:
        return [Driver(name, *shares) for name, shares in plain.items()]
    told = drivers(
        list(EVENTS), flags, counts, design_effect=effect, confidence_level=view.confidence_level
    )
    if isinstance(told, NotEstimable):
        return [Driver(name, *shares) for name, shares in plain.items()]
    qs = q_values([one.test.p_value for one in told])
    found = [
        Driver(
            one.name, *plain[one.name], one.odds_ratio, one.low, one.high, one.test.statistic, q
        )
        for one, q in zip(told, qs, strict=True)
    ]
    known = {one.event for one in found}
    return found + [Driver(name, *shares) for name, shares in plain.items() if name not in known]


def _negative(counts: np.ndarray, effect: float | None, view: View) -> Part:
    return part_of(counts[:, 0].sum(), counts.sum(), effect, view)
