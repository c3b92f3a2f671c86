"""How soon a bad release is known, and how often a good one is called bad, looked at every day.

A release gets ratings for 90 days, against 65/25/10 (helpful, okay, not what I needed). Each day
the gate's own judgement is asked, on counts and sums over people. ``full``: everybody gets it, 200
ratings a day, after four weeks of 200 a day of the old one. ``canary``: a tenth of the ratings,
side by side. ``people``: the canary again, drawn by person, 1,380 people who rate again and again
and repeat their own mood with probability √ICC. Ever "worse" where nothing changed is a false
alarm; ever "not worse" before "worse" where seven points are lost is a false pass. Fixed seeds.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from afterword.domain.counts import Cell, PersonSums
from afterword.history.questions.slices import Slice
from afterword.monitoring.releases.judgement import Question, judge
from afterword.monitoring.releases.plan import How
from afterword.monitoring.releases.strata import strata_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from afterword.reports.releases.against import Verdict

    Counts = NDArray[np.int64]
    Look = tuple[Cell, Cell, list[Slice], list[Slice]]

SAME, WORSE, MILD = (0.65, 0.25, 0.10), (0.58, 0.25, 0.17), (0.62, 0.25, 0.13)
DAYS, WEEKS_BEFORE = 90, 28
START = date(2026, 11, 2)
PEOPLE, A_DAY = 1380, 200  # who rate 4.35 times in 30 days, in the mean
CANARY = 0.1


class Run(NamedTuple):
    """What one release's looks came to."""

    first_worse: int | None  # day, from 1
    first_pass: int | None  # "not worse" or "better", before that


def strangers(counts: Counts) -> Cell:
    """Make a cell of people who rated once."""
    return _cell(counts, np.eye(3, dtype=np.int64), counts)


def repeaters(people: Counts) -> Cell:
    """Make a cell of (people, levels) counts."""
    return _cell(people.sum(0), people, np.ones(len(people), np.int64))


def _cell(counts: Counts, people: Counts, weights: Counts) -> Cell:
    m = people.sum(1)
    my, y2 = (weights * m) @ people, weights @ (people * people)
    sums = PersonSums(
        int(weights[m > 0].sum()),
        int(weights @ (m * m)),
        (int(my[0]), int(my[1]), int(my[2])),
        (int(y2[0]), int(y2[1]), int(y2[2])),
    )
    a, b, c = (int(one) for one in counts)
    n = a + b + c
    return Cell("all", n, n, n, n, n, n, 0, a, b, c, persons=sums)


def full(rng: np.random.Generator, shares: tuple[float, ...], _: float) -> Iterator[Look]:
    """Give each day's look at a full rollout."""
    before = rng.multinomial(A_DAY, SAME, WEEKS_BEFORE)
    after = rng.multinomial(A_DAY, shares, DAYS)
    old = strangers(before.sum(0))
    slices = _slices(before, -WEEKS_BEFORE)
    for day in range(1, DAYS + 1):
        yield old, strangers(after[:day].sum(0)), slices, _slices(after[:day])


def canary(rng: np.random.Generator, shares: tuple[float, ...], _: float) -> Iterator[Look]:
    """Give each day's look at a tenth beside the rest."""
    few = round(A_DAY * CANARY)
    old = rng.multinomial(A_DAY - few, SAME, DAYS)
    new = rng.multinomial(few, shares, DAYS)
    for day in range(1, DAYS + 1):
        cells = strangers(old[:day].sum(0)), strangers(new[:day].sum(0))
        yield *cells, _slices(old[:day]), _slices(new[:day])


def people(rng: np.random.Generator, shares: tuple[float, ...], icc: float) -> Iterator[Look]:
    """Give each day's look at a tenth of the people, who rate often."""
    n_new = round(PEOPLE * CANARY)
    arms = [_persons(rng, n, of, icc) for n, of in ((PEOPLE - n_new, SAME), (n_new, shares))]
    sums = [arm.cumsum(0) for arm in arms]
    days = [arm.sum(1) for arm in arms]
    for day in range(1, DAYS + 1):
        cells = repeaters(sums[0][day - 1]), repeaters(sums[1][day - 1])
        yield *cells, _slices(days[0][:day]), _slices(days[1][:day])


def _persons(rng: np.random.Generator, n: int, shares: tuple[float, ...], icc: float) -> Counts:
    """Give (days, people, levels) counts."""
    m = rng.poisson(A_DAY / PEOPLE, (DAYS, n))
    moods = rng.choice(3, n, p=shares)
    repeated = rng.binomial(m, icc**0.5)
    drawn = rng.multinomial(m - repeated, shares)
    drawn[:, np.arange(n), moods] += repeated
    return drawn


def _slices(days: Counts, shift: int = 0) -> list[Slice]:
    return [
        Slice((START + timedelta(days=day + shift)).isoformat(), "inactivity", "other", levels)
        for day, levels in enumerate(map(tuple, days.tolist()))
    ]


WORLDS = {"full": full, "canary": canary, "people": people}


def look(world: str, seed: int, shares: tuple[float, ...], icc: float = 0.0) -> Run:
    """Ask the gate each day, until it says worse."""
    how = How.BEFORE_AFTER if world == "full" else How.CANARY
    question = Question(do_both_grow=world != "full")
    passed = None
    looks = WORLDS[world](np.random.default_rng(seed), shares, icc)
    for day, (old, new, before, after) in enumerate(looks, start=1):
        verdict: Verdict = judge(old, new, strata_of(before, after, how), None, question).verdict
        if verdict == "worse":
            return Run(day, passed)
        if passed is None and verdict in ("not_worse", "better"):
            passed = day
    return Run(None, passed)


def _days(runs: list[Run], name: str, part: float) -> str:
    told = [getattr(run, name) or np.inf for run in runs]
    found = float(np.quantile(told, part, method="higher"))
    return f"{found:.0f}" if np.isfinite(found) else "never"


def main() -> int:
    """Print a line a world; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    options = parser.parse_args()
    is_missed = False
    print(
        "world | false alarms | same: passed by | 17 %: worse by | passed before | 13 %: worse by"
    )
    for world, icc, runs in (
        ("full", 0.0, options.runs),
        ("canary", 0.0, options.runs),
        ("people", 0.2, options.runs * 2 // 5),
        ("people", 0.5, options.runs * 2 // 5),
    ):
        same, worse, mild = (
            [look(world, 10 * seed + place, shares, icc) for seed in range(runs)]
            for place, shares in enumerate((SAME, WORSE, MILD))
        )
        alarms = sum(run.first_worse is not None for run in same) / runs
        wrong = sum(run.first_pass is not None for run in worse) / runs
        told = [
            " / ".join(_days(of, name, part) for part in (0.5, 0.9))
            for of, name in (
                (same, "first_pass"),
                (worse, "first_worse"),
                (mild, "first_worse"),
            )
        ]
        label = world if not icc else f"{world}, ICC {icc:g}"
        print(
            f"{label} | {alarms:.3f} | {told[0]} | {told[1]} | {wrong:.3f} | {told[2]}", flush=True
        )
        is_missed |= alarms > 0.05  # noqa: PLR2004  # the promise
        if world == "full":
            is_missed |= not (0 <= float(_as_number(told[1])) <= 4)  # noqa: PLR2004  # p90, days
    return int(is_missed)


def _as_number(told: str) -> float:
    last = told.rpartition(" / ")[2]
    return float("inf") if last == "never" else float(last)


if __name__ == "__main__":
    sys.exit(main())
