"""A simulation: the people and sessions of a world, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from afterword.domain.policy import DAY_US
from afterword.simulation.answers import Answers, draw_answers
from afterword.simulation.clocks import Clocks
from afterword.simulation.people import People, draw_people
from afterword.simulation.visits import Visits, draw_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.simulation.worlds import Settings

# What a generator is seeded with, beside the seed.
PEOPLE: Final = 0
ANSWERS: Final = 1
TALKS: Final = 2
ASKS: Final = 3
_SESSIONS_EACH: Final = 6  # about as many as people have; more or fewer only cost time
_BLOCK: Final = range(200, 65_537)


class Stretch(NamedTuple):
    """The sessions of one UTC day: places in ``visits``, up to but not including the last."""

    day: int  # days since 1970
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of a world."""

    settings: Settings
    clocks: Clocks
    people: People
    visits: Visits  # by opening
    answers: Answers  # of the same rows

    def days(self) -> Iterator[Stretch]:
        """Give the days that have sessions, in order."""
        numbers = self.visits.opened_us // DAY_US
        known, firsts = np.unique(numbers, return_index=True)
        ends = [*firsts[1:], len(numbers)]
        for day, first, last in zip(known, firsts, ends, strict=True):
            yield Stretch(int(day), int(first), int(last))

    def names(self) -> list[str]:
        """Give everybody's user id."""
        head = f"u-{self.settings.seed}-"
        return [f"{head}{number:06d}" for number in self.people.number.tolist()]


def simulate(settings: Settings) -> Simulation:
    """Draw a world: people come until there are exactly as many sessions as wanted."""
    clocks = Clocks(settings.from_us, settings.end_us)
    size = min(max(settings.sessions // _SESSIONS_EACH, _BLOCK.start), _BLOCK.stop - 1)
    blocks: list[tuple[People, Visits]] = []
    missing, n_people = settings.sessions, 0
    for number in count():
        rng = np.random.default_rng([settings.seed, PEOPLE, number])
        people = draw_people(settings, size, number * size, rng)
        found = draw_visits(settings, people, clocks, rng)
        held, visits = _admit(people, found, missing, n_people)
        blocks.append((held, visits))
        missing, n_people = missing - len(visits), n_people + len(held)
        if not missing:
            break
    people = People.join([one for one, _ in blocks])
    visits = Visits.join([one for _, one in blocks])
    visits = visits.take(np.argsort(visits.opened_us, kind="stable"))
    rng = np.random.default_rng([settings.seed, ANSWERS])
    return Simulation(settings, clocks, people, visits, draw_answers(settings, visits, rng))


def _admit(people: People, visits: Visits, at_most: int, n_before: int) -> tuple[People, Visits]:
    # People come whole, or their last session would look like leaving. Who would bring too many
    # is passed over; there is always somebody who came only once.
    counts = np.bincount(visits.person, minlength=len(people))
    is_in = counts > 0
    if counts.sum() > at_most:
        left = at_most
        for place, n_visits in enumerate(counts.tolist()):
            is_in[place] = 0 < n_visits <= left
            left -= n_visits if is_in[place] else 0
    place_of = np.cumsum(is_in) - 1 + n_before
    kept = visits.take(is_in[visits.person])
    kept.person[:] = place_of[kept.person]
    return people.take(is_in), kept
