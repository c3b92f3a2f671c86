"""Simulated ratings of people who have moods, all worlds of a simulation drawn at once."""

import numpy as np

from afterword.statistics.clusters import PeopleSums

TRUTH = (0.65, 0.25, 0.10)  # positive, neutral, negative


def ratings(seed, shares=TRUTH, *, worlds=2000, people, ratings_each=1.0, rho=0.0):
    """Give (worlds, people, levels) counts of ratings.

    A rating repeats the person's own mood with probability √rho, which makes the intraclass
    correlation rho at every level.
    """
    rng = np.random.default_rng(seed)
    m = rng.geometric(1 / ratings_each, (worlds, people))
    moods = rng.choice(len(shares), (worlds, people), p=shares)
    repeated = rng.binomial(m, rho**0.5)
    drawn = rng.multinomial(m - repeated, shares)
    np.put_along_axis(
        drawn,
        moods[..., None],
        np.take_along_axis(drawn, moods[..., None], 2) + repeated[..., None],
        2,
    )
    return drawn


def level_sums(table, level=2):
    """Give each world's sums at one level."""
    m, y = table.sum(2), table[..., level]
    rows = np.stack(
        [(m > 0).sum(1), m.sum(1), y.sum(1), (m * m).sum(1), (m * y).sum(1), (y * y).sum(1)], 1
    )
    return [PeopleSums(*row) for row in rows.tolist()]


def coverage(intervals, truth):
    """Say which share of intervals holds the truth; worlds without an interval do not count."""
    held = [one.low <= truth <= one.high for one in intervals if hasattr(one, "low")]
    assert len(held) >= 0.95 * len(intervals)
    return float(np.mean(held))
