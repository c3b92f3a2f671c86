"""How long a fall would go unnoticed, for a stream of this volume and this baseline."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from afterword.monitoring.streams.baseline import Direction
from afterword.monitoring.streams.days import is_weekend
from afterword.statistics.blocks import WORSE
from afterword.statistics.watches import EVERY, log_ratios

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.random import Generator
    from numpy.typing import NDArray

    from afterword.monitoring.streams.baseline import Baseline
    from afterword.monitoring.streams.days import Day

    Array = NDArray[np.float64]

FALLS: Final = (3, 5, 7)  # points, of helpful into not
HORIZON: Final = 365  # days
_WEEK: Final = 7
_FUTURES: Final = 40 * _WEEK  # the fall begins on each day of the week equally often
_SETTLING: Final = 28  # days of the baseline before it, for evidence does not begin at nothing
_CHUNK: Final = 28
_P90: Final = 0.9
_PRIOR: Final = 0.5
_MOST: Final = 300.0  # of a day's logarithm


class Volume(Struct, frozen=True):
    """Ratings to expect of a weekday, and of a day of a weekend."""

    weekday: float
    weekend: float

    @classmethod
    def of(cls, days: Sequence[Day], until: date) -> Volume:
        """Take the mean of the eight weeks up to a day; days without ratings are days too."""
        first = until - timedelta(weeks=8)
        found = {False: 0, True: 0}
        for one in days:
            if first < one.date <= until:
                found[is_weekend(one.date)] += one.n
        return cls(found[False] / 40, found[True] / 16)


class Notice(Struct, frozen=True):
    """Days from a fall to its alarm; None where that takes more than a year."""

    points: int
    median: int | None
    p90: int | None


def days_to_notice(
    baseline: Baseline, volume: Volume, *, n_streams: int = 1
) -> tuple[Notice, ...]:
    """Tell of falls of 3, 5 and 7 points how many days they take to be noticed.

    It is counted in 280 fixed futures, so that the same stream has the same answer. The baseline
    may be a little better or worse than the truth, and futures differ in that too.

    Args:
        baseline: Of the stream.
        volume: Ratings a day from now on.
        n_streams: Under the same budget.
    """
    return tuple(_notice(baseline, volume, points, EVERY * n_streams) for points in FALLS)


def _notice(baseline: Baseline, volume: Volume, points: int, level: float) -> Notice:
    rng = np.random.default_rng(1)
    kinds = [_Kind(rng, baseline, volume, is_weekend=kind) for kind in (False, True)]
    is_possible = min(one.best for one in kinds) >= points / 100
    if not is_possible or sum(one.voices.sum() for one in kinds) == 0:
        return Notice(points, None, None)
    rs = np.zeros((_FUTURES, len(WORSE)))
    starts = np.arange(_FUTURES) % _WEEK
    noticed: list[int] = []
    for day in range(-_SETTLING, HORIZON, _CHUNK):
        factors, is_rated = _drawn(rng, kinds, starts, points / 100 if day >= 0 else 0.0)
        for step in range(_CHUNK):
            # As a watch does, which counts in logarithms because it is kept for years.
            grown = (rs + 1) * factors[:, step]
            rs = np.where(is_rated[:, step, None], grown, rs)
            is_alarm = rs.mean(1) >= level
            if day < 0:
                rs[is_alarm] = 0.0
            elif is_alarm.any():
                noticed += [day + step + 1] * int(is_alarm.sum())
                left = ~is_alarm
                rs, starts = rs[left], starts[left]
                factors, is_rated = factors[left], is_rated[left]
                for kind in kinds:
                    kind.keep(left)
        if len(noticed) > _P90 * _FUTURES:
            break
    return Notice(points, _day(noticed, 0.5), _day(noticed, _P90))


class _Kind:
    """Weekdays or weekends: their ratings, as strangers would give them, and what each says.

    By stratum, as often as it came in the baseline; a kind of days with fewer strata than the
    other has empty ones besides.
    """

    def __init__(
        self, rng: Generator, baseline: Baseline, volume: Volume, *, is_weekend: bool
    ) -> None:
        n = volume.weekend if is_weekend else volume.weekday
        self.best = baseline.shares(is_weekend=is_weekend)[0]
        strata = baseline.tolerated_strata(Direction.WORSE, is_weekend=is_weekend)
        sizes = np.array([one.n for one, _ in strata])
        n_strata = max(len(baseline.strata(is_weekend=kind)) for kind in (False, True))
        empty = n_strata - len(strata)
        # n/deff ratings of strangers say as much and vary as much as n ratings over deff.
        voices = n / baseline.design_effect * sizes / sizes.sum()
        self.voices = np.pad(voices, (0, empty))
        ratios = np.array([log_ratios(shares) for _, shares in strata])
        self.ratios = np.pad(ratios, ((0, empty), (0, 0), (0, 0)))
        # The baseline is an estimate: each future has a truth of its own.
        truths = [
            rng.dirichlet(np.array(one.counts) / baseline.design_effect + _PRIOR, _FUTURES)
            for one, _ in strata
        ]
        self.truths = np.pad(np.stack(truths, 1), ((0, 0), (0, empty), (0, 0)))

    def rates(self, fall: float) -> Array:
        """Give voices a day in each future, by stratum and level: (futures, 1, strata, levels)."""
        shares: Array = np.maximum(self.truths + np.array((-fall, 0.0, fall)), 0.0)
        return self.voices[:, None] * shares[:, None]

    def says(self, counts: Array) -> Array:
        """Give what days say for each alternative: (futures, days, alternatives)."""
        flat = self.ratios.swapaxes(1, 2).reshape(-1, len(WORSE))
        found: Array = counts.reshape(*counts.shape[:2], -1) @ flat
        return found

    def keep(self, left: NDArray[np.bool_]) -> None:
        """Forget futures in which the fall has been noticed."""
        self.truths = self.truths[left]


def _drawn(
    rng: Generator, kinds: Sequence[_Kind], starts: NDArray[np.int64], fall: float
) -> tuple[Array, NDArray[np.bool_]]:
    """Draw days; give by what each multiplies each alternative, and whether anybody rated."""
    # A future that starts on day 0 of the week lives its weekend on days 5 and 6; chunks are
    # whole weeks.
    of_week = (starts[:, None] + np.arange(_CHUNK)) % _WEEK
    is_weekend = (of_week >= _WEEK - 2)[..., None]
    weekdays, weekends = kinds
    rates = np.where(is_weekend[..., None], weekends.rates(fall), weekdays.rates(fall))
    counts = rng.poisson(rates).astype(float)
    gained = np.where(is_weekend, weekends.says(counts), weekdays.says(counts))
    is_rated: NDArray[np.bool_] = np.any(counts > 0, axis=(-2, -1))
    return np.exp(np.minimum(gained, _MOST)), is_rated


def _day(noticed: list[int], share: float) -> int | None:
    at = int(share * _FUTURES)
    return noticed[at] if at < len(noticed) and noticed[at] <= HORIZON else None
