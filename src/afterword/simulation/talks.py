"""Talks: what was said, how long it took, what it cost.

Nothing of it depends on how the session was: behaviour never tells what a rating would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.policy import MINUTE_US, SECOND_US
from afterword.simulation.answers import EXPLICIT_END, INACTIVITY
from afterword.simulation.columns import Columns
from afterword.simulation.simulation import TALKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from afterword.simulation.simulation import Simulation, Stretch

DEVICES: Final = ("desktop", "mobile", "tablet")
TOOLS: Final = (None, "search", "calculator")  # used by the last response
FEATURES: Final = (None, "export", "share")
NANO_USD_A_TOKEN: Final = 2_000
ENDS_AFTER_US: Final = 3 * SECOND_US  # the last message
_MOST_TURNS: Final = 12
_SILENCE_US: Final = 30 * MINUTE_US  # the default policy's session_gap
_IDLE_US: Final = 5 * MINUTE_US  # and its idle_after


@dataclass(frozen=True, slots=True)
class Talks(Columns):
    """Columns, one row a session. The user speaks every ``pause_s``, the agent answers each."""

    n_turns: NDArray[np.int64]
    pause_s: NDArray[np.int64]
    latency_ms: NDArray[np.int64]  # of every answer
    user_words: NDArray[np.int64]
    agent_words: NDArray[np.int64]
    tokens: NDArray[np.int64]
    device: NDArray[np.int8]
    tool: NDArray[np.int8]
    feature: NDArray[np.int8]
    last_us: NDArray[np.int64]
    closed_us: NDArray[np.int64]
    asked_us: NDArray[np.int64]  # whether or not there is an ask
    rated_us: NDArray[np.int64]  # or a rating


def draw_talks(simulation: Simulation, stretch: Stretch) -> Talks:
    """Draw the talks of one day's sessions; the same whichever days were drawn before."""
    rng = np.random.default_rng([simulation.settings.seed, TALKS, stretch.day])
    opened_us = simulation.visits.opened_us[stretch.first : stretch.last]
    ending = simulation.answers.ending[stretch.first : stretch.last]
    n = stretch.last - stretch.first
    # Two turns at least: whoever votes twice votes on two answers.
    n_turns = np.minimum(1 + rng.geometric(0.35, n), _MOST_TURNS)
    pause_s = rng.integers(20, 180, n)
    latency_ms = 300 + np.rint(rng.gamma(2.0, 400.0, n)).astype(np.int64)
    agent_words = n_turns * 20 + rng.poisson(30 * n_turns)
    last_us = opened_us + (n_turns - 1) * pause_s * SECOND_US + latency_ms * 1_000
    closes_after = np.where(ending == EXPLICIT_END, ENDS_AFTER_US, _SILENCE_US)
    asked_us = last_us + np.where(ending == INACTIVITY, _IDLE_US, ENDS_AFTER_US)
    return Talks(
        n_turns=n_turns,
        pause_s=pause_s,
        latency_ms=latency_ms,
        user_words=n_turns * 2 + rng.poisson(9 * n_turns),
        agent_words=agent_words,
        tokens=agent_words * 3 // 2 + rng.poisson(200, n),
        device=_pick((0.6, 0.35, 0.05), rng.random(n)),
        tool=_pick((0.6, 0.3, 0.1), rng.random(n)),
        feature=_pick((0.8, 0.12, 0.08), rng.random(n)),
        last_us=last_us,
        closed_us=last_us + closes_after,
        asked_us=asked_us,
        rated_us=asked_us + rng.integers(1, 40, n) * SECOND_US,
    )


def _pick(shares: tuple[float, ...], drawn: NDArray[np.float64]) -> NDArray[np.int8]:
    return np.searchsorted(np.cumsum(shares)[:-1], drawn, side="right").astype(np.int8)
