"""What a stream is held against: eight weeks, frozen."""

from dataclasses import astuple
from datetime import date, timedelta
from statistics import NormalDist

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from afterword.monitoring.streams.baseline import (
    Direction,
    EffectSource,
    Gathering,
    tolerance,
)
from afterword.monitoring.streams.days import Day
from afterword.statistics.clusters import PeopleSums, design_effect
from afterword.statistics.dispersion import DaySums, overdispersion
from afterword.statistics.watches import tolerant_baseline
from stream_cast import MONDAY, even_days, frozen, realistic_days


def gathered(counts, people=None, step=1):
    """Gather days from a Monday on."""
    found = Gathering()
    for i, one in enumerate(counts):
        found = found.with_day(Day(MONDAY + timedelta(i * step), one, people))
    return found


def test_it_counts_down_days_and_ratings():
    """Both are needed."""
    young, thin = gathered([(8, 1, 1)] * 55), gathered([(1, 0, 0)] * 60)

    assert (young.days_missing, young.ratings_missing, young.frozen(1)) == (1, 0, None)
    assert (thin.days_missing, thin.ratings_missing, thin.frozen(1)) == (0, 40, None)
    assert Gathering().days_missing == 56
    baseline = gathered([(8, 1, 1)] * 56).frozen(3)
    assert (baseline.version, baseline.n_days) == (3, 56)
    assert (baseline.first, baseline.last) == (MONDAY, MONDAY + timedelta(55))


def test_weekends_have_their_own_shares_where_they_have_ratings():
    """Eight weekends of six ratings are too few, of seven enough: 96 and 112."""
    days = [(5, 1, 0) if i % 7 < 5 else (3, 0, 0) for i in range(56)]
    few = gathered(days).frozen(1)
    many = gathered([(5, 1, 0) if i % 7 < 5 else (1, 2, 4) for i in range(56)]).frozen(1)

    assert not few.is_split
    assert few.shares(is_weekend=True) == few.shares(is_weekend=False)
    assert few.shares(is_weekend=True) == pytest.approx((248 / 288, 40 / 288, 0))
    assert many.shares(is_weekend=True) == pytest.approx((1 / 7, 2 / 7, 4 / 7))
    assert many.shares(is_weekend=False) == pytest.approx((5 / 6, 1 / 6, 0))


def test_a_stream_without_weekends_has_one_baseline():
    """Every seventh day is a Monday."""
    baseline = gathered([(8, 1, 1)] * 56, step=7).frozen(1)

    assert baseline.shares(is_weekend=True) == (0.8, 0.1, 0.1)


def test_shares_are_tolerated_from_both_sides():
    """At upper bounds of bad, or of good, at effective sizes."""
    baseline = frozen(realistic_days(np.random.default_rng(1), 56))
    effect = baseline.design_effect

    worse = baseline.tolerated(Direction.WORSE, is_weekend=True)
    better = baseline.tolerated(Direction.BETTER, is_weekend=True)

    weekday, weekend = sum(baseline.weekday), sum(baseline.weekend)
    both = (weekday + weekend) ** 0.5 / (weekday**0.5 + weekend**0.5)
    how = {"design_effect": effect, "quantile": both}
    assert worse == tolerant_baseline(baseline.weekend, **how)
    assert better == tolerant_baseline(baseline.weekend[::-1], **how)
    low, _, high = baseline.shares(is_weekend=True)
    assert worse[2] > high
    assert better[2] > low


def test_both_kinds_of_days_together_are_tolerated_as_all_days_would_be():
    """Where they do not differ: the mean of their bounds stands where one bound would."""
    baseline = gathered([(650, 250, 100)] * 56).frozen(1)
    bounds = [baseline.tolerated(Direction.WORSE, is_weekend=kind) for kind in (False, True)]

    mean = (5 * np.array(bounds[0]) + 2 * np.array(bounds[1])) / 7

    # Wilson's bound also moves by z²/2n, 1/100,000 here.
    assert mean == pytest.approx(tolerant_baseline((36_400, 14_000, 5_600)), abs=2e-5)


def test_many_streams_are_tolerated_more():
    """One standard error alone; the tail of fifty is a 3.7th of it."""
    one, fifty = (NormalDist().cdf(-tolerance(n)) for n in (1, 50))

    assert tolerance(1) == pytest.approx(1.0)
    assert one / fifty == pytest.approx(50 ** (1 / 3))
    assert gathered([(8, 1, 1)] * 56).frozen(1, 50).tolerance == tolerance(50)


def test_the_design_effect_is_that_of_people_who_rate_often():
    """The mean over kinds of days, by their ratings: 1.6 in a world that was made so."""
    days = realistic_days(np.random.default_rng(2), 56)
    kinds = [[one for one in days if one.is_weekend is is_weekend] for is_weekend in (False, True)]
    sums = [sum((one.people for one in kind), PeopleSums()) for kind in kinds]

    baseline = frozen(days)

    expected = sum(one.n * design_effect(one) for one in sums) / sum(one.n for one in sums)
    assert baseline.design_effect == pytest.approx(expected)
    assert baseline.effect_source is EffectSource.PEOPLE
    # Σm²/n - 1 = 2 in the mean, times .3; a world of 11,000 ratings is off by a tenth or so.
    assert baseline.design_effect == pytest.approx(1.6, abs=0.2)


def test_without_person_sums_it_is_how_days_differ():
    """On one day without them nobody knows; strangers have none."""
    days = realistic_days(np.random.default_rng(3), 56)
    days[7] = msgspec.structs.replace(days[7], people=None)
    kinds = [
        sum((DaySums.of(one.counts) for one in days if one.is_weekend is kind), DaySums())
        for kind in (False, True)
    ]

    baseline = frozen(days)

    assert baseline.design_effect == pytest.approx(overdispersion(kinds))
    assert baseline.effect_source is EffectSource.DAYS
    assert frozen(even_days(np.random.default_rng(4), 56)).design_effect < 1.4


def test_days_that_differ_for_reasons_of_their_own_are_seen():
    """All ratings are strangers', but every day has a mood; days without moods are people's."""
    rng = np.random.default_rng(9)
    moods = rng.dirichlet((13, 5, 2), 56)
    days = [
        Day(MONDAY + timedelta(i), tuple(row), PeopleSums(200, 200, row[2], 200, row[2], row[2]))
        for i, row in enumerate(rng.multinomial(200, moods).tolist())
    ]

    # One in 21 of the variance of a share lies between days: 1 + 199/21.
    assert frozen(days).effect_source is EffectSource.DAYS
    assert frozen(days).design_effect == pytest.approx(1 + 199 / 21, rel=0.4)
    usual = [frozen(realistic_days(rng, 56)).effect_source for _ in range(20)]
    assert set(usual) == {EffectSource.PEOPLE}


def test_no_negative_at_all_leaves_the_other_levels():
    """Person sums of negatives say nothing then, days do; one level alone says nothing."""
    people = PeopleSums(5, 10, 0, 26, 0, 0)
    mixed = gathered([(9, 1, 0), (3, 7, 0)] * 28, people).frozen(1)
    alone = gathered([(10, 0, 0)] * 56, people).frozen(1)

    assert mixed.effect_source is EffectSource.DAYS
    assert mixed.design_effect > 3
    assert (alone.effect_source, alone.design_effect) == (EffectSource.NOTHING, 1.0)
    assert 0 < alone.tolerated(Direction.WORSE, is_weekend=False)[2] < 0.02


def test_all_ratings_of_one_person_count_as_one_voice():
    """Each day one person who always says the same ten times."""
    days = [Day(MONDAY + timedelta(i), *one_mind(i % 8 == 0)) for i in range(56)]

    # Ten, or a little more: one person's variance over few days.
    assert frozen(days).design_effect == pytest.approx(10, rel=0.05)


def one_mind(is_bad):
    """Give ten ratings of one person, all the same."""
    y = 10 * is_bad
    return (10 - y, 0, y), PeopleSums(1, 10, y, 100, 10 * y, y * y)


def test_days_before_an_act_do_not_belong_to_it():
    """What is gathered can be kept and read again."""
    gathering = gathered([(8, 1, 1)] * 3, PeopleSums(5, 10, 1, 20, 2, 1))

    read = msgspec.json.decode(msgspec.json.encode(gathering), type=Gathering)

    assert read == gathering
    assert astuple(read.weekday)[:2] == (3, (24, 3, 3))
    assert read.first == date(2024, 1, 1)


def test_a_day_of_one_person_is_one_voice():
    """Where nobody rated twice before, nobody knows how much one person's ratings go together."""
    strangers = [
        replace(one, people=PeopleSums(one.n, one.n, one.counts[2], one.n, *[one.counts[2]] * 2))
        for one in even_days(np.random.default_rng(3), 56)
    ]
    baseline = frozen(strangers)
    angry = Day(MONDAY, (0, 0, 30), PeopleSums(1, 30, 30, 900, 900, 900))

    assert (baseline.repeats, baseline.agreement) == (1.0, 1.0)
    assert baseline.effect_on(angry) == pytest.approx(30 * baseline.design_effect)
    assert baseline.effect_on(strangers[0]) == baseline.design_effect
    assert baseline.effect_on(Day(MONDAY, (1, 1, 1))) == baseline.design_effect


def test_a_day_weighs_by_how_often_its_people_rated():
    """By the agreement that was seen: .3 in the realistic world."""
    baseline = frozen(realistic_days(np.random.default_rng(6), 400))
    often = Day(MONDAY, (60, 20, 20), PeopleSums(20, 100, 20, 600, 100, 100))

    assert baseline.repeats == pytest.approx(3, abs=0.2)
    assert baseline.agreement == pytest.approx(0.3, abs=0.1)
    usual = 1 + (baseline.repeats - 1) * baseline.agreement
    assert baseline.effect_on(often) == pytest.approx(
        baseline.design_effect * (1 + 5 * baseline.agreement) / usual
    )
