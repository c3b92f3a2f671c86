"""Segments of simulated worlds: those that are served worse are found, and no others."""

from itertools import count

import pytest
from msgspec.structs import replace

from afterword.history import Filter, History
from afterword.history.engines import engine_of
from afterword.reports import run
from afterword.simulation import WORLDS, Settings, simulate, write_data
from afterword.simulation.worlds import Part
from history_cast import DAY_US, FIRST_US, plain, rated, store

SEATS = "trait.seats"
ADS = 0.12  # points that people who came by an advertisement are served worse


def world(name, sessions, seed=1, **given):
    """Choose a world, changed where a test says so."""
    return Settings(
        world=replace(WORLDS[name], **given),
        sessions=sessions,
        days=30,
        seed=seed,
        end_us=FIRST_US + 30 * DAY_US,
    )


@pytest.fixture
def told(tmp_path):
    """Simulate a world and open its history."""
    engine = engine_of("duckdb")  # one for all, so that a question is compiled once
    folders = (tmp_path / f"{number}" for number in count())

    def made(settings):
        folder = next(folders)
        write_data(simulate(settings), folder)
        return History(folder / "history", None, engine=engine)

    yield made
    engine.close()


def test_people_who_are_served_worse_are_found(told):
    """And nothing else is called worse, however often people rate."""
    acquisitions = (Part("search", 0.6), Part("friend", 0.25), Part("ads", 0.15, ADS))
    history = told(world("null", 20_000, acquisitions=acquisitions, correlation=0.4))

    found = run("segments", history, Filter())

    worse = [row for row in found.rows if row.verdict == "worse"]
    assert [row.key for row in worse] == ["trait.acquisition:ads"]
    gap = worse[0].rest.negative
    assert gap.low < ADS < gap.high
    assert found.attributes[0].attribute == "trait.acquisition"
    assert "trait.signed_up_at" in " ".join(found.notes)
    alone = run("segments", history, Filter(), by="trait.acquisition")
    assert {row.key: row.negative for row in alone.rows} == {
        row.key: row.negative for row in found.rows if row.attribute == "trait.acquisition"
    }


def test_where_all_are_served_alike_nobody_is_named(told):
    """Four worlds without any difference; in the long run one in twenty names somebody."""
    for seed in range(4):
        found = run("segments", told(world("null", 4_000, seed=seed)), Filter())

        assert len(found.attributes) >= 9
        assert {row.verdict for row in found.rows} <= {"not_shown", "not_enough_ratings"}, seed
        assert "No segment is rated otherwise" in found.notes[0]


def test_what_names_a_segment_is_a_filter(told):
    """Its key counts the same sessions as ``where``."""
    history = told(world("steady", 3_000))
    row = run("segments", history, Filter()).rows[0]

    name, _, value = row.key.partition(":")
    [same] = run("distribution", history, Filter(where=((name, value),))).rows

    assert (same.n_sessions, same.n_rated, same.negative.count) == (
        row.n_sessions,
        row.n_rated,
        row.negative.count,
    )


def test_large_teams_that_are_served_worse_are_found_by_their_numbers(tmp_path):
    """Two hundred sizes of a team: split at quartiles, which the ratings have no part in."""

    def session(at):
        seats = at * 7919 % 200 + 1
        level = "negative" if at % (3 if seats > 150 else 12) == 0 else "positive"
        one = plain(at, at_us=FIRST_US + at * 10**6, user_id=f"u-{at}", traits={"seats": seats})
        return rated(one, level)

    store(tmp_path, [session(at) for at in range(2_400)])
    history = History(tmp_path, None)

    found, alone = run("segments", history, Filter()), run("segments", history, Filter(), by=SEATS)

    rows = {row.value: row for row in found.rows if row.attribute == SEATS}
    assert [*rows] == [row.value for row in alone.rows]
    assert {*rows} == {"up to 50", "over 50 up to 100", "over 100 up to 150", "over 150"}
    assert [value for value, row in rows.items() if row.verdict == "worse"] == ["over 150"]
    assert any("at 50, 100, 150" in note for note in found.notes)
    history.close()
