"""Asking: who is asked after a session, by the rules of the ask policy, and what they do then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.asks import Why
from afterword.domain.policy import HOUR_US, WEEK_US
from afterword.domain.session import AskState

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from afterword.simulation.worlds import Settings

# What columns hold is the place in these. Nobody visits twice on a day, so that the budget of a
# day is never spent.
DECISIONS: Final = (
    Why.ASKED,
    Why.LEFT_ALONE,
    Why.BUDGET_WEEK,
    Why.BACK_OFF,
    Why.SKIPPED_AT_RANDOM,
)
STATES: Final = (
    None,
    AskState.ANSWERED,
    AskState.DISMISSED,
    AskState.IGNORED,
    AskState.WITHDRAWN,
    AskState.EXPIRED,
)
ASKED: Final = 0
_LEFT_ALONE, _BUDGET, _BACK_OFF, _SKIPPED = 1, 2, 3, 4
NONE, ANSWERED, DISMISSED, IGNORED, WITHDRAWN, EXPIRED = range(6)
DRAWN: Final = (ASKED, _BACK_OFF, _SKIPPED)
SEEN: Final = (ANSWERED, DISMISSED, IGNORED)

EXPIRES: Final = 0.08  # of asks: never seen
WITHDRAWS: Final = 0.04  # of asks: the user went on before seeing it
DISMISSES: Final = 0.4  # of asks seen and not answered; the others are ignored
OPENED_BY_HAND: Final = 0.02  # of sessions without an ask, by people who are not silent
# Asks come up to two hours after a session opens, and openings are what is compared here.
_WEEK_US: Final = WEEK_US + 2 * HOUR_US


class Asking:
    """How every person has been asked so far."""

    def __init__(self, settings: Settings, n_people: int) -> None:
        """Begin with people who have never been asked."""
        policy = settings.policy
        self._chance = policy.chance_of_asking
        self._welcome = np.array([1.0, *policy.back_off])
        self._left_alone = policy.sessions_left_alone
        self._rates = np.array(settings.world.answer_rates)
        self._streak = np.zeros(n_people, dtype=np.int64)
        self._quiet = np.zeros(n_people, dtype=np.int64)
        self._spent_us = np.full((n_people, policy.asks_per_week), -(2**62))  # newest first

    def chance(self, who: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the chance of being asked where no rule speaks against it, in [0, 1]."""
        chances: NDArray[np.float64] = self._welcomes(who) * self._chance
        return chances

    def decide(
        self,
        who: NDArray[np.int64],
        number: NDArray[np.int64],
        opened_us: NDArray[np.int64],
        rng: Generator,
    ) -> NDArray[np.int8]:
        """Decide, as ``domain.asks.decide`` does, about one session each.

        Args:
            who: People, nobody twice.
            number: Which of their sessions it is.
            opened_us: When it opened.
            rng: Where chance comes from.

        Returns:
            Places in ``DECISIONS``.
        """
        streak, welcome = self._streak[who], self._welcomes(who)
        drawn = rng.random(len(who))
        decision = np.where(drawn < welcome, _SKIPPED, _BACK_OFF)
        decision[drawn < welcome * self._chance] = ASKED
        decision[self._spent_us[who, -1] > opened_us - _WEEK_US] = _BUDGET
        decision[(streak > 0) & (number <= self._quiet[who] + self._left_alone)] = _LEFT_ALONE
        return decision.astype(np.int8)

    def _welcomes(self, who: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._welcome[np.minimum(self._streak[who], len(self._welcome) - 1)]

    def answer(
        self,
        decision: NDArray[np.int8],
        level: NDArray[np.int8],
        is_silent: NDArray[np.bool_],
        rng: Generator,
    ) -> NDArray[np.int8]:
        """Draw what becomes of each ask, as places in ``STATES``."""
        n = len(decision)
        answers = np.where(is_silent, 0.0, self._rates[level])
        state = np.where(rng.random(n) < DISMISSES, DISMISSED, IGNORED)
        state[rng.random(n) < answers] = ANSWERED
        fate = rng.random(n)
        state[fate < EXPIRES + WITHDRAWS] = WITHDRAWN
        state[fate < EXPIRES] = EXPIRED
        state[decision != ASKED] = NONE
        return state.astype(np.int8)

    def remember(
        self,
        who: NDArray[np.int64],
        number: NDArray[np.int64],
        opened_us: NDArray[np.int64],
        state: NDArray[np.int8],
    ) -> None:
        """Let what became of the asks count: patience, and the budget where they were seen."""
        left = (state == DISMISSED) | (state == IGNORED)
        self._streak[who[left]] += 1
        self._quiet[who[left]] = number[left]
        self._streak[who[state == ANSWERED]] = 0
        seen = np.isin(state, SEEN)
        spent = self._spent_us[who[seen]]
        self._spent_us[who[seen]] = np.column_stack([opened_us[seen], spent[:, :-1]])
