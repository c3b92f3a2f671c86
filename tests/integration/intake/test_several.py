"""Two servers on one PostgreSQL: what one is at the other waits for, and nothing is done twice."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from afterword.errors import JournalUnavailable
from afterword.intake.clock import Clock
from afterword.journal import locks
from intake_cast import MINUTE, goodbye, rating, talk, user
from postgres_harness import ON_POSTGRESQL

pytestmark = ON_POSTGRESQL


@pytest.fixture
def other(house):
    """Another server of the same journal, with the same time."""
    opened = house.another()
    yield opened
    opened.close()


def both(house, other, work, n_times=20):
    """Let both servers do something at once, many times; give what came of it."""
    with ThreadPoolExecutor(2) as pool:

        def run(one):
            return [work(one, n) for n in range(n_times)]

        return [told for done in pool.map(run, (house, other)) for told in done]


def end_connections(house):
    """Let the database end every other connection to it, as a restart does."""
    house.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_messages_of_one_chat_are_all_counted(house, other):
    """Whichever server took them."""
    told = both(house, other, lambda one, _: one.take(*talk(user_id="mia")).accepted)

    assert told == [2] * 40
    session = house.session("c-1~1")
    assert (session.n_user, session.n_agent) == (40, 40)
    assert house.rows("SELECT max(version) FROM dirty_days") == [(40,)]


def test_an_event_that_both_are_sent_counts_once(house, other):
    """Of a chat, and of a person alone."""

    def send(one, n):
        seen = {"type": "activity", "id": f"a-{n}", "user_id": "mia", "name": "bought"}
        told = one.take(user(f"c-{n}", id=f"e-{n}"), seen)
        return told.accepted, told.duplicates

    told = both(house, other, send)

    assert sum(accepted for accepted, _ in told) == sum(again for _, again in told) == 40
    assert house.rows("SELECT count(*) FROM events") == [(40,)]
    assert house.rows("SELECT count(*) FROM sessions") == [(20,)]


def test_a_project_that_both_see_first_is_made_once(house, other):
    """With one salt: draws must not depend on the server."""
    both(house, other, lambda one, n: one.take(*talk(), project=f"p-{n}").accepted)

    assert house.rows("SELECT count(*), count(DISTINCT name) FROM projects") == [(20, 20)]
    assert house.rows("SELECT count(*) FROM policies") == [(20,)]


@pytest.mark.parametrize("hold", [locks.hold_conversations, locks.hold_persons])
def test_rows_are_taken_in_one_order_whatever_the_order_asked_for(house, other, hold):
    """Or two that both wait for a row in the middle would then wait for each other."""
    third, names = house.another(), [f"x-{n}" for n in range(9)]
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"

    def take(one, wanted):
        with one.journal.write() as connection:
            hold(connection, "default", wanted)

    with ThreadPoolExecutor(2) as pool:
        with third.journal.write() as connection:
            hold(connection, "default", [names[4]])
            taken = [pool.submit(take, house, names), pool.submit(take, other, names[::-1])]
            while house.rows(f"{query} AND datname = current_database()") != [(2,)]:
                time.sleep(0.01)  # until both wait; the test's time limit is the only bound
        assert [one.exception() for one in taken] == [None, None]
    third.close()


def test_chats_and_people_in_any_order_are_all_taken(house, other):
    """Two servers with the same ones, in opposite orders."""

    def send(one, n):
        names = range(8) if one is house else reversed(range(8))
        events = [goodbye(f"c-{name}", user_id=f"u-{name * 3 % 8}") for name in names]
        release = {"type": "session.updated", "conversation_id": "c-0", "release": f"v{n}"}
        return one.take(*(event for chat in events for event in chat), release).accepted

    assert both(house, other, send) == [33] * 40
    assert house.rows("SELECT count(*) FROM markers") == [(20,)]


def test_what_one_server_is_at_the_others_timers_leave(house, other):
    """And do not wait for it."""
    house.take(*talk("c-1"), *talk("c-2"))
    house.clock.move(5 * MINUTE)
    with house.journal.write() as connection:
        locks.hold_conversations(connection, "default", ["c-1"])
        assert other.intake.tick() == 1
        assert other.session("c-1~1").asks == []

    assert len(other.session("c-2~1").asks) == 1
    assert [other.intake.tick(), house.intake.tick()] == [1, 0]


def test_rows_that_were_only_held_are_gone(house):
    """A rating of a chat that nobody knows leaves nothing behind."""
    house.take(rating(conversation_id="nobody's"), *talk())

    assert house.rows("SELECT id FROM conversations") == [("c-1",)]
    assert house.rows("SELECT count(*) FROM persons WHERE body = ''") == [(0,)]


def test_a_connection_that_breaks_before_the_commit_is_replaced(house, other):
    """The transaction is run again; the caller hears nothing of it."""
    breaks = [lambda: end_connections(other)]

    def work(connection):
        connection.execute(sa.text("INSERT INTO markers VALUES ('p', 'm', 1, 'note', 'once')"))
        while breaks:
            breaks.pop()()
        connection.execute(sa.text("SELECT 1"))
        return "done"

    assert house.journal.run(work) == "done"
    assert house.rows("SELECT count(*) FROM markers") == [(1,)]
    end_connections(other)
    assert house.take(*talk()).accepted == 2


def test_a_commit_whose_answer_is_lost_is_not_repeated(house, other):
    """It may have been kept: the caller is told that it failed, and asks again by its ids."""

    def commit():
        with house.journal.write() as connection:
            connection.execute(sa.text("SELECT 1"))
            end_connections(other)

    with pytest.raises(JournalUnavailable) as caught:
        commit()
    assert (caught.value.is_unsure, caught.value.is_passing) == (True, False)


def test_an_error_of_the_database_quotes_nothing(house):
    """Its details hold the values of rows."""
    insert = sa.text("INSERT INTO markers VALUES ('p', 'hush', 1, 'note', 'hush')")

    def twice():
        with house.journal.write() as connection:
            connection.execute(insert)
            connection.execute(insert)

    with pytest.raises(JournalUnavailable) as caught:
        twice()
    assert "hush" not in f"{caught.value}{caught.value.__cause__}"
    assert caught.value.is_passing


def test_a_lock_that_is_not_given_back_is_told(house, other):
    """After a while, and only to whoever needs the same rows."""
    with other.journal.write() as connection:
        connection.execute(sa.text("SET lock_timeout = '50ms'"))
    with house.journal.write() as connection:
        locks.hold_conversations(connection, "default", ["c-1"])
        with pytest.raises(JournalUnavailable, match="lock timeout"):
            other.take(*talk())
        assert other.take(*talk("c-2")).accepted == 2


def test_servers_go_by_the_databases_clock(house):
    """However wrong their own clocks are, and never backwards."""
    clock = Clock()
    real_us = time.time_ns() // 1000
    clock.follow(lambda: real_us + 3_600_000_000)
    ahead_us = clock.now_us()
    clock.follow(house.journal.now_us)

    assert ahead_us - real_us >= 3_600_000_000
    assert clock.now_us() == ahead_us  # stands still until the other has caught up
    assert abs(house.journal.now_us() - time.time_ns() // 1000) < 60_000_000


def test_one_of_two_leads_until_it_is_gone(house, other):
    """Whoever lost its connection no longer does, and knows it."""
    first, second = house.journal, other.journal
    assert [first.lead(), second.lead(), first.lead()] == [True, False, True]
    end_connections(other)
    assert not house.journal.is_leading()
    assert other.journal.lead()
    assert not house.journal.lead()
    other.journal.resign()
    assert house.journal.lead()


def test_a_reader_never_misses_a_version(house, other):
    """Who has seen a version of a day finds every row of it and of those before."""
    newest = sa.text("SELECT max(version) FROM dirty_days")
    changed = sa.text("SELECT changed FROM sessions")
    is_over = threading.Event()
    found = []

    def look():
        while not is_over.is_set():
            with other.journal.read() as connection:
                version = connection.execute(newest).scalar()
                rows = connection.execute(changed).scalars().all()
            found.append(sorted(rows) == list(range(1, (version or 0) + 1)))

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        third = house.another()
        both(house, third, lambda one, n: one.take(*talk(f"{id(one)}-{n}")).accepted)
        is_over.set()
        looking.result()
        third.close()

    assert len(found) > 1
    assert all(found)
