"""People: who they are, how they feel about things, how often they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.policy import DAY_US
from afterword.simulation.columns import Columns
from afterword.simulation.worlds import PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from afterword.simulation.worlds import Part, Place, Settings

SIGNED_UP_BEFORE: Final = 400  # days, at most
UPGRADES: Final = 0.15  # of people on the free plan, at some time of the window
_PRO: Final = 0.3
_SLACK: Final = 0.2
_NEVER: Final = 2**62


@dataclass(frozen=True, slots=True)
class People(Columns):
    """Columns, one row a person."""

    number: NDArray[np.int32]  # makes the name
    place: NDArray[np.int8]
    acquisition: NDArray[np.int8]
    is_slack: NDArray[np.bool_]  # else on the web
    is_silent: NDArray[np.bool_]
    onboarding: NDArray[np.int8]  # arms, whether they come into play or not
    capability: NDArray[np.int8]
    is_new: NDArray[np.bool_]  # signed up within the window
    pro_from_us: NDArray[np.int64]  # far off for those who stay on the free plan
    signed_up_day: NDArray[np.int32]  # days since 1970
    first_day: NDArray[np.int32]  # local day of the first visit, seen or not
    gap_days: NDArray[np.float64]  # mean
    mood: NDArray[np.float64]  # standard normal; the higher, the better


def draw_people(settings: Settings, n: int, first: int, rng: Generator) -> People:
    """Draw people, some of whom were there before the window.

    Args:
        settings: The world and its window.
        n: How many.
        first: Number of the first of them.
        rng: Where chance comes from.
    """
    world = settings.world
    # In a product that neither grows nor shrinks, as many are there at the beginning as come in
    # one mean life; those who come seldom stay longer, and are more often among them.
    mean_gap = world.gap_days * np.exp(world.gap_spread**2 / 2)
    life_days = mean_gap / world.leaves
    is_new = rng.random(n) < settings.days / (settings.days + life_days)
    log_gap = rng.normal(np.log(world.gap_days), world.gap_spread, n)
    gap_days = np.exp(log_gap + np.where(is_new, 0.0, world.gap_spread**2))
    begins = settings.from_us // DAY_US
    joined = begins + rng.integers(0, settings.days + 1, n)
    been = begins - np.ceil(rng.random(n) * gap_days).astype(np.int64)
    first_day = np.where(is_new, joined, been)
    # A day before the first visit, so that no zone makes it later than that.
    signed_up = first_day - np.where(is_new, 1, rng.integers(1, SIGNED_UP_BEFORE - 30, n))
    return People(
        number=np.arange(first, first + n, dtype=np.int32),
        place=draw(PLACES, n, rng),
        acquisition=draw(world.acquisitions, n, rng),
        is_slack=rng.random(n) < _SLACK,
        is_silent=rng.random(n) < world.silent,
        onboarding=draw(world.onboarding, n, rng),
        capability=draw(world.capability, n, rng),
        is_new=is_new,
        pro_from_us=_draw_upgrades(settings, n, rng),
        signed_up_day=signed_up.astype(np.int32),
        first_day=first_day.astype(np.int32),
        gap_days=gap_days,
        mood=rng.standard_normal(n),
    )


def draw(parts: Sequence[Part | Place], n: int, rng: Generator) -> NDArray[np.int8]:
    """Draw places in a list by the shares of what stands there."""
    bounds = np.cumsum([part.share for part in parts])
    return np.searchsorted(bounds[:-1], rng.random(n), side="right").astype(np.int8)


def _draw_upgrades(settings: Settings, n: int, rng: Generator) -> NDArray[np.int64]:
    upgraded_us = settings.from_us + (rng.random(n) * settings.days * DAY_US).astype(np.int64)
    kind = rng.random(n)
    pro_from_us = np.where(kind < _PRO, 0, _NEVER)
    return np.where(kind >= 1 - (1 - _PRO) * UPGRADES, upgraded_us, pro_from_us)
