"""How long statistics on counts take for 1,000 groups, each beside numpy on the same sums.

The reference is what one would write by hand on arrays: the same formula without values, reasons
for missing numbers, pooled agreement of people, or checks. Ours runs one group at a time where its
result is one value a group. Both run in turn in this process; medians are compared. The bar is
20 ms for 1,000 groups.
"""

from __future__ import annotations

import argparse
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit

from afterword.domain.counts import Cell, PersonSums
from afterword.statistics.anytime import anytime_difference
from afterword.statistics.blocks import WORSE
from afterword.statistics.clusters import PeopleSums
from afterword.statistics.differences import Difference, difference
from afterword.statistics.discoveries import q_values
from afterword.statistics.hazards import hazards
from afterword.statistics.levels import agreement, level_shares, people_sums
from afterword.statistics.mix import mix_shift
from afterword.statistics.ordinal_logit import fit_ordinal
from afterword.statistics.phrases import PhraseCount, telling_phrases
from afterword.statistics.rankings import ranking_gain
from afterword.statistics.shrinkage import shrink
from afterword.statistics.strata import Stratum
from afterword.statistics.superiority import OrdinalSums, win_probability
from afterword.statistics.watches import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from afterword.statistics.shares import NotEstimable

    Array = NDArray[np.float64]

MOST_MS = 20.0
Z = float(ndtri(0.975))


class World:
    """Groups of people who rate three times on average, as cells and as arrays of sums."""

    def __init__(self, groups: int) -> None:
        """Draw them."""
        rng = np.random.default_rng(1)
        people = 40
        m = rng.geometric(1 / 3, (groups, people))
        moods = rng.dirichlet((6.5, 2.5, 1.0), (groups, people))
        table = rng.multinomial(m, moods)
        self.counts = table.sum(1).astype(float)
        self.n = m.sum(1).astype(float)
        self.people = float(people)
        self.m2 = (m * m).sum(1).astype(float)
        self.my = (m[..., None] * table).sum(1).astype(float)
        self.y2 = (table * table).sum(1).astype(float)
        self.products = np.einsum("gpk,gpl->gkl", table, table).astype(float)
        self.cells = [self._cell(at, people) for at in range(groups)]
        self.pool = agreement(self.cells)
        self.negative = [people_sums(cell)[2] for cell in self.cells]
        self.all = sum(self.negative, PeopleSums())
        self.ordinal = [OrdinalSums.of(cell) for cell in self.cells]
        every = self.ordinal[0]
        for one in self.ordinal[1:]:
            every += one
        self.everybody = every
        self.strata = [
            Stratum(int(y), int(n), int(z), int(k))
            for y, n, z, k in zip(
                self.counts[:, 2], self.n, self.counts[::-1, 2], self.n[::-1], strict=True
            )
        ]
        self.p_values = rng.random(groups)
        self.factors = rng.integers(0, 2, (groups, 5)).astype(float)

    def _cell(self, at: int, people: int) -> Cell:
        n = int(self.n[at])
        one, two, three = (int(count) for count in self.counts[at])
        my, y2 = ((int(a), int(b), int(c)) for a, b, c in (self.my[at], self.y2[at]))
        sums = PersonSums(people, int(self.m2[at]), my, y2)
        return Cell(str(at), n, n, n, n, n, n, 0, one, two, three, persons=sums)


def level_shares_of(world: World) -> object:
    """Bound three shares of every group."""
    pool = agreement(world.cells)
    return [level_shares(cell, pool) for cell in world.cells]


def level_shares_by_numpy(world: World) -> object:
    """Wilson at n/deff with t, Bonferroni over three."""
    n, u = world.n[:, None], world.people
    p = world.counts / n
    variance = u / (u - 1) * (world.y2 - 2 * p * world.my + p * p * world.m2[:, None]) / n**2
    effective = n / np.maximum(variance * n / (p * (1 - p)), 1)
    return _wilson(p, effective, float(stdtrit(u - 1, 1 - 0.05 / 6)))


def differences_of(world: World) -> list[Difference | NotEstimable]:
    """Compare the negatives of every group with those of all others."""
    return [difference(world.all - one, one, world.pool) for one in world.negative]


def differences_by_numpy(world: World) -> tuple[Array, Array]:
    """Newcombe's bounds at effective sizes."""
    y, n, u = world.counts[:, 2], world.n, world.people
    p, rest = y / n, (y.sum() - y) / (n.sum() - n)
    squares = world.y2[:, 2] - 2 * p * world.my[:, 2] + p * p * world.m2
    effective = n / np.maximum(u / (u - 1) * squares / n / (p * (1 - p)), 1)
    low, high = _wilson(p, effective, float(stdtrit(u - 1, 0.975)))
    rest_low, rest_high = _wilson(rest, n.sum() - n, Z)
    d = p - rest
    return d - np.hypot(p - low, rest_high - rest), d + np.hypot(high - p, rest - rest_low)


def looks_of(world: World) -> object:
    """Bound the differences so that they may be looked at any time."""
    found = differences_of(world)
    return [anytime_difference(one) for one in found if isinstance(one, Difference)]


def looks_by_numpy(world: World) -> object:
    """Add the mixture's half width to the same differences."""
    low, high = differences_by_numpy(world)
    spread = ((high - low) / (2 * Z)) ** 2
    both = spread + 0.05**2
    half = np.sqrt(spread * both / 0.05**2 * (2 * np.log(20) + np.log(both / spread)))
    return (high + low) / 2 - half, (high + low) / 2 + half


def wins_of(world: World) -> object:
    """Say how probably every group is rated higher than all together."""
    return [win_probability(world.everybody, one) for one in world.ordinal]


def wins_by_numpy(world: World) -> object:
    """Take placements and their variance over people."""
    worst_first = world.counts[:, ::-1]
    every = worst_first.sum(0)
    middle = (np.cumsum(every) - every / 2) / every.sum()
    theta = worst_first @ middle / world.n
    off = middle - theta[:, None]
    over = np.einsum("gk,gkl,gl->g", off, world.products[:, ::-1, ::-1], off)
    error = np.sqrt(world.people / (world.people - 1) * over) / world.n
    logit, half = np.log(theta / (1 - theta)), Z * error / (theta * (1 - theta))
    return 1 / (1 + np.exp(half - logit)), 1 / (1 + np.exp(-half - logit))


def shrunk_of(world: World) -> object:
    """Shrink negatives of all groups."""
    return shrink(world.counts[:, 2], world.n)


def shrunk_by_numpy(world: World) -> object:
    """Shrink by moments, with the same credible bounds."""
    y, n = world.counts[:, 2], world.n
    p = y.sum() / n.sum()
    between = (n * (y / n - p) ** 2).sum() / n.sum() / (p * (1 - p))
    size = (1 - between) / max(between - n.size / n.sum(), 1e-6)
    a, b = size * p + y, size * (1 - p) + n - y
    return betaincinv(a, b, 0.025), betaincinv(a, b, 0.975)


def rates_of(world: World) -> object:
    """Give q-values of every group's test."""
    return q_values(world.p_values.tolist())


def rates_by_numpy(world: World) -> object:
    """Sort, scale, accumulate."""
    order = np.argsort(world.p_values)[::-1]
    scaled = world.p_values[order] * order.size / np.arange(order.size, 0, -1)
    found = np.empty(order.size)
    found[order] = np.minimum.accumulate(np.minimum(scaled, 1))
    return found


def mix_of(world: World) -> object:
    """Take a difference over 1,000 strata apart."""
    return mix_shift(world.strata)


def mix_by_numpy(world: World) -> object:
    """Mantel and Haenszel's difference and Kitagawa's parts, without errors."""
    y, n = world.counts[:, 2], world.n
    z, k = y[::-1], n[::-1]
    weight = n * k / (n + k)
    change = z / k - y / n
    within = (change * (n / n.sum() + k / k.sum()) / 2).sum()
    return (weight * change).sum() / weight.sum(), within


def odds_of(world: World) -> object:
    """Fit proportional odds to 1,000 groups by five factors."""
    return fit_ordinal(world.counts[:, ::-1], world.factors)


def odds_by_numpy(world: World) -> object:
    """Fit two logistic regressions by five steps of Newton, one a threshold."""
    x = np.column_stack([np.ones(len(world.n)), world.factors])
    found = []
    for above in (world.counts[:, 0], world.counts[:, :2].sum(1)):
        at = np.zeros(x.shape[1])
        for _ in range(5):
            p = 1 / (1 + np.exp(-(x @ at)))
            at += np.linalg.solve(
                (x * (world.n * p * (1 - p))[:, None]).T @ x, x.T @ (above - world.n * p)
            )
        found.append(at)
    return found


def telling_of(world: World) -> object:
    """Compare 1,000 phrases of two groups."""
    phrases = [
        PhraseCount(str(at), int(y), int(z))
        for at, (_, z, y) in enumerate(world.counts.astype(int).tolist())
    ]
    return telling_phrases(phrases, 2000, 2000)


def telling_by_numpy(world: World) -> object:
    """Take log odds with half a person as prior."""
    a, b = world.counts[:, 2] + 0.5, world.counts[:, 1] + 0.5
    return (np.log(a / (2001 - a)) - np.log(b / (2001 - b))) / np.sqrt(1 / a + 1 / b)


def leaving_of(world: World) -> object:
    """Compare 4 groups over 10 weeks and 25 other cells by the odds of leaving."""
    return hazards(world.n.reshape(4, 10, -1), world.counts[:, 2].reshape(4, 10, -1))


def leaving_by_numpy(world: World) -> object:
    """Take their odds week by week."""
    at_risk, left = world.n.reshape(4, 10, -1), world.counts[:, 2].reshape(4, 10, -1)
    return np.log((left + 0.5) / (at_risk - left + 0.5)).mean((1, 2))


def gain_of(world: World) -> object:
    """Compare two models that score 1,000 cells."""
    scores = world.p_values, world.counts[:, 1]
    return ranking_gain(*scores, world.counts[:, 0], world.counts[:, 2])


def gain_by_numpy(world: World) -> object:
    """Take both areas from ranks, without an error."""
    found = []
    for score in (world.p_values, world.counts[:, 1]):
        order = np.argsort(score, kind="stable")
        below = np.cumsum(world.counts[order, 0])
        found.append(world.counts[order, 2] @ below / below[-1] / world.counts[:, 2].sum())
    return found


def watch_of(world: World) -> object:
    """Watch 1,000 days."""
    watch = Watch()
    for day in world.counts:
        watch = watch.after(day, (0.65, 0.25, 0.10))
    return watch


def watch_by_numpy(world: World) -> object:
    """Sum the log-likelihood ratios of all days from behind, without restarts."""
    weights = np.array((0.65, 0.25, 0.10)) * np.exp(WORSE)
    ratios = np.log(weights / weights.sum(1, keepdims=True) / (0.65, 0.25, 0.10))
    return (world.counts @ ratios.T)[::-1].cumsum(0)


PAIRS: tuple[tuple[str, Callable[[World], object], Callable[[World], object]], ...] = (
    ("three shares with intervals", level_shares_of, level_shares_by_numpy),
    ("difference from the rest", differences_of, differences_by_numpy),
    ("the same, at any time", looks_of, looks_by_numpy),
    ("win probability", wins_of, wins_by_numpy),
    ("shrunk ranking", shrunk_of, shrunk_by_numpy),
    ("q-values", rates_of, rates_by_numpy),
    ("mix shift over strata", mix_of, mix_by_numpy),
    ("proportional odds, 5 factors", odds_of, odds_by_numpy),
    ("phrases", telling_of, telling_by_numpy),
    ("odds of leaving, 3 axes", leaving_of, leaving_by_numpy),
    ("gain of a model", gain_of, gain_by_numpy),
    ("watch, a day each", watch_of, watch_by_numpy),
)


def main() -> int:
    """Print a line a statistic; 1 if one is over the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    world = World(options.groups)
    slow = False
    print(f"{options.groups:,} groups; ms each, and how many times the numpy reference")
    for name, ours, reference in PAIRS:
        took, theirs = _in_turn(world, ours, reference, options.runs)
        slow |= took > MOST_MS
        print(f"{name:30} {took:7.2f} ms  numpy {theirs:6.2f} ms  ratio {took / theirs:7.1f}")
    return int(slow)


def _in_turn(
    world: World,
    ours: Callable[[World], object],
    reference: Callable[[World], object],
    runs: int,
) -> tuple[float, float]:
    """Give medians in ms; the first run of each warms up."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for one, times in zip((ours, reference), took, strict=True):
            start = time.perf_counter()
            one(world)
            times.append((time.perf_counter() - start) * 1000)
    return median(took[0][1:]), median(took[1][1:])


def _wilson(p: Array, n: Array, z: float) -> tuple[Array, Array]:
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    return centre - half, centre + half


if __name__ == "__main__":
    sys.exit(main())
