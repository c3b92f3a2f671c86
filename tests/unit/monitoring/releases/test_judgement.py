"""The verdict on a release."""

from math import fsum

import numpy as np
import pytest

from afterword.domain.counts import Cell, PersonSums
from afterword.monitoring.releases.budget import ALPHA, alpha_of
from afterword.monitoring.releases.judgement import Question, judge
from afterword.monitoring.releases.strata import Pair, Period, Strata
from unit.statistics.people import cell_of

SAME, WORSE = (0.65, 0.25, 0.10), (0.58, 0.25, 0.17)


def judged(old, new, question=Question(), people=None):  # noqa: B008  # a frozen value
    """Judge counts of strangers in one stratum."""
    strata = Strata(Period.WEEKEND, (Pair(tuple(old), tuple(new)),))
    return judge(once(old), people or once(new), strata, None, question)


def once(levels):
    """Count a cell in which nobody rated twice."""
    levels, n = tuple(levels), sum(levels)
    sums = PersonSums(n, n, levels, levels)
    return Cell("all", n, n, 0, 0, n, n, 0, *levels, persons=sums)


@pytest.mark.parametrize(
    ("new", "verdict"),
    [
        ((580, 250, 170), "worse"),
        ((550, 350, 100), "worse"),  # nobody is angry, fewer are helped
        ((720, 230, 50), "better"),
        ((65, 25, 10), "cannot_tell_yet"),
        ((2600, 1000, 400), "not_worse"),
        ((20, 5, 4), "not_enough_ratings"),
        ((0, 0, 0), "not_enough_ratings"),
    ],
)
def test_a_release_is_judged_at_both_ends(new, verdict):
    """Against 65/25/10 in 5,600 ratings."""
    found = judged((3640, 1400, 560), new)

    assert found.verdict == verdict
    assert (found.ratings_needed is None) == (
        verdict
        in ("worse", "better", "not_worse", *(() if sum(new) >= 10 else ("not_enough_ratings",)))
    )


def test_the_margin_is_what_still_counts_as_not_worse():
    """A stricter one takes more ratings."""
    counts = (3640, 1400, 560), (1300, 500, 200)

    assert judged(*counts, Question(margin=0.05)).verdict == "not_worse"
    found = judged(*counts, Question(margin=0.02))
    assert found.verdict == "cannot_tell_yet"
    assert found.ratings_needed is None  # 5,600 before are too few for that, whatever comes
    both = judged(*counts, Question(margin=0.02, do_both_grow=True))
    assert both.ratings_needed > 1000


def test_no_negatives_in_the_baseline_do_not_make_the_next_one_worse():
    """None of 200 and three of 200 may be chance; thirty are not."""
    assert judged((160, 40, 0), (158, 39, 3)).verdict == "cannot_tell_yet"
    assert judged((160, 40, 0), (135, 35, 30)).verdict == "worse"
    assert judged((200, 0, 0), (200, 0, 0)).verdict == "not_worse"


def test_one_persons_ratings_decide_nothing():
    """However many: it takes fifteen people."""
    one = cell_of([(10, 5, 200)])

    found = judged((3640, 1400, 560), (10, 5, 200), people=one)

    assert found.verdict == "not_enough_ratings"
    assert found.ratings_needed is None
    assert found.negative.always_low is None


def test_a_few_people_who_rate_often_count_as_few():
    """Sixteen people with ten ratings each, all of one mind, against the same of strangers."""
    counts = (100, 20, 40)
    often = cell_of([(10, 0, 0)] * 10 + [(0, 10, 0)] * 2 + [(0, 0, 10)] * 4)

    assert judged((3640, 1400, 560), counts).verdict == "worse"
    assert judged((3640, 1400, 560), counts, people=often).verdict == "not_enough_ratings"


def test_another_mix_alone_does_not_make_it_worse():
    """Twice as many sessions of the hard kind; each kind is rated as before."""
    pairs = (Pair((1400, 400, 200), (350, 100, 50)), Pair((400, 300, 300), (400, 300, 300)))
    old, new = (
        [sum(column) for column in zip(*side, strict=True)] for side in zip(*pairs, strict=True)
    )
    alike = Strata(Period.WEEKEND, pairs)

    assert judged(old, new).verdict == "worse"
    found = judge(once(old), once(new), alike, None, Question())
    assert found.negative.difference == pytest.approx(0, abs=1e-12)
    assert found.verdict != "worse"


def test_kinds_that_do_not_meet_are_no_comparison():
    """Nothing is like anything."""
    apart = Strata(Period.DAY, (Pair((65, 25, 10), (0, 0, 0)), Pair((0, 0, 0), (30, 30, 40))))

    found = judge(once((65, 25, 10)), once((30, 30, 40)), apart, None, Question())

    assert found.verdict == "not_enough_ratings"
    assert found.win.value < 0.5


def test_the_budget_is_spent_once():
    """A half, a sixth, a twelfth: all of them together come to five per cent."""
    assert [alpha_of(place) for place in (1, 2, 3)] == pytest.approx([0.025, 0.05 / 6, 0.05 / 12])
    assert fsum(alpha_of(place) for place in range(1, 10_000)) == pytest.approx(ALPHA, rel=1e-3)


def test_a_smaller_budget_takes_more_to_say_worse():
    """The fifth release since one was accepted."""
    counts = (3640, 1400, 560), (365, 155, 95)

    assert judged(*counts).verdict == "worse"
    assert judged(*counts, Question(alpha=alpha_of(5))).verdict != "worse"


def test_good_releases_pass_and_bad_ones_are_stopped_in_days():
    """Every day, after 28 days of 200: the small form of bench/statistics/releases.py."""
    rng = np.random.default_rng(12)
    n_wrong, delays = 0, []
    for _ in range(20):
        old = rng.multinomial(5600, SAME)
        n_wrong += _worse_on(old, rng.multinomial(200, SAME, 90).cumsum(0)[::3]) is not None
        delays.append(_worse_on(old, rng.multinomial(200, WORSE, 14).cumsum(0)) or 99)

    assert n_wrong <= 3  # of 20 at .05; four or more would come once in 60
    assert np.quantile(delays, 0.9) <= 4


def _worse_on(old, looks):
    for day, new in enumerate(looks, start=1):
        if judged(old.tolist(), new.tolist()).verdict == "worse":
            return day
    return None
