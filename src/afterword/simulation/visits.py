"""Visits: when people come, how it was for them, whether they say so, whether they come again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.policy import DAY_US, HOUR_US, SECOND_US
from afterword.simulation.asking import ANSWERED, NONE, OPENED_BY_HAND, Asking
from afterword.simulation.chances import Chances
from afterword.simulation.columns import Columns
from afterword.simulation.people import draw
from afterword.simulation.worlds import HOURS, WEEKEND

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from afterword.simulation.clocks import Clocks
    from afterword.simulation.people import People
    from afterword.simulation.worlds import Settings

# The longest session with its silence, and the answer to its ask, fit into it.
LONGEST_US: Final = 2 * HOUR_US
ONBOARDED_AFTER_US: Final = 15 * SECOND_US
FLOWS: Final = (None, "welcome", "capabilities", "pulse")
NO_FLOW, WELCOME, CAPABILITIES, PULSE = range(4)
STEPS: Final = (None, "started", "completed", "dismissed")  # the last one, after shown
COMPLETED: Final = 2
_STEP_SHARES: Final = (0.15, 0.2, 0.45, 0.2)
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Visits(Columns):
    """Columns, one row a session."""

    person: NDArray[np.int32]  # place in People
    opened_us: NDArray[np.int64]
    number: NDArray[np.int16]  # of the person's sessions in the window
    tenure_days: NDArray[np.int16]
    is_onboarded: NDArray[np.bool_]
    hour: NDArray[np.int8]  # local
    use_case: NDArray[np.int8]
    flow: NDArray[np.int8]  # place in FLOWS
    step: NDArray[np.int8]  # place in STEPS
    arm: NDArray[np.int8]  # of the factor that the flow belongs to
    stage: NDArray[np.int8]  # the flow that there was, or would have been in another arm
    negative: NDArray[np.float32]  # its chance
    level: NDArray[np.int8]
    decision: NDArray[np.int8]  # place in asking.DECISIONS
    ask_chance: NDArray[np.float64]  # of being asked, where that was left to chance
    ask: NDArray[np.int8]  # place in asking.STATES
    is_by_hand: NDArray[np.bool_]  # rated, but nobody had asked
    is_last: NDArray[np.bool_]  # the person leaves

    @property
    def is_rated(self) -> NDArray[np.bool_]:
        """Whether the user said how it was."""
        rated: NDArray[np.bool_] = (self.ask == ANSWERED) | self.is_by_hand
        return rated


def draw_visits(settings: Settings, people: People, clocks: Clocks, rng: Generator) -> Visits:
    """Let people come, from their first visit until they leave or the window ends.

    Returns:
        Their sessions within the window: all first ones, then all second ones, and so on.
    """
    walk = _Walk(settings, people, clocks, rng)
    rounds = []
    here = np.arange(len(people))
    while len(here):
        opened_us = walk.open(here)
        is_within = opened_us < settings.end_us - LONGEST_US
        here, opened_us = here[is_within], opened_us[is_within]
        # Visits before the window are nobody's knowledge; they only set the rhythm.
        is_known = opened_us >= settings.from_us
        visits = walk.meet(here[is_known], opened_us[is_known])
        rounds.append(visits)
        has_left = np.zeros(len(here), dtype=bool)
        has_left[is_known] = visits.is_last
        here = here[~has_left]
        walk.go_on(here)
    return Visits.join(rounds)


class _Walk:
    """Where everybody is on their way through the window."""

    def __init__(self, settings: Settings, people: People, clocks: Clocks, rng: Generator) -> None:
        n = len(people)
        self._settings, self._people, self._clocks, self._rng = settings, people, clocks, rng
        self._chances = Chances.of(settings)
        self._asking = Asking(settings, n)
        self._day = people.first_day.astype(np.int64)
        self._number = np.zeros(n, dtype=np.int64)
        self._first_us = np.zeros(n, dtype=np.int64)
        self._onboarded_us = np.full(n, 2**62)
        self._hour_bounds = np.cumsum(HOURS)[:-1] / sum(HOURS)
        self._leaves = np.array(settings.world.leave_rates)
        self._avoid_weekends(np.arange(n))

    def open(self, who: NDArray[np.int64]) -> NDArray[np.int64]:
        """Draw the time of day, and give the moment."""
        rng = self._rng
        hour = np.searchsorted(self._hour_bounds, rng.random(len(who)), side="right")
        second = rng.integers(0, 3600, len(who))
        local_us = self._day[who] * DAY_US + hour * HOUR_US + second * SECOND_US
        return self._clocks.utc_us(self._people.place[who], local_us)

    def go_on(self, who: NDArray[np.int64]) -> None:
        """Draw the day of the next visit: a later one."""
        gaps = self._rng.gamma(2.0, self._people.gap_days[who] / 2.0)
        self._day[who] += np.maximum(1, np.rint(gaps)).astype(np.int64)
        self._avoid_weekends(who)

    def meet(self, who: NDArray[np.int64], opened_us: NDArray[np.int64]) -> Visits:
        """Draw one session of each person, and remember it."""
        rng, people, n = self._rng, self._people, len(who)
        self._number[who] += 1
        number = self._number[who]
        is_first = number == 1
        self._first_us[who[is_first]] = opened_us[is_first]
        hour = self._clocks.local_us(people.place[who], opened_us) // HOUR_US % 24
        use_case = draw(self._settings.world.use_cases, n, rng)
        stage, arm, flow, step = self._show(who, number)
        negative = self._chances.negative(
            opened_us, hour, use_case, people.acquisition[who], stage, arm
        )
        level = self._chances.level(negative, people.mood[who], rng)
        ask_chance = self._asking.chance(who)
        decision = self._asking.decide(who, number, opened_us, rng)
        ask = self._asking.answer(decision, level, people.is_silent[who], rng)
        self._asking.remember(who, number, opened_us, ask)
        is_free = (ask == NONE) & ~people.is_silent[who]
        visits = Visits(
            person=who.astype(np.int32),
            opened_us=opened_us,
            number=number.astype(np.int16),
            tenure_days=((opened_us - self._first_us[who]) // DAY_US).astype(np.int16),
            is_onboarded=self._onboarded_us[who] < opened_us,
            hour=hour.astype(np.int8),
            use_case=use_case,
            flow=flow,
            step=step,
            arm=arm,
            stage=stage,
            negative=negative.astype(np.float32),
            level=level,
            decision=decision,
            ask_chance=ask_chance,
            ask=ask,
            is_by_hand=is_free & (rng.random(n) < OPENED_BY_HAND),
            is_last=rng.random(n) < self._leaves[level],
        )
        done = (flow == WELCOME) & (step == COMPLETED)
        self._onboarded_us[who[done]] = opened_us[done] + ONBOARDED_AFTER_US
        return visits

    def _show(
        self, who: NDArray[np.int64], number: NDArray[np.int64]
    ) -> tuple[NDArray[np.int8], ...]:
        # The first session of new people, everybody's second one, and some of all others.
        people, n = self._people, len(who)
        stage = np.select(
            [(number == 1) & people.is_new[who], number == 2, number > 2],  # noqa: PLR2004  # as above
            [WELCOME, CAPABILITIES, PULSE],
            NO_FLOW,
        )
        survey = draw(self._settings.world.survey, n, self._rng)
        arms = np.zeros((4, n), dtype=np.int8)
        arms[WELCOME], arms[CAPABILITIES] = people.onboarding[who], people.capability[who]
        arms[PULSE] = survey
        arm = arms[stage, np.arange(n)]
        is_shown = (stage == WELCOME) | (arm == 1)
        step = np.searchsorted(np.cumsum(_STEP_SHARES)[:-1], self._rng.random(n), side="right")
        return (
            stage.astype(np.int8),
            arm,
            np.where(is_shown, stage, NO_FLOW).astype(np.int8),
            np.where(is_shown, step, 0).astype(np.int8),
        )

    def _avoid_weekends(self, who: NDArray[np.int64]) -> None:
        while len(who):
            is_free_day = (self._day[who] + 3) % 7 > _FRIDAY  # 1970 began on a Thursday
            who = who[is_free_day & (self._rng.random(len(who)) > WEEKEND)]
            self._day[who] += self._rng.integers(1, 6, len(who))
