"""How often intervals hold the truth: every kind that reports show, in simulated worlds.

People rate once, or three times on average with an intraclass correlation of .3: then a rating
repeats the person's own mood with probability √.3. A 95 % interval is to hold the truth in 93-97 %
of worlds of the first kind and 92-98 % of the second. Kinds marked "wide" are conservative where
there are few: ranks are whole numbers, Wilson's interval of a rare level moves in steps, and fewer
than fifteen people in both groups count as strangers. For them only the lower end is a bar. Seeds
are fixed: two runs give the same figures.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from afterword.statistics.clusters import Agreement, PeopleSums, design_effect
from afterword.statistics.differences import SharedSums, difference
from afterword.statistics.funnel import AskCounts, funnel
from afterword.statistics.levels import effective
from afterword.statistics.medians import median
from afterword.statistics.mix import mix_shift
from afterword.statistics.persons import PersonShares, person_share
from afterword.statistics.shares import NotEstimable
from afterword.statistics.shrinkage import shrink
from afterword.statistics.strata import Stratum
from afterword.statistics.superiority import OrdinalSums, win_probability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Held = Iterator[bool | None]  # None: no interval

SHARES = (0.65, 0.25, 0.10)  # positive, neutral, negative
WORSE = (0.50, 0.30, 0.20)
CASES = np.array((0.5, 0.3, 0.2))  # parts of three use cases


@dataclass(frozen=True)
class World:
    """How many people, how often they rate, and how much of one mind they are."""

    people: int
    ratings_each: float
    rho: float
    worlds: int

    def draw(self, seed: int, shares: tuple[float, ...] = SHARES, often: float = 1.0) -> Counts:
        """Give (worlds, people, levels) counts."""
        rng = np.random.default_rng(seed)
        m = rng.geometric(1 / (self.ratings_each * often), (self.worlds, self.people))
        moods = rng.choice(len(shares), m.shape, p=shares)
        repeated = rng.binomial(m, self.rho**0.5)
        drawn = rng.multinomial(m - repeated, shares)
        drawn[(*np.indices(m.shape), moods)] += repeated
        return drawn


def sums(table: Counts, level: int = 2) -> PeopleSums:
    """Sum one world's people at one level."""
    return PeopleSums.of(zip(table.sum(1).tolist(), table[:, level].tolist(), strict=True))


def holds(found: object, truth: float) -> bool | None:
    """Say whether bounds hold the truth."""
    if isinstance(found, NotEstimable):
        return None
    return bool(found.low <= truth <= found.high)  # type: ignore[attr-defined]


def one_share(world: World, level: int = 2) -> Held:
    """Bound a share of sessions."""
    for table in world.draw(1):
        one = sums(table, level)
        found = effective(one, Agreement.of([one]))
        bounds = found if isinstance(found, NotEstimable) else found.bounds()
        yield holds(bounds, SHARES[level])


def one_common_share(world: World) -> Held:
    """Bound the share of helpful sessions."""
    return one_share(world, 0)


def people_share(world: World) -> Held:
    """Bound the share of people."""
    for table in world.draw(2):
        rows = zip(table.sum(1).tolist(), table[:, 0].tolist(), strict=True)
        yield holds(person_share(PersonShares.of(rows)), SHARES[0])


def two_groups(world: World) -> Held:
    """Compare two groups of different people."""
    for a, b in zip(world.draw(3), world.draw(4, WORSE), strict=True):
        one, two = sums(a), sums(b)
        yield holds(difference(one, two, Agreement.of([one]) + Agreement.of([two])), 0.10)


def same_people(world: World) -> Held:
    """Compare two groups in which everybody stands, with what they share."""
    return _halves(world, knows=True)


def same_people_unknown(world: World) -> Held:
    """Compare the same two groups as if they were of strangers."""
    return _halves(world, knows=False)


def _halves(world: World, *, knows: bool) -> Held:
    rng = np.random.default_rng(6)
    for table in world.draw(5, often=2.0):
        first = rng.binomial(table, 0.5)
        (m, y), (k, z) = ((one.sum(1), one[:, 2]) for one in (first, table - first))
        a, b = sums(first), sums(table - first)
        products = [int((u * v).sum()) for u, v in ((m, k), (y, k), (m, z), (y, z))]
        both = SharedSums(int(((m > 0) & (k > 0)).sum()), *products)
        pool = Agreement.of([a]) + Agreement.of([b])
        yield holds(difference(a, b, pool, shared=both if knows else None), 0.0)


def _ordinal(table: Counts) -> OrdinalSums:
    worst_first = table[:, ::-1]
    products = (worst_first.T @ worst_first).tolist()
    raters = int((table.sum(1) > 0).sum())
    return OrdinalSums(raters, tuple(worst_first.sum(0).tolist()), tuple(map(tuple, products)))


def wins(world: World) -> Held:
    """Say how probably the second group is rated higher."""
    truth = 0.2 * 0.05 + 0.3 * 0.225 + 0.5 * 0.675
    for a, b in zip(world.draw(7), world.draw(8, WORSE), strict=True):
        yield holds(win_probability(_ordinal(a), _ordinal(b)), truth)


def same_people_win(world: World) -> Held:
    """Say so of two groups in which everybody stands."""
    rng = np.random.default_rng(10)
    for table in world.draw(9, often=2.0):
        first = rng.binomial(table, 0.5)
        yield holds(win_probability(_ordinal(first), _ordinal(table - first)), 0.5)


def stratified(world: World) -> Held:
    """Compare within use cases by Mantel and Haenszel's difference."""
    return _within(world, "stratified")


def standardised(world: World) -> Held:
    """Compare at the mix of both groups."""
    return _within(world, "standardised")


def _within(world: World, name: str) -> Held:
    rng = np.random.default_rng(13)
    for a, b in zip(world.draw(11), world.draw(12, (0.55, 0.25, 0.20)), strict=True):
        cases = [rng.multinomial(one.sum(1), CASES) for one in (a, b)]
        # Ratings of a case keep the person's leaning: negatives are dealt out by chance.
        dealt = [_dealt(rng, one[:, 2], each) for one, each in zip((a, b), cases, strict=True)]
        one, two = sums(a), sums(b)
        crude = difference(one, two, Agreement.of([one]) + Agreement.of([two]))
        effect = 1.0 if isinstance(crude, NotEstimable) else crude.design_effect
        rows = zip(
            *(each.sum(0).tolist() for pair in zip(dealt, cases, strict=True) for each in pair),
            strict=True,
        )
        found = mix_shift([Stratum(*row) for row in rows], design_effect=effect)
        yield holds(found if isinstance(found, NotEstimable) else getattr(found, name), 0.10)


def _dealt(rng: np.random.Generator, y: Counts, cases: Counts) -> Counts:
    return np.array(
        [rng.multivariate_hypergeometric(each, k) for each, k in zip(cases, y, strict=True)]
    )


def shrunk(world: World) -> Held:
    """Shrink 40 groups whose shares differ, at effective sizes."""
    rng = np.random.default_rng(14)
    for _ in range(max(world.worlds // 10, 1)):
        truth = rng.beta(8, 60, 40)
        m = rng.geometric(1 / world.ratings_each, (40, world.people))
        own = rng.random(m.shape) < truth[:, None]
        repeated = rng.binomial(m, world.rho**0.5)
        y = repeated * own + rng.binomial(m - repeated, truth[:, None])
        groups = [
            PeopleSums.of(zip(*(one.tolist() for one in pair), strict=True))
            for pair in zip(m, y, strict=True)
        ]
        pool = sum((Agreement.of([one]) for one in groups), Agreement())
        effects = np.array([pool.design_effect(one) if one.has_repeats else 1.0 for one in groups])
        found = shrink(y.sum(1) / effects, m.sum(1) / effects)
        if isinstance(found, NotEstimable):
            yield None
            continue
        yield from ((found.low <= truth) & (truth <= found.high)).tolist()


def seconds(world: World) -> Held:
    """Bound the median of seconds to answer."""
    rng = np.random.default_rng(15)
    for _ in range(world.worlds):
        m = rng.geometric(1 / world.ratings_each, world.people)
        owner = np.repeat(np.arange(world.people), m)
        own = rng.normal(0, (0.64 * world.rho) ** 0.5, world.people)[owner]
        values = np.exp(0.7 + own + rng.normal(0, (0.64 * (1 - world.rho)) ** 0.5, owner.size))
        counts = dict.fromkeys(values.tolist(), 1)
        plain = median(counts)
        if isinstance(plain, NotEstimable):
            yield None
            continue
        below = np.bincount(owner[values <= plain.value], minlength=world.people)
        effect = design_effect(PeopleSums.of(zip(m.tolist(), below.tolist(), strict=True)))
        widened = 1.0 if isinstance(effect, NotEstimable) else effect
        yield holds(median(counts, design_effect=widened), float(np.exp(0.7)))


def answers(world: World) -> Held:
    """Bound the response rate of a funnel."""
    for table in world.draw(16, (0.4, 0.6)):
        one = sums(table, 0)
        effect = design_effect(one)
        counts = AskCounts(one.n, one.n, one.n, one.y)
        widened = 1.0 if isinstance(effect, NotEstimable) else effect
        degrees = one.n_raters - 1 if one.has_repeats else None
        yield holds(funnel(counts, design_effect=widened, degrees=degrees).answered, 0.4)


KINDS: tuple[tuple[str, Callable[[World], Held], bool], ...] = (
    ("share of sessions, negative", one_share, True),
    ("share of sessions, positive", one_common_share, False),
    ("share of people", people_share, False),
    ("difference", two_groups, False),
    ("difference, the same people", same_people, True),
    ("the same, not known to be", same_people_unknown, True),
    ("win probability", wins, False),
    ("win probability, the same people", same_people_win, True),
    ("stratified difference", stratified, False),
    ("standardised difference", standardised, False),
    ("shrunk share", shrunk, False),
    ("median of seconds", seconds, True),
    ("response rate", answers, False),
)


def main() -> int:
    """Print a line a kind; 1 if one is out of its band."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=4000)
    options = parser.parse_args()
    designs = [
        (World(people, each, rho, options.worlds), band)
        for each, rho, band in ((1, 0.0, (0.93, 0.97)), (3, 0.3, (0.92, 0.98)))
        for people in (30, 60, 200)
    ]
    print(f"{options.worlds:,} worlds; people once: 30, 60, 200; three times, ICC .3: 30, 60, 200")
    is_out = False
    for name, kind, is_wide in KINDS:
        line = []
        for world, (low, high) in designs:
            told = [one for one in kind(world) if one is not None]
            share = float(np.mean(told))
            out = share < low or (share > high and not is_wide)
            is_out |= out
            line.append(f"{100 * share:5.1f}{'!' if out else ' '}")
        print(f"{name:34}", *line, "(wide)" if is_wide else "", flush=True)
    return int(is_out)


if __name__ == "__main__":
    sys.exit(main())
