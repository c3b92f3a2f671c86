"""The three levels of a cell."""

import numpy as np
import pytest

from afterword.domain.counts import Cell
from afterword.statistics.clusters import Agreement, clustered_wilson, design_effect
from afterword.statistics.levels import agreement, effective, level_shares, people_sums
from afterword.statistics.shares import NotEstimable, Reason, each_of, goodman
from unit.statistics.people import cell_of, strangers

REGULARS = [(3, 1, 0), (2, 0, 0), (0, 0, 4), (1, 2, 0), (5, 0, 1), (0, 3, 0), (4, 1, 1)] * 3


def test_people_who_rate_once_get_goodmans_intervals():
    """Nothing to correct, nothing corrected: the published simultaneous bounds."""
    cell = strangers(65, 25, 10)

    found = level_shares(cell, agreement([cell]))

    assert tuple(level.bounds for level in found) == goodman((65, 25, 10))
    assert {level.design_effect for level in found} == {1.0}


def test_people_who_rate_often_get_wilson_at_the_effective_size():
    """Where its own design effect is the greater, a level is clustered Wilson at Bonferroni."""
    cell = cell_of(REGULARS)
    levels = people_sums(cell)

    found = level_shares(cell, Agreement(excess=0.0, room=1.0, n_raters=21))

    assert [level.design_effect for level in found] == [design_effect(sums) for sums in levels]
    assert [level.bounds for level in found] == [
        clustered_wilson(sums, confidence_level=each_of(3, 0.95)) for sums in levels
    ]


def test_a_level_that_nobody_chose_keeps_the_pooled_design_effect():
    """Zero negatives do not make the ratings independent."""
    cell = cell_of([(4, 0, 0), (0, 4, 0)] * 10)

    *_, negative = level_shares(cell, agreement([cell]))

    assert negative.count == 0
    assert negative.bounds.low == negative.bounds.share == 0.0
    assert negative.design_effect == pytest.approx(4.0, abs=0.1)


def test_few_people_borrow_agreement_from_the_other_cells():
    """A week with five raters is judged by what all weeks show."""
    week, rest = cell_of(REGULARS[:5], "2026-11-02"), cell_of(REGULARS, "2026-11-09")
    pool = agreement([week, rest])

    found = level_shares(week, pool)

    expected = pool.design_effect(people_sums(week)[0])
    assert 1 < expected < people_sums(week)[0].worst_effect
    assert {level.design_effect for level in found} == {expected}


def test_few_people_alone_count_as_one_voice_each():
    """Where nothing shows how much people agree with themselves, the worst is assumed."""
    cell = cell_of(REGULARS[:5])

    found = level_shares(cell, agreement([cell]))

    assert [level.n_effective for level in found] == pytest.approx(
        [cell.n_rated**2 / cell.persons.m2] * 3
    )


@pytest.mark.parametrize("people", [REGULARS, REGULARS[:5], [(1, 0, 0)] * 30 + [(0, 0, 1)] * 9])
def test_one_level_rests_on_what_it_rests_on_among_three(people):
    """The effective size is the same; only Bonferroni is left out of the bounds."""
    cell = cell_of(people)
    pool = agreement([cell])
    levels = level_shares(cell, pool)

    found = [effective(sums, pool) for sums in people_sums(cell)]

    assert [one.n for one in found] == pytest.approx([one.n_effective for one in levels])
    assert [one.bounds(each_of(3, 0.95)) for one in found] == [one.bounds for one in levels]
    assert all(one.variance > 0 for one in found)


@pytest.mark.parametrize(
    ("cell", "reason", "n"),
    [
        (Cell("all", n_sessions=50), Reason.NO_RATINGS, 0),
        (cell_of([(1, 0, 0)] * 9), Reason.FEW_RATINGS, 9),
        (cell_of([(30, 1, 2)]), Reason.ONE_RATER, 1),
        (Cell("other", n_rated=40, positive=40), Reason.UNKNOWN_RATERS, 0),
    ],
)
def test_what_cannot_be_bounded_is_said(cell, reason, n):
    """No ratings, fewer than ten, one person, and merged cells have no interval."""
    assert level_shares(cell, agreement([cell])) == NotEstimable(reason, n)
    assert effective(people_sums(cell)[0], agreement([cell])) == NotEstimable(reason, n)


TRUTH = (0.65, 0.25, 0.10)


def joint_coverage(*, seed, people, ratings_each, rho, worlds=400):
    """Count how often all three intervals hold the truth.

    A rating repeats the person's own mood with probability √rho, which makes the intraclass
    correlation rho at every level.
    """
    rng = np.random.default_rng(seed)
    held = 0
    for _ in range(worlds):
        m = rng.geometric(1 / ratings_each, people)
        moods = rng.choice(3, people, p=TRUTH)
        owner = np.repeat(np.arange(people), m)
        drawn = rng.choice(3, owner.size, p=TRUTH)
        told = np.where(rng.random(owner.size) < rho**0.5, moods[owner], drawn)
        table = np.zeros((people, 3), dtype=int)
        np.add.at(table, (owner, told), 1)
        cell = cell_of([tuple(int(n) for n in row) for row in table])
        found = level_shares(cell, agreement([cell]))
        held += isinstance(found, NotEstimable) or all(
            level.bounds.low <= truth <= level.bounds.high
            for level, truth in zip(found, TRUTH, strict=True)
        )
    return held / worlds


@pytest.mark.parametrize(
    ("people", "ratings_each", "rho"),
    [(100, 1, 0.0), (40, 3, 0.0), (40, 3, 0.3), (40, 8, 0.3), (40, 3, 0.8), (6, 4, 0.3)],
)
def test_all_three_intervals_hold_as_often_as_they_say(people, ratings_each, rho):
    """Joint coverage at 95 %, however often people rate and however much they agree."""
    coverage = joint_coverage(seed=7, people=people, ratings_each=ratings_each, rho=rho)

    # Two standard errors of 400 worlds are 0.022.
    assert coverage >= 0.95 - 0.022


def test_ignoring_people_would_not_hold():
    """The correction is needed: plain Goodman misses in the same world."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        moods = rng.choice(3, 40, p=TRUTH)
        counts = np.bincount(np.repeat(moods, rng.geometric(1 / 3, 40)), minlength=3)
        held += all(
            bounds.low <= truth <= bounds.high
            for bounds, truth in zip(goodman(counts.tolist()), TRUTH, strict=True)
        )

    assert held / 200 < 0.85
