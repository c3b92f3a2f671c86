"""What a stream is held against: its first 56 days with ratings, closed and frozen."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from afterword.monitoring.streams.days import Counts
from afterword.monitoring.streams.strata import LEAST_RATED, Stratum, added, both, strata_of
from afterword.statistics.clusters import Agreement, PeopleSums, design_effect
from afterword.statistics.dispersion import DaySums, overdispersion
from afterword.statistics.shares import NotEstimable
from afterword.statistics.watches import tolerant_baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.monitoring.streams.days import Day

Shares = tuple[float, float, float]  # positive, neutral, negative

LEAST_DAYS: Final = 56  # eight weeks; days without ratings do not count
LEAST_RATINGS: Final = 100  # below, a share is not even known to ten points
_SURELY: Final = 3.5  # standard errors
_DOUBT: Final = 20.0  # what some hundred pairs of ratings of one person weigh in ``Agreement``


class Direction(StrEnum):
    """Which way a stream is watched."""

    WORSE = "worse"
    BETTER = "better"


class EffectSource(StrEnum):
    """What the design effect was seen from."""

    PEOPLE = "people"  # how much ratings of one person go together
    DAYS = "days"  # how much more days differ than chance would make them
    NOTHING = "nothing"  # one level alone: there is nothing to see it from


class Baseline(Struct, frozen=True, array_like=True):
    """Frozen shares of a stream. Nothing that comes later changes it but an explicit act."""

    version: int
    first: date
    last: date
    n_days: int  # with ratings
    weekday: Counts
    weekend: Counts
    weekday_strata: tuple[Stratum, ...]  # of all days where weekends have none of their own
    weekend_strata: tuple[Stratum, ...]
    design_effect: float
    effect_source: EffectSource
    tolerance: float  # standard errors by which the true shares may be worse than the counted ones
    repeats: float | None = None  # Σm²/n over its people of a day; None where nobody knows
    agreement: float = 1.0  # of one person's ratings of a day, the intraclass correlation

    @property
    def is_split(self) -> bool:
        """Whether weekends have a baseline of their own."""
        return min(sum(self.weekday), sum(self.weekend)) >= LEAST_RATED

    def counts(self, *, is_weekend: bool) -> Counts:
        """Give the ratings that days of a kind are held against."""
        if self.is_split:
            return self.weekend if is_weekend else self.weekday
        return added((self.weekday, self.weekend))

    def strata(self, *, is_weekend: bool) -> tuple[Stratum, ...]:
        """Give the ratings that days of a kind are held against, told apart by trigger."""
        own = self.weekend_strata if is_weekend and self.is_split else self.weekday_strata
        return own or (Stratum((), self.counts(is_weekend=is_weekend)),)

    def effect_on(self, day: Day) -> float:
        """Give the design effect of a day: more where fewer people rated more often than usual.

        A day that is one person's is one voice, however even the baseline was.
        """
        if self.repeats is None or day.people is None or not day.people.n:
            return self.design_effect
        usual = 1 + (self.repeats - 1) * self.agreement
        here = 1 + (day.people.worst_effect - 1) * self.agreement
        return max(1.0, self.design_effect * here / usual)

    def shares(self, *, is_weekend: bool) -> Shares:
        """Give the shares as they were counted."""
        a, b, c = self.counts(is_weekend=is_weekend)
        n = a + b + c
        return a / n, b / n, c / n

    def tolerated(self, direction: Direction, *, is_weekend: bool) -> Shares:
        """Give shares that the true ones are surely not much worse (or better) than.

        Returns:
            In the order in which ``turned`` gives counts.
        """
        sizes = [sum(self.weekday), sum(self.weekend)] if self.is_split else [1]
        return self._bound(self.counts(is_weekend=is_weekend), direction, sizes)

    def tolerated_strata(
        self, direction: Direction, *, is_weekend: bool
    ) -> list[tuple[Stratum, Shares]]:
        """Give each stratum of a kind of days with its ``tolerated`` shares."""
        kinds = (False, True) if self.is_split else (False,)
        sizes = [one.n for kind in kinds for one in self.strata(is_weekend=kind)]
        return [
            (one, self._bound(one.counts, direction, sizes))
            for one in self.strata(is_weekend=is_weekend)
        ]

    def parts(self, day: Day, direction: Direction) -> list[tuple[Counts, Shares]]:
        """Part the ratings of a day by trigger, each part beside its ``tolerated`` shares.

        So a day on which more were asked in silence, and fewer at the end, is no worse a day. A
        trigger that was not in the baseline is held against all ratings of it.
        """
        if day.triggers is None:
            whole = self.tolerated(direction, is_weekend=day.is_weekend)
            return [(turned(day.counts, direction), whole)]
        left, found = dict(day.triggers), []
        for stratum, shares in self.tolerated_strata(direction, is_weekend=day.is_weekend):
            names = [name for name in stratum.triggers or tuple(left) if name in left]
            found.append((added(left.pop(name) for name in names), shares))
        if left:
            whole = self.tolerated(direction, is_weekend=day.is_weekend)
            found.append((added(left.values()), whole))
        return [(turned(counts, direction), shares) for counts, shares in found if any(counts)]

    def _bound(self, counts: Counts, direction: Direction, sizes: Sequence[int]) -> Shares:
        # Chance seldom wrongs all strata at once. Their bounds together stand as far off as that
        # of all ratings would: standard errors go as 1/√n, ratings count as n.
        quantile = self.tolerance * sqrt(sum(sizes)) / sum(map(sqrt, sizes))
        found = tolerant_baseline(
            turned(counts, direction), design_effect=self.design_effect, quantile=quantile
        )
        assert not isinstance(found, NotEstimable)  # noqa: S101  # a baseline has ratings
        return found


def turned(counts: Counts, direction: Direction) -> Counts:
    """Give counts so that what is watched for is more of the last ones."""
    return counts if direction is Direction.WORSE else (counts[2], counts[1], counts[0])


class Gathering(Struct, frozen=True, array_like=True):  # short: it is kept for every stream
    """A baseline in the making: sums over its days so far."""

    after: date | None = None  # only later days belong to it
    first: date | None = None
    last: date | None = None
    weekday: DaySums = DaySums()
    weekend: DaySums = DaySums()
    weekday_people: PeopleSums | None = None
    weekend_people: PeopleSums | None = None
    weekday_triggers: dict[str, Counts] = {}
    weekend_triggers: dict[str, Counts] = {}
    are_people_known: bool = True  # on every day so far

    @property
    def n_days(self) -> int:
        """Days with ratings so far."""
        return self.weekday.n_days + self.weekend.n_days

    @property
    def n(self) -> int:
        """Ratings so far."""
        return self.weekday.n + self.weekend.n

    @property
    def days_missing(self) -> int:
        """Days with ratings that are still needed at least."""
        return max(LEAST_DAYS - self.n_days, 0)

    @property
    def ratings_missing(self) -> int:
        """Ratings that are still needed at least."""
        return max(LEAST_RATINGS - self.n, 0)

    def with_day(self, day: Day) -> Gathering:
        """Add a day with ratings."""
        kind = "weekend" if day.is_weekend else "weekday"
        people = getattr(self, f"{kind}_people") or PeopleSums()
        return replace(
            self,
            first=self.first or day.date,
            last=day.date,
            are_people_known=self.are_people_known and day.people is not None,
            **{
                kind: getattr(self, kind) + DaySums.of(day.counts),
                f"{kind}_people": people + (day.people or PeopleSums()),
                f"{kind}_triggers": both(getattr(self, f"{kind}_triggers"), day.triggers or {}),
            },
        )

    def frozen(self, version: int, n_streams: int = 1) -> Baseline | None:
        """Close it; None while days or ratings are missing.

        Args:
            version: Its number.
            n_streams: Under one budget.
        """
        if self.days_missing or self.ratings_missing or self.first is None or self.last is None:
            return None
        effect, source = self._effect()
        repeats, agreement = self._repeating()
        return Baseline(
            version,
            self.first,
            self.last,
            self.n_days,
            self.weekday.counts,
            self.weekend.counts,
            *self._strata(),
            effect,
            source,
            tolerance(n_streams),
            repeats,
            agreement,
        )

    def _strata(self) -> tuple[tuple[Stratum, ...], tuple[Stratum, ...]]:
        kinds = self.weekday_triggers, self.weekend_triggers
        if sum(sum(counts) for one in kinds for counts in one.values()) < self.n:
            return (), ()  # days are among them of which nobody knows
        if min(self.weekday.n, self.weekend.n) < LEAST_RATED:
            return strata_of(both(*kinds)), ()
        return strata_of(kinds[0]), strata_of(kinds[1])

    def _repeating(self) -> tuple[float | None, float]:
        """Say how often people rate on a day, and how much they then agree with themselves."""
        known = self._known_people()
        if not self.are_people_known or not known:
            return None, 1.0
        pool = sum((Agreement.of([one]) for one in known), Agreement())
        # Where hardly anybody rates twice nothing is known, and the worst is taken.
        agreement = min(max((pool.excess + _DOUBT) / (pool.room + _DOUBT), 0.0), 1.0)
        return sum(one.m2 for one in known) / sum(one.n for one in known), agreement

    def _known_people(self) -> list[PeopleSums]:
        return [one for one in (self.weekday_people, self.weekend_people) if one and one.n]

    def _effect(self) -> tuple[float, EffectSource]:
        known = self._known_people()
        people = _people_effect(known) if self.are_people_known else None
        days = overdispersion((self.weekday, self.weekend))
        if isinstance(days, NotEstimable):
            return (people, EffectSource.PEOPLE) if people else (1.0, EffectSource.NOTHING)
        # Days may differ for reasons that are nobody's habit: campaigns, incidents, imports. That
        # is believed where chance would hardly make them differ so: an overdispersion has a
        # standard error of √(2/degrees) of it.
        doubt = 1 + _SURELY * sqrt(2 / (self.weekday.degrees + self.weekend.degrees))
        if people and days <= people * doubt:
            return people, EffectSource.PEOPLE
        return days, EffectSource.DAYS


def tolerance(n_streams: int) -> float:
    """Say how many standard errors a baseline may be wrong by without raising alarms.

    Of many streams, some have a baseline that chance made too good; each of them would use up the
    budget of all. The tail shrinks with the cube root of their number, which by simulation (other
    seeds than the bench's) holds the total of fifty where more tolerance would cost days.
    """
    return NormalDist().inv_cdf(1 - NormalDist().cdf(-1.0) / n_streams ** (1 / 3))


def _people_effect(kinds: Sequence[PeopleSums]) -> float | None:
    """Give the mean over kinds of days, by their ratings: shares differ between them."""
    found = [(one.n, effect) for one in kinds if isinstance(effect := design_effect(one), float)]
    n = sum(size for size, _ in found)
    return sum(size * effect for size, effect in found) / n if n else None
