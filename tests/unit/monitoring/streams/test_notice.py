"""How long a fall would go unnoticed."""

from datetime import timedelta

import numpy as np
import pytest

from afterword.monitoring.streams.notice import Notice, Volume, days_to_notice
from stream_cast import (
    MONDAY,
    alarms_of,
    delays_of,
    even_days,
    frozen,
    ratios_of,
    realistic_days,
)

BASELINE = frozen(even_days(np.random.default_rng(1), 56))


@pytest.mark.parametrize(("n", "seven"), [(200, 2), (20, 14)])
def test_what_is_told_is_what_comes(n, seven):
    """Against 2,000 streams that fall by seven points, each with its own truth."""
    rng = np.random.default_rng(2)
    baseline = frozen(even_days(rng, 56, n=n))
    counts = np.zeros((2000, 28 + 365, 3))
    ratings = np.add(baseline.weekday, baseline.weekend)
    for stream in counts:
        truth = rng.dirichlet(ratings)
        stream[:28] = rng.multinomial(n, truth, 28)
        stream[28:] = rng.multinomial(n, truth + np.array((-0.07, 0, 0.07)), 365)
    ratios = np.repeat(ratios_of([baseline]), 2000, axis=0)
    delays = delays_of(alarms_of(counts, ratios), 28)

    told = days_to_notice(baseline, Volume(n, n))[2]

    # The days between which a tenth of streams around each quantile lie, and one for whole days.
    low, high, late, latest = np.quantile(delays, (0.42, 0.58, 0.86, 0.94))
    assert low - 1 <= told.median <= high + 1
    assert late - 1 <= told.p90 <= latest + 1
    assert told.median == pytest.approx(seven, rel=0.5)


def test_large_falls_and_large_streams_are_noticed_sooner():
    """In both figures."""
    many, few = (days_to_notice(BASELINE, Volume(n, n)) for n in (200, 40))

    assert [one.points for one in many] == [3, 5, 7]
    for a, b in [*zip(many[1:], many[:2], strict=True), *zip(many, few, strict=True)]:
        assert a.median <= b.median
        assert a.p90 <= b.p90 or b.p90 is None


def test_people_who_rate_often_and_other_streams_cost_days():
    """A design effect, and a budget that is shared."""
    clustered = frozen(realistic_days(np.random.default_rng(3), 56))
    volume = Volume(220, 150)

    alone, shared = (days_to_notice(clustered, volume, n_streams=n)[0] for n in (1, 50))

    assert alone.median < shared.median
    assert alone == days_to_notice(clustered, volume)[0]


def test_what_cannot_be_noticed_in_a_year_has_no_days():
    """No ratings any more, hardly any, or less to fall than that."""
    bad = frozen(even_days(np.random.default_rng(4), 56, (0.04, 0.06, 0.9)))

    assert days_to_notice(BASELINE, Volume(0, 0)) == tuple(
        Notice(points, None, None) for points in (3, 5, 7)
    )
    assert days_to_notice(BASELINE, Volume(0.02, 0.02))[0].p90 is None
    assert days_to_notice(bad, Volume(200, 200))[1] == Notice(5, None, None)


def test_volume_is_the_mean_of_eight_weeks():
    """Days without ratings are days; what came before or after is not in it."""
    days = even_days(np.random.default_rng(5), 100, n=10)
    gappy = [one for one in days if one.date.weekday() != 0]

    assert Volume.of(days, MONDAY + timedelta(90)) == Volume(10, 10)
    assert Volume.of(gappy, MONDAY + timedelta(90)) == Volume(8, 10)
    assert Volume.of(days, MONDAY + timedelta(99 + 28)) == Volume(5, 5)
    assert Volume.of([], MONDAY) == Volume(0, 0)
