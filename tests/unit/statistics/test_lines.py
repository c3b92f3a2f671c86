"""The lines of a healthy distribution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from afterword.domain.counts import Cell, PersonSums
from afterword.statistics.levels import LevelShare
from afterword.statistics.lines import (
    DEFAULT_LINES,
    Health,
    Lines,
    crossings,
    is_enough,
    probability_above,
)
from afterword.statistics.shares import Interval


def levels_of(positive, neutral, negative, n=200):
    """Make levels with these shares of n independent ratings."""
    return tuple(
        LevelShare(round(share * n), Interval(share, 0.0, 1.0), 1.0, n)
        for share in (positive, neutral, negative)
    )


@pytest.mark.parametrize(("y", "n", "expected"), [(17, 100.5, 0.222785), (25, 100.5, 0.887243)])
def test_the_tail_is_that_of_the_beta_distribution(y, n, expected):
    """Beta(17.5, 84) and Beta(25.5, 76) above 0.2, as R's pbeta prints them."""
    assert probability_above(0.2, y / n, n) == pytest.approx(expected, abs=5e-7)


@given(st.floats(0, 1), st.floats(1, 1e5), st.floats(0.01, 0.99))
def test_the_tail_agrees_with_an_independent_function(share, n, line):
    """scipy.stats reaches the same tail another way."""
    y = share * n

    assert probability_above(line, share, n) == pytest.approx(
        float(beta.sf(line, y + 0.5, n - y + 0.5)), rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.65, 0.25, 0.10), []),
        ((0.50, 0.20, 0.30), [Health.INVESTIGATE]),
        ((0.55, 0.24, 0.21), [Health.WATCH_INVESTIGATE]),
        ((0.40, 0.50, 0.10), [Health.NOT_CLEARLY_VALUABLE]),
        ((0.49, 0.41, 0.10), [Health.WATCH_NOT_CLEARLY_VALUABLE]),
        ((0.20, 0.50, 0.30), [Health.INVESTIGATE, Health.NOT_CLEARLY_VALUABLE]),
        ((0.60, 0.20, 0.20), []),
    ],
)
def test_a_line_is_crossed_surely_or_only_by_the_estimate(shares, expected):
    """At 200 ratings; a share on its line has not crossed it."""
    assert [found.health for found in crossings(levels_of(*shares), DEFAULT_LINES)] == expected


def test_many_ratings_of_few_voices_are_not_sure():
    """The effective number decides, not the number of ratings."""
    levels = tuple(
        LevelShare(level.count, level.bounds, 10.0, level.n_effective / 10)
        for level in levels_of(0.50, 0.20, 0.30)
    )

    assert [found.health for found in crossings(levels, DEFAULT_LINES)] == [
        Health.WATCH_INVESTIGATE
    ]


def test_lines_can_be_moved():
    """A product with its own idea of healthy says so."""
    [found] = crossings(levels_of(0.65, 0.25, 0.10), Lines(negative=0.05))

    assert (found.health, found.line) == (Health.INVESTIGATE, 0.05)
    assert found.probability > 0.95


@pytest.mark.parametrize(
    ("n_rated", "n_raters", "expected"),
    [(30, 15, True), (29, 15, False), (30, 14, False), (0, 0, False)],
)
def test_thirty_ratings_of_fifteen_people_are_enough(n_rated, n_raters, expected):
    """Both are needed, and exactly these numbers suffice."""
    cell = Cell("all", n_rated=n_rated, persons=PersonSums(n_raters))

    assert is_enough(cell, DEFAULT_LINES) is expected
