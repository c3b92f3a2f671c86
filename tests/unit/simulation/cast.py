"""Worlds that tests share: ninety days that end on 20 November 2025.

Summer time ends within them, on 26 October in Europe and on 2 November in the United States.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
from scipy.stats import binom

from afterword.simulation import WORLDS, Settings, simulate

END_US = int(datetime(2025, 11, 20, tzinfo=UTC).timestamp()) * 1_000_000
DAY_US = 86_400_000_000
POSITIVE, NEUTRAL, NEGATIVE = range(3)


def settings(world="steady", sessions=1_000, **more):
    """Say what to simulate, by the name of a world or by a world."""
    found = WORLDS[world] if isinstance(world, str) else world
    return Settings(world=found, sessions=sessions, **{"end_us": END_US, **more})


@lru_cache(maxsize=8)
def made(world="steady", sessions=60_000, **more):
    """Simulate, once for all tests."""
    return simulate(settings(world, sessions, **more))


def histories(simulation):
    """Give each person's sessions, by time, as places in the columns."""
    order = np.lexsort((simulation.visits.opened_us, simulation.visits.person))
    borders = np.flatnonzero(np.diff(simulation.visits.person[order])) + 1
    return [group.tolist() for group in np.split(order, borders)]


def is_likely(successes, trials, chance):
    """Tell whether a count lies where all but one in 100,000 counts lie.

    Trials that differ in their chances scatter less than those that all have the mean chance, so
    that the binomial bounds hold for them, too. The seed is fixed: it passes always or never.
    """
    low, high = binom.ppf([5e-6, 1 - 5e-6], trials, chance)
    return low <= successes <= high
