"""How often hours are called worse that are not, and are found that are.

Simulated weeks of ratings, a tenth of them negative. People rate five times on average and agree
with themselves (ICC 0, .1 or .3); in the harder half everybody keeps to an hour of their own. In
"bad nights" sessions between 22:00 and 1:00 on workdays are worse by so many points.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np

from afterword.statistics.clusters import PeopleSums, design_effect
from afterword.statistics.rhythm import has_pattern, worse_windows
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

SHARE = 0.1
BAD = (22, 23, 0)
HABIT = 0.8  # of visits, within an hour of one's own


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--people", type=int, default=2_000)
    given = parser.parse_args()
    print("people               ICC  bad nights   pattern  worse hours  of those: only bad ones")
    for has_habit in (False, True):
        for icc in (0.0, 0.1, 0.3):
            for points in (0.0, 0.1):
                rng = np.random.default_rng(1)
                found = [
                    _look(rng, given.people, icc, points, has_habit=has_habit)
                    for _ in range(given.worlds)
                ]
                pattern, worse, right = np.mean(found, axis=0)
                whose = "keep to their hour" if has_habit else "come at any hour"
                only = f"{right / worse:.0%}" if worse else "-"
                print(f"{whose:20} {icc:.1f}  +{points:9.2f} {pattern:9.1%} {worse:12.1%}  {only}")


def _look(
    rng: Generator, people: int, icc: float, points: float, *, has_habit: bool
) -> tuple[bool, bool, bool]:
    """Say whether a pattern was found, worse hours, and only hours that are."""
    who = np.repeat(np.arange(people), 1 + rng.poisson(4, people))
    hour, day = _hours(rng, people, who, has_habit=has_habit), rng.integers(0, 7, who.size)
    mood = np.full(people, SHARE)
    if icc:
        size = 1 / icc - 1
        mood = rng.beta(SHARE * size, (1 - SHARE) * size, people)
    is_bad = np.isin(hour, BAD) & (day < 5)  # noqa: PLR2004  # Saturday
    y = rng.random(who.size) < np.minimum(mood[who] + points * is_bad, 1)
    counts, rated = np.zeros((7, 24)), np.zeros((7, 24))
    np.add.at(counts, (day, hour), y)
    np.add.at(rated, (day, hour), 1)
    pairs = zip(np.bincount(who).tolist(), np.bincount(who, y).astype(int).tolist(), strict=True)
    effect = design_effect(PeopleSums.of(pairs))
    effect = 1.0 if isinstance(effect, NotEstimable) else effect
    test = has_pattern(counts, rated, design_effect=effect)
    windows = worse_windows(counts, rated, design_effect=effect)
    found = [] if isinstance(windows, NotEstimable) else windows
    named = {
        (one.is_weekend, (one.start + k) % 24)
        for one in found
        for k in range((one.end - one.start) % 24)
    }
    is_right = bool(named) and named <= {(False, bad) for bad in BAD}
    return not isinstance(test, NotEstimable) and test.p_value < 0.05, bool(named), is_right  # noqa: PLR2004  # as it says


def _hours(
    rng: Generator, people: int, who: NDArray[np.int64], *, has_habit: bool
) -> NDArray[np.int64]:
    anywhere = rng.integers(0, 24, who.size)
    if not has_habit:
        return anywhere
    own = rng.integers(0, 24, people)[who] + rng.integers(-1, 2, who.size)
    return np.where(rng.random(who.size) < HABIT, own % 24, anywhere)


if __name__ == "__main__":
    main()
