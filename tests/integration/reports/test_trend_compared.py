"""A trend beside other sessions and beside another window, on a simulated world."""

from datetime import UTC, datetime, timedelta

import pytest

from afterword.history import Filter, History
from afterword.history.questions.ratings import ratings
from afterword.reports import run
from afterword.simulation import WORLDS, Settings, simulate, write_data

END = datetime(2026, 11, 30, tzinfo=UTC)  # a Monday
WEEK = timedelta(days=7)


def us(moment):
    """Give microseconds since 1970."""
    return int(moment.timestamp()) * 1_000_000


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Eight weeks, in the last third of which a worse release runs."""
    folder = tmp_path_factory.mktemp("worse")
    settings = Settings(
        world=WORLDS["worse-release"], sessions=12_000, end_us=us(END), days=56, seed=4
    )
    write_data(simulate(settings), folder)
    found = History(folder / "history", None)
    yield found
    found.close()


LAST = Filter(from_us=us(END - 4 * WEEK), to_us=us(END))
BEFORE = Filter(from_us=us(END - 8 * WEEK), to_us=us(END - 4 * WEEK))


@pytest.mark.parametrize("by", ["day", "week"])
def test_the_window_before_stands_beside_this_one(history, by):
    """Each day or week beside the one four weeks earlier."""
    earlier = {
        (datetime.fromisoformat(cell.key) + 4 * WEEK).date().isoformat(): cell
        for cell in ratings(history, BEFORE, by)
    }

    rows = run("trend", history, LAST, by=by, compare="previous").rows

    assert [row.key for row in rows] == [*earlier]
    for row in rows:
        there = earlier[row.key]
        assert row.compared.n_rated == there.n_rated
        assert row.compared.negative.share == there.negative / there.n_rated


def test_a_worse_release_shows_in_the_weeks_that_have_it(history):
    """More sessions that were not what people needed than four weeks before."""
    rows = run("trend", history, LAST, compare="previous").rows

    worse = [row.compared.negative for row in rows]
    assert sum(one.difference for one in worse) > 0.1
    assert any(one.low > 0 for one in worse)


def test_other_sessions_of_the_same_weeks_stand_beside_them(history):
    """People who rated on both sides are known: here each counts on one."""
    chosen = Filter(from_us=LAST.from_us, to_us=LAST.to_us, where=(("trait.plan", "pro"),))
    other = Filter(from_us=LAST.from_us, to_us=LAST.to_us, where=(("trait.plan", "free"),))

    report = run("trend", history, chosen, compare="trait.plan:free")

    there = [cell.n_rated for cell in ratings(history, other, "week")]
    assert [row.compared.n_rated for row in report.rows] == there
    assert report.compared_with.endswith("trait.plan free")
