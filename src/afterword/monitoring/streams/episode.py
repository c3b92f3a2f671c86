"""An alarm that lasts: opened once, confirmed while it goes on, ended when the stream is back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from afterword.monitoring.streams.baseline import Direction
from afterword.statistics.blocks import WORSE
from afterword.statistics.watches import log_ratios

if TYPE_CHECKING:
    from afterword.monitoring.streams.baseline import Baseline
    from afterword.monitoring.streams.days import Day

# While a stream is still half as far off as when the alarm came, it is taken to be back at most
# once in so many days with ratings.
BACK: Final = 56.0
_MOST: Final = 1e300


class Episode(Struct, frozen=True, array_like=True):  # short: several are kept of every stream
    """One change of a stream for the worse or the better."""

    direction: Direction
    date: dt.date  # of the alarm: the day whose ratings tipped it
    evidence: float  # when it came; the alarm level or more
    tilt: int  # which alternative explains it best
    confirmed: dt.date  # the newest day on which evidence, begun anew, was enough again
    n_confirmed: int = 0
    back: float = 0.0  # evidence that the stream is back
    ended: dt.date | None = None

    @classmethod
    def begin(cls, direction: Direction, day: dt.date, evidence: float, tilt: int) -> Episode:
        """Open one."""
        return cls(direction, day, evidence, tilt, confirmed=day)

    def again(self, day: dt.date, tilt: int) -> Episode:
        """Confirm it: the evidence since the last alarm is enough for another one."""
        return replace(self, confirmed=day, n_confirmed=self.n_confirmed + 1, tilt=tilt, back=0.0)

    def after(self, day: Day, baseline: Baseline) -> Episode:
        """Add a day without alarm; the episode ends where it tells that the stream is back.

        The other way round of what a watch does: the baseline against what lies halfway between
        it and the alternative that the alarm was about.
        """
        half = [[bend / 2 for bend in WORSE[self.tilt]]]
        parts = baseline.parts(day, self.direction)
        lost = sum(float(log_ratios(shares, half)[0] @ counts) for counts, shares in parts)
        gained = -lost / baseline.effect_on(day)
        back = min((self.back + 1) * np.exp(min(gained, 600.0)), _MOST)
        return replace(self, back=float(back), ended=day.date if back >= BACK else None)
