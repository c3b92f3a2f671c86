"""Late ratings, and days that are not what they were."""

from datetime import timedelta

import msgspec
import numpy as np

from afterword.monitoring.streams.monitor import Monitor, replay
from afterword.monitoring.streams.recount import brought_up
from stream_cast import MONDAY, even_days, mixed_days, realistic_days

LAST = MONDAY + timedelta(10_000)


def changed(days, at, counts):
    """Give the days with other counts on one of them."""
    return [*days[:at], msgspec.structs.replace(days[at], counts=counts), *days[at + 1 :]]


def test_new_days_are_added_and_others_left():
    """Whether they come one by one or all at once; what has not settled waits."""
    days = realistic_days(np.random.default_rng(1), 100)
    whole, _ = replay(days[:90], Monitor())
    monitor = Monitor()
    for i in (20, 56, 57, 70, 89):
        update = brought_up(monitor, days, days[i].date)
        assert not update.is_recounted
        monitor = update.monitor

    assert monitor == whole
    assert brought_up(monitor, days, days[89].date).monitor == whole


def test_a_late_rating_counts_its_day_again():
    """Evidence becomes what it would have been, and the update says so."""
    days = realistic_days(np.random.default_rng(2), 100)
    monitor, _ = replay(days[:90], Monitor())
    late = changed(days, 70, (100, 40, 60))

    update = brought_up(monitor, late, LAST)

    assert update.is_recounted
    assert update.monitor == replay(late, Monitor())[0]


def test_a_day_of_the_baseline_stays_frozen():
    """Also where its days are not there any more."""
    days = realistic_days(np.random.default_rng(3), 100)
    monitor, _ = replay(days[:90], Monitor())
    whole, _ = replay(days, Monitor())

    for told in (changed(days, 20, (0, 0, 200)), days[56:]):
        update = brought_up(monitor, told, LAST)
        assert (update.is_recounted, update.monitor) == (False, whole)


def test_a_baseline_in_the_making_is_gathered_again():
    """It is not frozen yet."""
    days = realistic_days(np.random.default_rng(4), 60)
    monitor, _ = replay(days[:50], Monitor())
    late = changed(days, 20, (100, 40, 60))

    update = brought_up(monitor, late, LAST)

    assert update.is_recounted
    assert update.monitor == replay(late, Monitor())[0]


def test_an_alarm_that_is_not_found_again_is_named():
    """The bad day was a mistake of counting."""
    days = even_days(np.random.default_rng(5), 90)
    wrong = changed(days, 80, (80, 40, 80))
    monitor, (alarm,) = replay(wrong, Monitor())

    update = brought_up(monitor, days, LAST)

    assert update.is_recounted
    assert update.gone == (alarm,)
    assert update.monitor.episodes == ()


def test_counting_again_after_an_act_begins_after_it():
    """The version stays, and older days are not looked at."""
    days = even_days(np.random.default_rng(6), 200)
    monitor, _ = replay(days[:100], Monitor())
    rebased = monitor.rebased(days[99].date)
    monitor, _ = replay(days[100:130], rebased)

    same = brought_up(monitor, days, days[140].date)
    late = brought_up(monitor, changed(days, 120, (1, 1, 1)), days[140].date)

    assert not same.is_recounted
    assert same.monitor.gathering.n_days == 41
    assert late.is_recounted
    assert (late.monitor.version, late.monitor.gathering.n_days) == (2, 41)


def test_days_that_turn_out_to_have_triggers_are_counted_again():
    """As many ratings, told apart."""
    days = mixed_days(np.random.default_rng(7), 60)
    before, _ = replay(
        [msgspec.structs.replace(one, triggers=None) for one in days[:30]], Monitor()
    )

    update = brought_up(before, days, LAST)

    assert update.is_recounted
    assert update.monitor == replay(days, Monitor())[0]


def test_a_baseline_in_the_making_beside_another_is_gathered_again():
    """As if the late rating had been there."""
    days = realistic_days(np.random.default_rng(8), 160)
    accepted = [days[80].date]
    monitor, _ = replay(days[:100], Monitor(), accepted)
    late = changed(days, 90, (100, 40, 60))

    same, again = (brought_up(monitor, one, LAST, accepted) for one in (days, late))

    assert (same.is_recounted, again.is_recounted) == (False, True)
    assert same.monitor == replay(days, Monitor(), accepted)[0]
    assert again.monitor == replay(late, Monitor(), accepted)[0]
    assert again.monitor.version == 2
    # Accepted once more, which moves the day that the journal keeps: what was begun goes on.
    assert brought_up(monitor, late, LAST, [days[99].date]).monitor.version == 2
