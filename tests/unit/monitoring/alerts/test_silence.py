"""A stream that has fallen silent, against its own hours."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from afterword.monitoring.alerts.silence import silence_of

MONDAY = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp()) // 3600
WEEK = 7 * 24
YEAR = 365 * 24


def office(n_weeks, each=4):
    """Ratings from 9 to 17 on weekdays, as many every hour."""
    return {
        MONDAY + day * 24 + hour: each
        for day in range(7 * n_weeks)
        if day % 7 < 5
        for hour in range(9, 17)
    }


def test_nights_and_weekends_are_no_silence():
    """Nobody expects anything then; on Monday morning somebody should have come."""
    found = office(9)
    monday = MONDAY + 9 * WEEK

    assert silence_of(found, monday + 9) is None
    silent = silence_of(found, monday + 17)
    assert silent is not None
    assert silent.last_hour == monday - WEEK + 4 * 24 + 16
    assert silent.expected == pytest.approx(8 * 4)


def test_a_silence_is_told_as_soon_as_it_is_no_chance():
    """32 a day of strangers: a silence as long as 9.4 expected ratings comes once in a year."""
    found = office(9)
    monday = MONDAY + 9 * WEEK
    told = [hour for hour in range(9, 18) if silence_of(found, monday + hour)]

    # 160 a week are 22.9 a day: log(22.9 · 365) = 9.03, or three hours of four ratings.
    assert told == list(range(12, 18))


def test_several_streams_share_the_budget():
    """And need an hour more."""
    found = office(9)
    monday = MONDAY + 9 * WEEK

    assert silence_of(found, monday + 12, n_streams=50) is None
    assert silence_of(found, monday + 13, n_streams=50) is not None


@pytest.mark.parametrize(
    "found",
    [{}, {MONDAY: 1}, office(1, each=20), {MONDAY + day * 24: 1 for day in range(60)}],
    ids=["none", "one", "a week", "few"],
)
def test_who_is_hardly_known_is_not_missed(found):
    """Two weeks and a hundred ratings are needed."""
    assert silence_of(found, MONDAY + 40 * WEEK) is None


@pytest.mark.parametrize(("bunch", "bar"), [(1, 8), (4, 8)], ids=["strangers", "bunches"])
def test_ratings_that_go_on_are_hardly_ever_missed(bunch, bar):
    """Three years each, of 8 and of 60 a day, alone or four at a time: once a year at most."""
    n_false = 0
    for seed, a_day in enumerate((8, 60)):
        rng = np.random.default_rng(seed)
        by_day = a_day / bunch * (1 + 0.8 * np.cos((np.arange(24) - 14) * np.pi / 12)) / 24
        counts = bunch * rng.poisson(np.tile(by_day, 3 * 365))
        hours = np.flatnonzero(counts)
        for at in np.flatnonzero(np.diff(hours) > 3):
            past = hours[: at + 1][-1500:]
            told = {MONDAY + int(one): int(counts[one]) for one in past}
            n_false += silence_of(told, MONDAY + int(hours[at + 1])) is not None

    assert n_false <= bar  # six years: six at most are promised, and chance has a say
