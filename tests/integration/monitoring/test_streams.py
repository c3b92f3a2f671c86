"""Monitors over a real history: a simulated world in which one release was worse."""

from __future__ import annotations

import datetime as dt

import pytest

from afterword.history import Filter, History
from afterword.history.questions.given import given
from afterword.monitoring.streams.baseline import Direction
from afterword.monitoring.streams.watched import Acts, watch_all
from afterword.simulation import WORLDS, Settings, simulate, write_data
from alert_cast import N_BASE, Watch
from cli_harness import afterword, answer

END = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """120 days: v42 was worse from 21 October to 16 November."""
    folder = tmp_path_factory.mktemp("data")
    world, end_us = WORLDS["worse-release"], int(END.timestamp()) * 1_000_000
    settings = Settings(world=world, sessions=30_000, days=120, seed=1, end_us=end_us)
    write_data(simulate(settings), folder)
    return folder


@pytest.fixture(scope="module")
def history(data):
    """Its history."""
    made = History(data / "history", None)
    yield made
    made.close()


def test_a_release_that_was_worse_is_found_without_being_named(history):
    """Since the day it came, while it lasted."""
    streams = {one.stream: one for one in watch_all(history, Filter(), dt.date(2026, 11, 14))}

    (alarm,) = streams["all"].found.alarms
    assert streams["all"].is_worse
    assert alarm.direction is Direction.WORSE
    assert abs(alarm.since - dt.date(2026, 10, 21)).days <= 3
    assert alarm.after.negative.share > alarm.before.negative.share + 0.04


def test_streams_are_values_with_enough_ratings_and_share_a_budget(history):
    """The agent is everybody's, so it is no stream beside ``all``."""
    found = watch_all(history, Filter(), dt.date(2026, 11, 28))

    names = [one.stream for one in found]
    assert names[0] == "all"
    assert "channel:web" in names
    assert "use_case:billing" in names
    assert not [name for name in names if name.startswith("agent:")]
    assert {one.found.alarm_level for one in found} == {365 * len(found)}
    days = given(history, Filter())["all"]
    n_rated = sum(sum(one.levels) for one in days if one.day <= dt.date(2026, 11, 28))
    assert found[0].found.n_rated == n_rated
    assert found[0].found.baseline.effect_source == "people"


def test_a_stream_that_stopped_has_nothing_to_notice(history):
    """A year later nobody rates any more."""
    found = watch_all(history, Filter(), dt.date(2027, 11, 28), by=())

    assert [one.stream for one in found] == ["all"]
    assert {one.median for one in found[0].found.days_to_notice.values()} == {None}


def test_an_accepted_release_lets_them_gather_a_new_baseline(history):
    """From the next day on; a countdown says how long."""
    first = dt.date(2026, 10, 1)

    young, old = (
        watch_all(history, Filter(), until, by=(), acts=Acts([first], {}))[0].found
        for until in (dt.date(2026, 11, 20), dt.date(2026, 11, 28))
    )

    assert (young.baseline.version, young.coming.days) == (1, 6)
    assert (old.baseline.version, old.baseline.first, old.coming) == (
        2,
        dt.date(2026, 10, 2),
        None,
    )


def test_no_ratings_are_no_stream(history):
    """Another project."""
    assert watch_all(history, Filter(project="absent"), dt.date(2026, 11, 28)) == []


def test_the_command_lists_them(data, tmp_path):
    """As a table and as JSON; exit code 1 where something is worse, 0 where it is not."""
    asked = ("monitor", "list", "--data", data, "--by", "channel")
    expect = is_worse(data, by=("channel",))

    told = answer(*asked, expect=expect)
    text = afterword(*asked, expect=expect).stdout.decode()

    assert [one["stream"] for one in told["streams"]] == ["all", "channel:slack", "channel:web"]
    assert "days to notice 3 / 5 / 7 points" in text
    assert "channel:slack" in text
    assert b"moon" in afterword(*asked, "--by", "moon", expect=2).stderr
    empty = tmp_path / "empty"
    afterword("simulate", "--sessions", 1, "--days", 1, "--data", empty, "--truth", tmp_path / "t")
    assert afterword("monitor", "list", "--data", empty).returncode == 0


def test_the_command_begins_a_new_baseline(tmp_path):
    """Of the streams that a server counted; the list knows of it."""
    found = Watch(tmp_path)
    found.live(range(N_BASE))
    asked = ("--data", tmp_path / "data")
    assert b"none yet" in afterword("monitor", "rebase", *asked, expect=2).stderr
    found.look(N_BASE)
    nothing = {"days": 56, "ratings": 100}
    (before,) = answer("monitor", "list", *asked)["streams"]

    told = answer("monitor", "rebase", "--stream", "all", "--by", "ann", *asked)

    assert told == {"streams": ["all"]}
    (listed,) = answer("monitor", "list", *asked)["streams"]
    assert before["countdown"] != nothing
    assert (listed["baseline"], listed["countdown"]) == (None, nothing)
    found.close()


def is_worse(data, by):
    """Say what the exit code must be today, by the same monitors."""
    history = History(data / "history", None)
    until = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=2)
    found = watch_all(history, Filter(), until, by=by)
    history.close()
    return int(any(one.is_worse for one in found))
