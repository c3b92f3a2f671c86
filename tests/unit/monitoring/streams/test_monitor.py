"""A stream watched day by day."""

from datetime import timedelta

import msgspec
import numpy as np
import pytest

from afterword.monitoring.streams.baseline import Direction
from afterword.monitoring.streams.days import Day
from afterword.monitoring.streams.monitor import KEPT, Monitor, replay
from afterword.statistics.watches import EVERY, Watch
from stream_cast import (
    DEGRADED,
    MONDAY,
    TRUTH,
    alarms_of,
    counts_of,
    delays_of,
    even_days,
    frozen,
    ratios_of,
    realistic_days,
    weights_of,
)

FALLEN = (0.50, 0.28, 0.22)


def days_of(*stretches, seed=1):
    """Give 200 ratings a day, by pairs of shares and days, from a Monday on."""
    rng = np.random.default_rng(seed)
    drawn = [day for shares, n_days in stretches for day in even_days(rng, n_days, shares)]
    return [
        msgspec.structs.replace(one, date=MONDAY + timedelta(i)) for i, one in enumerate(drawn)
    ]


def test_it_does_what_a_watch_does():
    """Frozen after 56 days; then each day against its kind, over its design effect, both ways."""
    days = realistic_days(np.random.default_rng(5), 70)
    baseline = frozen(days)

    monitor, episodes = replay(days, Monitor())

    worse, better = Watch(), Watch()
    for day in days[56:]:
        how = {"is_weekend": day.is_weekend}
        effect = {"design_effect": baseline.effect_on(day)}
        worse = worse.after(day.counts, baseline.tolerated(Direction.WORSE, **how), **effect)
        better = better.after(
            day.counts[::-1], baseline.tolerated(Direction.BETTER, **how), **effect
        )
    assert (monitor.baseline, episodes) == (baseline, ())
    assert monitor.watch(Direction.WORSE) == worse
    assert monitor.watch(Direction.BETTER) == better


def test_a_fall_is_one_episode_however_long_it_lasts():
    """It is confirmed while it goes on, and ends after the repair."""
    days = days_of((TRUTH, 80), (FALLEN, 40), (TRUTH, 40))

    _, (episode,) = replay(days, Monitor())

    assert episode.direction is Direction.WORSE
    assert days[80].date <= episode.date <= days[81].date
    assert episode.evidence >= EVERY
    assert episode.n_confirmed > 10
    assert days[115].date <= episode.confirmed <= days[119].date
    assert days[120].date <= episode.ended <= days[130].date


def test_a_rise_is_watched_for_as_well():
    """And ends what was worse."""
    days = days_of((TRUTH, 80), (FALLEN, 3), ((0.78, 0.17, 0.05), 10))

    _, (worse, better) = replay(days, Monitor())

    assert (worse.direction, better.direction) == (Direction.WORSE, Direction.BETTER)
    assert worse.ended <= better.date
    assert better.ended is None


@pytest.mark.parametrize("gap", [1, 40])
def test_days_without_ratings_are_no_evidence(gap):
    """Absent or empty, they change nothing."""
    before, after = days_of((TRUTH, 80), ((0.62, 0.25, 0.13), 5))[:80], days_of((TRUTH, 5), seed=2)
    later = [
        msgspec.structs.replace(one, date=MONDAY + timedelta(84 + 7 * gap + i))
        for i, one in enumerate(after)
    ]
    empty = [Day(MONDAY + timedelta(80 + i), (0, 0, 0)) for i in range(gap)]

    absent, _ = replay([*before, *later], Monitor())
    told, _ = replay([*before, *empty, *later], Monitor())

    assert told == absent
    assert replay([*before, *empty], Monitor())[0].worse == replay(before, Monitor())[0].worse


def test_no_alarm_without_a_baseline():
    """A fall in the first weeks becomes a part of it."""
    monitor, episodes = replay(days_of((TRUTH, 30), (FALLEN, 25)), Monitor())

    assert (monitor.baseline, episodes) == (None, ())
    assert monitor.gathering.days_missing == 1


def test_days_come_in_order():
    """A day that was counted is changed by counting again, not by adding."""
    monitor, _ = replay(days_of((TRUTH, 3)), Monitor())

    with pytest.raises(ValueError, match="does not come after"):
        monitor.after(Day(MONDAY + timedelta(2), (1, 0, 0)))


def test_many_streams_share_a_budget():
    """Fifty need fifty times the evidence."""
    days = days_of((TRUTH, 80), ((0.6, 0.26, 0.14), 40))

    _, alone = replay(days, Monitor())
    _, many = replay(days, Monitor(n_streams=50))

    assert alone[0].date < many[0].date
    assert many[0].evidence >= 50 * EVERY


def test_only_an_act_makes_a_new_baseline():
    """It begins after the act, has the next version, and knows nothing of the old evidence."""
    days = days_of((TRUTH, 80), (FALLEN, 100))
    monitor, _ = replay(days[:90], Monitor())

    rebased = monitor.rebased(days[95].date)

    assert [one.ended for one in rebased.episodes] == [days[95].date]
    after, episodes = replay(days[90:], rebased)
    assert (after.version, after.baseline.version) == (2, 2)
    assert (after.baseline.first, after.baseline.last) == (days[96].date, days[151].date)
    assert [one for one in episodes if one.date > days[95].date] == []


def test_an_accepted_release_begins_a_baseline_while_the_old_one_watches():
    """A fall is noticed meanwhile; then the new one takes over, and the alarm is over."""
    days = days_of((TRUTH, 100), (FALLEN, 100))

    monitor, (episode,) = replay(days, Monitor(), [days[99].date])

    assert episode.date <= days[102].date
    assert episode.ended == days[155].date
    assert (monitor.version, monitor.baseline.version, monitor.coming) == (2, 2, None)
    assert (monitor.baseline.first, monitor.baseline.last) == (days[100].date, days[155].date)
    assert monitor.baseline == replay(days[100:], Monitor(version=2))[0].baseline
    before, _ = replay(days[:155], Monitor(), [days[99].date])
    assert (before.version, before.coming.days_missing) == (1, 1)


def test_who_accepts_every_week_has_a_new_baseline_all_the_same():
    """What is accepted while one is in the making changes nothing, the first one too."""
    days = days_of((TRUTH, 56 + 56 + 56 + 20))
    weekly = [one.date for one in days[3::7]]

    monitor, _ = replay(days, Monitor(), weekly)

    # Frozen on day 55; the next is accepted on day 59, so days 60 to 115; then 123 to 178.
    assert monitor.version == 3
    assert (monitor.baseline.first, monitor.baseline.last) == (days[123].date, days[178].date)
    assert monitor.coming.after == days[185].date
    assert replay(days, Monitor(), [days[55].date])[0].version == 1


def test_a_stream_of_few_ratings_waits_for_a_hundred():
    """56 days with one rating each are not enough."""
    few = [Day(MONDAY + timedelta(i), (1, 0, 0)) for i in range(100 + 99)]

    young, _ = replay(few, Monitor(), [few[100].date])
    old, _ = replay([*few, Day(MONDAY + timedelta(199), (2, 0, 0))], Monitor(), [few[100].date])

    assert (young.version, young.coming.days_missing, young.coming.ratings_missing) == (1, 0, 2)
    assert old.version == 2


def test_it_is_kept_in_little_space_and_read_again():
    """Two kilobytes after any number of alarms."""
    days = days_of((TRUTH, 60), *[(FALLEN, 30), ((0.8, 0.15, 0.05), 30)] * 5)
    monitor, episodes = replay(days, Monitor())

    kept = msgspec.json.encode(monitor)

    assert len(episodes) > KEPT
    assert len(monitor.episodes) == KEPT
    assert len(kept) < 2000
    assert msgspec.json.decode(kept, type=Monitor) == monitor


def test_nothing_but_bad_ratings_for_years_stays_a_number():
    """And stays one episode."""
    days = days_of((TRUTH, 60), ((0.0, 0.0, 1.0), 800))

    monitor, (episode,) = replay(days, Monitor())

    assert episode.ended is None
    assert msgspec.json.decode(msgspec.json.encode(monitor), type=Monitor) == monitor


def test_false_alarms_and_delays_of_realistic_streams():
    """Weekends, people who rate often, a baseline that is estimated: the goals, in small."""
    rng = np.random.default_rng(7)
    steady = [realistic_days(rng, 56 + 2 * 365) for _ in range(40)]
    fallen = [realistic_days(rng, 180, odds=DEGRADED, change=84) for _ in range(60)]

    found = _alarms(steady)
    alarms = _alarms(fallen)
    delays = delays_of(alarms, 84)

    # 80 years: a rate of .24 gives 19 alarms, and 40 is the bar.
    assert found.sum() <= 40
    # Of 60 streams .97 would be 58, and the bar is .93: 55.8, less three standard errors of .97.
    assert np.sum(delays <= 7) >= 54
    one_by_one = [replay(days, Monitor())[1] for days in fallen[:5]]
    assert [
        [episode.date for episode in one if episode.direction is Direction.WORSE][:1]
        for one in one_by_one
    ] == [[days[row.argmax()].date] for days, row in zip(fallen[:5], alarms[:5], strict=True)]


def _alarms(streams):
    baselines = [frozen(one) for one in streams]
    weights = weights_of(streams, baselines)
    return alarms_of(counts_of(streams), ratios_of(baselines), first=56, weights=weights)
