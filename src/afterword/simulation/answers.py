"""Answers: votes on responses, what went wrong with them, kinds of ending, reasons of ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from afterword.domain.session import Trigger
from afterword.simulation.chances import Chances
from afterword.simulation.columns import Columns
from afterword.simulation.reasons import texts_about, texts_of
from afterword.simulation.worlds import Level

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from afterword.simulation.visits import Visits
    from afterword.simulation.worlds import Settings

# How sessions end: what columns hold is a place in these. Nobody is asked on a later visit.
ENDINGS: Final = (Trigger.EXPLICIT_END, Trigger.CLOSING_MESSAGE, Trigger.INACTIVITY)
EXPLICIT_END, CLOSING_MESSAGE, INACTIVITY = range(3)
ENDING_SHARES: Final = (0.15, 0.35, 0.50)
NO_VOTE, DOWN, UP = range(3)
VOTES_ONCE: Final = 0.15  # of sessions: on the last response
VOTES_TWICE: Final = 0.10  # of sessions: on the first one, too
NO_REASON: Final = -1
OWN_THEME: Final = 0.5  # of the reasons for negative sessions of a release that has one
_FORGETS: Final = ("forgets",)


@dataclass(frozen=True, slots=True)
class Answers(Columns):
    """Columns, one row a session, in the order of its visits."""

    ending: NDArray[np.int8]
    first_vote: NDArray[np.int8]
    last_vote: NDArray[np.int8]
    has_error: NDArray[np.bool_]
    reason: NDArray[np.int8]  # place in reasons.TEXTS
    has_refusal: NDArray[np.bool_]
    has_retry: NDArray[np.bool_]


def draw_answers(settings: Settings, visits: Visits, rng: Generator) -> Answers:
    """Draw what depends on how sessions were, and on nothing else."""
    world, level, n = settings.world, visits.level, len(visits)
    up = np.array(world.thumbs_up)[level]
    votes = rng.random(n)
    ending = np.searchsorted(np.cumsum(ENDING_SHARES)[:-1], rng.random(n), side="right")
    return Answers(
        ending=ending.astype(np.int8),
        first_vote=_draw_votes(votes < VOTES_TWICE, up, rng),
        last_vote=_draw_votes(votes < VOTES_TWICE + VOTES_ONCE, up, rng),
        has_error=rng.random(n) < np.array(world.errors)[level],
        reason=_draw_reasons(settings, visits, rng),
        has_refusal=rng.random(n) < np.array(world.refusals)[level],
        has_retry=rng.random(n) < np.array(world.retries)[level],
    )


def _draw_votes(
    is_given: NDArray[np.bool_], up: NDArray[np.float64], rng: Generator
) -> NDArray[np.int8]:
    vote = np.where(rng.random(len(up)) < up, UP, DOWN)
    return np.where(is_given, vote, NO_VOTE).astype(np.int8)


def _draw_reasons(settings: Settings, visits: Visits, rng: Generator) -> NDArray[np.int8]:
    world, n = settings.world, len(visits)
    reason = np.full(n, NO_REASON, dtype=np.int8)
    gives = visits.is_rated & (rng.random(n) < np.array(world.gives_reason)[visits.level])
    for level in Level:
        which = np.flatnonzero(gives & (visits.level == level))
        reason[which] = rng.choice(texts_of(level, without=_FORGETS), len(which))
    release = Chances.of(settings).release(visits.opened_us)
    for place, one in enumerate(world.releases):
        if one.theme is not None:
            is_negative = gives & (visits.level == Level.NEGATIVE) & (release == place)
            which = np.flatnonzero(is_negative & (rng.random(n) < OWN_THEME))
            reason[which] = rng.choice(texts_about(one.theme), len(which))
    return reason
