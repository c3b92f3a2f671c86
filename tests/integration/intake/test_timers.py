"""Timers: silence, closing, expiry and settling, each once, however late somebody looks."""

from __future__ import annotations

import sqlite3
import time

import pytest
import sqlalchemy as sa

from afterword.domain.policy import Policy
from afterword.errors import JournalUnavailable
from afterword.intake.upkeep import SESSIONS_AT_ONCE
from afterword.journal.engine import FILE
from afterword.journal.projects import load_project, save_policy
from intake_cast import DAY, HOUR, MINUTE, agent, ended, goodbye, rating, step, talk, user
from postgres_harness import ON_SQLITE


def test_silence_asks_once(house):
    """After five minutes, and not a second time."""
    house.take(*talk())
    house.wait(5 * MINUTE - 1)
    assert house.session("c-1~1").asks == []
    house.wait(1)
    assert house.ask("c-1~1").trigger == "inactivity"
    house.wait(20 * MINUTE)
    assert [one.state for one in house.session("c-1~1").asks] == ["expired"]


def test_silence_is_checked_again_before_it_asks(house):
    """Whoever spoke in the meantime set the timer anew."""
    house.take(*talk())
    house.clock.move(5 * MINUTE)
    house.take(user(), agent())  # before anybody has looked

    assert house.intake.tick() == 0
    assert house.session("c-1~1").asks == []
    house.wait(5 * MINUTE)
    assert len(house.session("c-1~1").asks) == 1


def test_a_session_closes_after_the_gap(house):
    """Thirty minutes of silence, at the time of silence and not of looking."""
    house.take(*talk())
    seen_us = house.session("c-1~1").seen_us
    house.wait(30 * MINUTE - 1)
    assert house.session("c-1~1").closed_us is None
    house.wait(DAY)

    session = house.session("c-1~1")
    assert (session.close_reason, session.closed_us) == ("silence", seen_us + 1800 * 1_000_000)


def test_a_session_closes_at_the_cap(house):
    """A talk that never stops is cut at 24 hours."""
    for _ in range(24 * 4):
        house.take(*talk())
        house.wait(15 * MINUTE)
    house.take(*talk())

    assert house.session("c-1~1").close_reason == "cap"
    assert house.session("c-1~2").n_user == 1


def test_a_session_settles(house):
    """Seven days after its close nothing is due any more."""
    house.take(*talk())
    house.wait(7 * DAY + 30 * MINUTE - 1)
    assert not house.session("c-1~1").settled
    house.wait(1)

    assert house.session("c-1~1").settled
    assert house.rows("SELECT due_us FROM sessions") == [(None,)]


@pytest.mark.parametrize("is_shown", [True, False])
def test_an_ask_ends_by_time(house, is_shown):
    """Never shown it expires after ten minutes; shown it is ignored once the session is over."""
    (ask,) = house.take(*goodbye()).asks
    if is_shown:
        house.take(step(ask, "shown"))
    house.wait(10 * MINUTE)
    assert house.ask("c-1~1").state == ("shown" if is_shown else "expired")
    house.wait(20 * MINUTE)

    assert house.ask("c-1~1").state == ("ignored" if is_shown else "expired")


def test_timers_go_on_after_a_restart(house):
    """What came due while nobody ran is done at the first look, and only that."""
    house.take(*goodbye("c-1"), *talk("c-2"), *talk("c-3"), ended("c-3"))
    house.close()
    house.clock.move(6 * MINUTE)
    again = house.another()
    again.wait(0)
    assert again.ask("c-2~1").trigger == "inactivity"
    assert again.ask("c-1~1").state == "granted"
    again.wait(HOUR)

    states = [again.ask(f"c-{n}~1").state for n in (1, 2, 3)]
    assert states == ["expired"] * 3
    assert again.session("c-2~1").close_reason == "silence"
    again.close()


def test_more_sessions_than_one_look_takes(house):
    """All of them are looked at, in several transactions."""
    n_sessions = 2 * SESSIONS_AT_ONCE + 7
    names = [f"c-{n}" for n in range(n_sessions)]
    for start in range(0, n_sessions, 500):
        house.take(*(one for name in names[start : start + 500] for one in talk(name)))
    house.clock.move(5 * MINUTE)

    assert [house.intake.tick() for _ in range(4)] == [SESSIONS_AT_ONCE, SESSIONS_AT_ONCE, 7, 0]
    assert house.rows("SELECT count(DISTINCT conversation_id) FROM asks") == [(n_sessions,)]


def test_nothing_due_writes_nothing(house):
    """Looking costs one read: no transaction is begun."""
    house.take(*talk())
    with house.journal.write() as connection:  # nobody else can begin one
        rows = connection.execute(sa.text("SELECT due_us FROM sessions")).all()
        assert [house.intake.tick() for _ in range(20)] == [0] * 20
    assert rows == house.rows("SELECT due_us FROM sessions")


@ON_SQLITE
def test_what_is_due_is_found_by_index(house):
    """Also where a million sessions have no timer any more."""
    queries = (
        "SELECT min(due_us) FROM sessions WHERE due_us IS NOT NULL",
        "SELECT body FROM sessions WHERE due_us <= 1 ORDER BY due_us LIMIT 500",
    )
    for query in queries:
        plan = " ".join(str(row) for row in house.rows(f"EXPLAIN QUERY PLAN {query}"))
        assert "sessions_due" in plan


def test_a_session_that_cannot_be_written_does_not_hold_up_the_others(house):
    """It is tried again later, and its neighbours are looked at now."""
    house.take(*talk("bad"), *talk("good"))
    house.refuse("asks", "conversation_id")
    house.wait(5 * MINUTE)
    assert (len(house.session("good~1").asks), house.session("bad~1").asks) == (1, [])
    house.allow("asks")
    house.wait(10 * MINUTE)

    assert len(house.session("bad~1").asks) == 1


@ON_SQLITE
def test_a_locked_journal_stops_a_look_not_the_timers(house):
    """Nothing is lost: the next look does it."""
    house.take(*talk())
    with house.journal.write() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    house.clock.move(5 * MINUTE)
    other = sqlite3.connect(house.data_dir / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalUnavailable):
        house.intake.tick()
    other.execute("ROLLBACK")
    other.close()

    assert house.intake.tick() == 1
    assert len(house.session("c-1~1").asks) == 1


def test_the_timers_thread_does_what_is_due(running):
    """Nobody calls it, and an error of the journal in between does not end it."""
    running.take(*talk("c-1"), *talk("bad"))
    running.refuse("asks", "conversation_id")
    running.clock.move(5 * MINUTE)
    later_us = running.clock.us + 10 * MINUTE * 1_000_000
    while ("bad", later_us) not in running.rows("SELECT conversation_id, due_us FROM sessions"):
        time.sleep(0.01)  # until the thread wakes; the test's time limit is the only bound
    running.allow("asks")
    running.clock.move(10 * MINUTE)
    while not running.session("bad~1").asks:
        time.sleep(0.01)

    assert running.ask("c-1~1").trigger == "inactivity"


def test_each_project_keeps_its_own_times(house):
    """One look serves several projects, each by its own policy."""
    with house.journal.write() as connection:
        load_project(connection, "slow", 0)
        save_policy(connection, "slow", Policy(idle_after=20 * MINUTE), 0)
    house.take(*talk())
    house.take(*talk(), project="slow")
    house.wait(5 * MINUTE)
    assert house.rows("SELECT project FROM asks") == [("default",)]
    house.wait(15 * MINUTE)

    assert house.rows("SELECT project FROM asks ORDER BY 1") == [("default",), ("slow",)]


def test_imported_sessions_close_by_their_own_time(house):
    """At once where they are old, and nothing asks."""
    past = house.clock.us // 1_000_000 - DAY
    told = [one | {"at": past + n} for n, one in enumerate(talk())]
    house.take(*told, is_import=True)

    session = house.session("c-1~1")
    assert session.closed_us == (past + 1 + 30 * MINUTE) * 1_000_000
    house.wait(8 * DAY)
    assert house.session("c-1~1").settled
    assert house.rows("SELECT count(*) FROM asks") == [(0,)]


def test_a_rated_session_is_left_in_peace(house):
    """Silence after a rating asks nothing."""
    house.take(*talk(), rating())
    house.wait(HOUR)

    assert house.session("c-1~1").asks == []
