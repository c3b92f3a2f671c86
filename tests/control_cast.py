"""A product under control, week by week: seeded, for tests and the bench."""

from __future__ import annotations

from itertools import pairwise
from math import exp
from random import Random

from afterword.domain.caution import Tally, Watch, steer
from afterword.domain.learnt import Caution

MOST = 0.10


def control(share, weeks, *, asks=200, seed=0, most=MOST):
    """Let a product be steered.

    Args:
        share: Gives the true share of wrong moments from the week and the step.
        weeks: How many.
        asks: A week.
        seed: Of who goes on.
        most: The bound.

    Returns:
        The step in every week.
    """
    chance = Random(seed)  # noqa: S311  # seeded, no secret
    watch, caution, steps = Watch(), Caution(), []
    for week in range(weeks):
        steps.append(caution.step)
        n_withdrawn = sum(chance.random() < share(week, caution.step) for _ in range(asks))
        watch, caution = steer(watch, caution, Tally(asks, n_withdrawn), most, week)
    return steps


def changes(steps):
    """Count the steps that were taken."""
    return sum(later != earlier for earlier, later in pairwise(steps))


def fading(first):
    """Make a product whose share of wrong moments falls by a factor of e^-0.5 a step."""
    return lambda _week, step: first * exp(-0.5 * step)
