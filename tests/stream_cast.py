"""Streams of ratings with a known truth, and monitors of many of them at once."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from afterword.monitoring.streams.baseline import Direction, Gathering
from afterword.monitoring.streams.days import Day
from afterword.statistics.clusters import PeopleSums
from afterword.statistics.watches import EVERY, advance, log_ratios

MONDAY = date(2024, 1, 1)
TRUTH = (0.65, 0.25, 0.10)  # positive, neutral, negative
NEGATIVE = (0.088, 0.130)  # of weekdays and weekends in the realistic world
RATERS = (110, 75)  # a weekday, a weekend's day; each rates twice on average
RHO = 0.3
DEGRADED = 1.84  # times the odds of negative: 9.7 % become 16.5 %
MILD = DEGRADED**0.5
TRIGGERS = {"closing_message": 0.08, "inactivity": 0.18}  # negative of each


def weekends(n_days):
    """Say of days from a Monday on whether they are weekends."""
    return np.arange(n_days) % 7 >= 5


def even_days(rng, n_days, shares=TRUTH, n=200):
    """Give the days of a stream with as many ratings every day, all of strangers."""
    drawn = rng.multinomial(n, shares, n_days)
    return [Day(MONDAY + timedelta(i), tuple(row)) for i, row in enumerate(drawn.tolist())]


def realistic_days(rng, n_days, *, raters=RATERS, odds=1.0, change=None):
    """Give days with weekends, and people who rate often and agree with themselves.

    A rating repeats the person's mood of the day with probability √RHO.

    Args:
        rng: Where chance comes from.
        n_days: How many.
        raters: People to expect on a weekday and on a day of a weekend.
        odds: By what the odds of negative are multiplied.
        change: From which day on.
    """
    is_weekend = weekends(n_days)
    who = np.repeat(np.arange(n_days), rng.poisson(np.where(is_weekend, *raters[::-1])))
    is_changed = np.arange(n_days) >= (n_days if change is None else change)
    ratio = np.where(is_weekend, *[p / (1 - p) for p in NEGATIVE[::-1]])
    ratio = ratio * np.where(is_changed, odds, 1.0)
    negative = (ratio / (1 + ratio))[who]
    m = rng.geometric(0.5, who.size)
    repeated = rng.binomial(m, RHO**0.5)
    draw = rng.random(who.size)
    other = TRUTH[1] / (TRUTH[0] + TRUTH[1])
    mood = np.where(draw < negative, 2, draw < negative + (1 - negative) * other)
    y = rng.binomial(m - repeated, negative)
    middle = rng.binomial(m - repeated - y, other) + repeated * (mood == 1)
    y = y + repeated * (mood == 2)
    sums = [
        np.bincount(who, one, n_days).astype(int).tolist()
        for one in (np.ones_like(m), m, middle, y, m * m, m * y, y * y)
    ]
    return [
        Day(MONDAY + timedelta(i), (n - k - bad, k, bad), PeopleSums(people, n, bad, *squares))
        for i, (people, n, k, bad, *squares) in enumerate(zip(*sums, strict=True))
    ]


def mixed_days(rng, n_days, *, mix=(0.2, 0.6), odds=1.0, change=None, n=200):
    """Give days of strangers, of whom from one day on more are asked in silence.

    Args:
        rng: Where chance comes from.
        n_days: How many.
        mix: Share of ``inactivity`` before the change and from it on.
        odds: By what the odds of negative are multiplied from then on, within each trigger.
        change: That day.
        n: Ratings a day.
    """
    is_changed = np.arange(n_days) >= (n_days if change is None else change)
    silent = rng.binomial(n, np.where(is_changed, *mix[::-1]))
    found = []
    for size, bad in zip((n - silent, silent), TRIGGERS.values(), strict=True):
        ratio = bad / (1 - bad) * np.where(is_changed, odds, 1.0)
        negative = ratio / (1 + ratio)
        middle = (1 - negative) * TRUTH[1] / (TRUTH[0] + TRUTH[1])
        shares = np.stack((1 - negative - middle, middle, negative), 1)
        found.append(rng.multinomial(size, shares).tolist())
    return [
        _of_strangers(MONDAY + timedelta(i), tuple(map(tuple, both)))
        for i, both in enumerate(zip(*found, strict=True))
    ]


def _of_strangers(day, both):
    counts = tuple(map(sum, zip(*both, strict=True)))
    n, y = sum(counts), counts[2]
    return Day(day, counts, PeopleSums(n, n, y, n, y, y), dict(zip(TRIGGERS, both, strict=True)))


def frozen(days, n_streams=1):
    """Give the baseline of the first days, as a monitor freezes it."""
    gathering = Gathering()
    for day in days:
        gathering = gathering.with_day(day) if day.n else gathering
        if baseline := gathering.frozen(1, n_streams):
            return baseline
    raise AssertionError("too few days")


def ratios_of(baselines, direction=Direction.WORSE):
    """Give (streams, kinds of days, alternatives, levels): what a rating says, over deff."""
    return np.array(
        [
            [
                log_ratios(one.tolerated(direction, is_weekend=kind)) / one.design_effect
                for kind in (False, True)
            ]
            for one in baselines
        ]
    )


def ratios_by_trigger(baselines, direction=Direction.WORSE):
    """Give the same with levels of each of ``TRIGGERS`` side by side, best first either way."""
    return np.array(
        [
            [
                np.hstack([_ratios(one, direction, kind, name) for name in TRIGGERS])
                for kind in (False, True)
            ]
            for one in baselines
        ]
    )


def _ratios(baseline, direction, kind, name):
    strata = baseline.tolerated_strata(direction, is_weekend=kind)
    (shares,) = (shares for one, shares in strata if name in one.triggers)
    ratios = log_ratios(shares) / baseline.design_effect
    return ratios if direction is Direction.WORSE else ratios[:, ::-1]


def counts_by_trigger(streams):
    """Give (streams, days, levels of each trigger)."""
    return np.array(
        [[np.ravel([day.triggers[name] for name in TRIGGERS]) for day in one] for one in streams],
        float,
    )


def counts_of(streams):
    """Give (streams, days, levels)."""
    return np.array([[day.counts for day in one] for one in streams], float)


def weights_of(streams, baselines):
    """Give (streams, days): what a rating of a day weighs beside one of a usual day."""
    return np.array(
        [
            [base.design_effect / base.effect_on(day) for day in days]
            for days, base in zip(streams, baselines, strict=True)
        ]
    )


def alarms_of(counts, ratios, *, first=0, n_streams=1, direction=Direction.WORSE, weights=None):
    """Watch many streams at once; say on which days there were alarms.

    Args:
        counts: (streams, days, levels).
        ratios: As ``ratios_of`` gives them.
        first: The day after the baseline.
        n_streams: Under one budget.
        direction: In which they are watched.
        weights: As ``weights_of`` gives them; all alike when None.
    """
    turned = counts if direction is Direction.WORSE else counts[..., ::-1]
    kinds = weekends(counts.shape[1]).astype(int)
    log_rs = np.full((len(counts), ratios.shape[2]), -np.inf)
    level = np.log(EVERY * n_streams * ratios.shape[2])
    found = np.zeros(counts.shape[:2], bool)
    for day in range(first, counts.shape[1]):
        gained = np.einsum("skl,sl->sk", ratios[:, kinds[day]], turned[:, day])
        gained = gained if weights is None else gained * weights[:, day, None]
        is_rated = counts[:, day].any(1)[:, None]
        log_rs = np.where(is_rated, advance(log_rs, gained), log_rs)
        found[:, day] = np.logaddexp.reduce(log_rs, axis=1) >= level
        log_rs[found[:, day]] = -np.inf
    return found


def delays_of(found, change):
    """Give days from a change to the first alarm, the same day as 1; infinite without one."""
    later = found[:, change:]
    return np.where(later.any(1), later.argmax(1) + 1.0, np.inf)
