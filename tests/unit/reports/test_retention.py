"""Who came back, and whether ratings move first."""

import random
from datetime import date, timedelta

import pytest

from afterword.domain.counts import Returns
from afterword.history.filters import Filter
from afterword.reports import trend
from afterword.reports.report import Level, View
from afterword.reports.retention import Retention, leads, retention
from afterword.statistics.shares import wilson
from unit.reports.figures import at_us, week


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, Retention(0)),
        (Returns(40, None), Retention(40)),
        (Returns(9, 3), Retention(9, 3, 1 / 3)),
        (
            Returns(40, 30),
            Retention(40, 30, 0.75, wilson(30, 40).low, wilson(30, 40).high),
        ),
    ],
)
def test_a_share_stands_where_it_is_known(found, expected):
    """Not before everybody was followed; no interval for a handful of people."""
    assert retention(found, View()) == expected


def moving(n, lag, *, is_told=True):
    """Make two series, the second of which repeats the first some periods later."""
    rng = random.Random(4)  # noqa: S311  # a seeded world, no secret
    steps = [rng.gauss(0, 0.05) for _ in range(n + 20)]
    noise = [rng.gauss(0, 0.05) for _ in range(n + 20)]
    late = steps if is_told else noise
    helpful = [Level(65, 0.6 + steps[at], 0.5, 0.7) for at in range(10, n + 10)]
    back = [Retention(90, 50, 0.5 + late[at - lag], 0.4, 0.6) for at in range(10, n + 10)]
    return helpful, back


@pytest.mark.parametrize(
    ("lag", "words"),
    [(3, "moves 3 weeks before"), (-2, "moves 2 weeks after"), (0, "moves together with")],
)
def test_the_lag_is_found_and_told(lag, words):
    """Above 0 where ratings move first."""
    found, [note] = leads(*moving(60, lag), "week")

    assert found.periods == lag
    assert found.p_value < 0.01
    assert words in note


def test_what_does_not_go_together_is_said_to():
    """The lag found is one of chance."""
    found, [note] = leads(*moving(60, 0, is_told=False), "week")

    assert found.p_value > 0.05
    assert "nothing here says which moves first" in note


def test_too_few_periods_are_no_answer():
    """Null, and how many are needed; those without an interval do not count."""
    helpful, back = moving(25, 2)
    back[19:] = [Retention(90)] * 6

    found, [note] = leads(helpful, back, "week")

    assert found is None
    assert note.endswith("cannot be told yet: both are known in 19 weeks, 20 are needed.")
    assert leads(helpful[19:], back[19:], "week") == (None, [])


def test_a_trend_has_retention_beside_its_ratings():
    """A period that nobody was counted in has no share."""
    cells = [week("2026-10-05"), week("2026-10-12")]

    found = trend.report(cells, Filter(), View(), {"2026-10-05": Returns(90, 60)})

    assert [row.retention.share for row in found.rows] == [60 / 90, None]
    assert found.leads is None
    assert found.notes[-1].startswith("Whether ratings move before retention cannot be told yet")


def test_a_week_that_the_window_cuts_is_no_move():
    """Its people are those of some of its days: of twenty weeks nineteen are left."""
    keys = [(date(2026, 1, 5) + timedelta(weeks=at)).isoformat() for at in range(20)]
    cells = [week(key, 60 + at % 3, 25, 10) for at, key in enumerate(keys)]
    back = {key: Returns(90, 40 + at % 5) for at, key in enumerate(keys)}

    whole = trend.report(cells, Filter(), View(), back)
    cut = trend.report(cells, Filter(from_us=at_us("2026-01-07")), View(), back)

    assert whole.leads is not None
    assert cut.leads is None
    assert cut.notes[-1].endswith("both are known in 19 weeks, 20 are needed.")
