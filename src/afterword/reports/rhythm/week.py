"""The week as arrays of seven days and 24 hours, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.light_hours import HOURS
from afterword.statistics.rhythm import (
    drawn_cells,
    has_pattern,
    quiet_windows,
    worse_windows,
)
from afterword.statistics.shares import NotEstimable, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from afterword.history.questions.rhythm import HourKind
    from afterword.statistics.ordinal_logit import LikelihoodRatio
    from afterword.statistics.rhythm import LightWindow

    Array = NDArray[np.float64]

DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Week:
    """Counts by weekday (Monday first) and local hour.

    ``effect`` is the design effect of all ratings: whoever rates often may keep to an hour, and
    then the hour's ratings say no more than all of them do. None where it cannot be known.
    """

    sessions: Array
    rated: Array
    negative: Array
    expected: Array  # negatives, had each use case its own share everywhere
    effect: float | None

    @property
    def pattern(self) -> LikelihoodRatio | NotEstimable:
        """Whether the negative share goes by the hour or the weekend."""
        if self.effect is None:
            return self._unknown
        return has_pattern(self.negative, self.rated, design_effect=self.effect)

    @property
    def drawn(self) -> Array | NotEstimable:
        """The negative share of each of the 168 cells, drawn to what is expected of it."""
        if self.effect is None:
            return self._unknown
        return drawn_cells(self.negative, self.rated, design_effect=self.effect)

    @property
    def worse(self) -> list[LightWindow]:
        """Hours in a row that are rated worse than their use cases let one expect."""
        if self.effect is None:
            return []
        found = worse_windows(self.negative, self.rated, self.expected, design_effect=self.effect)
        return [] if isinstance(found, NotEstimable) else found

    @property
    def quiet(self) -> list[LightWindow]:
        """Hours in a row with few sessions."""
        return quiet_windows(self.sessions)

    @property
    def _unknown(self) -> NotEstimable:
        return NotEstimable(Reason.FEW_RATERS, int(self.rated.sum()))


def week_of(kinds: Iterable[HourKind], effect: float | None) -> Week:
    """Lay counts out, hour by hour."""
    found = list(kinds)
    share = _shares(found)
    sessions, rated, negative, expected = (np.zeros((DAYS, HOURS)) for _ in range(4))
    for one in found:
        at = one.weekday, one.hour
        sessions[at] += one.n_sessions
        rated[at] += one.n_rated
        negative[at] += one.n_negative
        expected[at] += one.n_rated * share.get(one.use_case, 0.0)
    return Week(sessions, rated, negative, expected, effect)


def _shares(kinds: list[HourKind]) -> dict[str, float]:
    counts: dict[str, tuple[int, int]] = {}
    for one in kinds:
        n, y = counts.get(one.use_case, (0, 0))
        counts[one.use_case] = n + one.n_rated, y + one.n_negative
    return {case: y / n for case, (n, y) in counts.items() if n}
