"""One group, one transaction: kept whole or not at all, answered afterwards, each event once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from afterword.domain.policy import Policy
from afterword.errors import JournalUnavailable, Stopping
from afterword.intake import Envelope, Intake
from afterword.intake.intake import CAREFUL_GROUPS
from afterword.journal import days
from afterword.journal.engine import FILE
from afterword.journal.projects import change_policy
from afterword.journal.tables import EventId
from intake_cast import (
    DAY,
    NOON,
    HandClock,
    agent,
    codes,
    ended,
    envelope,
    goodbye,
    rating,
    talk,
    together,
    user,
)
from postgres_harness import ON_SQLITE

TABLES = ("events", "sessions", "conversations", "persons", "asks", "decisions", "dirty_days")


def counts(house):
    """Count the rows of every table that intake writes."""
    return {table: house.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}  # noqa: S608  # our names


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("events", "conversation_id", "bad"),
        ("sessions", "conversation_id", "bad"),
        ("asks", "conversation_id", "bad"),
        ("decisions", "session_id", "bad~1"),
    ],
)
def test_a_commit_that_fails_keeps_and_tells_nothing(house, table, column, value):
    """No outcome, no ask, no event, no row; and the next request is taken as ever."""
    house.take(*talk("before"))
    before = counts(house)
    house.refuse(table, column, value)

    with pytest.raises(JournalUnavailable):
        house.take(*goodbye("bad"))

    assert counts(house) == before
    assert len(house.take(*goodbye("good")).asks) == 1
    house.allow(table)
    assert len(house.take(*goodbye("bad")).asks) == 1


@ON_SQLITE
def test_a_transaction_that_the_database_has_ended_keeps_nothing(house):
    """SQLite may roll all of it back by itself."""
    before = counts(house)
    refusal = "BEGIN SELECT RAISE(ROLLBACK, 'refused'); END"
    house.do(f"CREATE TRIGGER refuse BEFORE INSERT ON events {refusal}")

    with pytest.raises(JournalUnavailable):
        house.take(*goodbye())

    assert counts(house) == before


@ON_SQLITE
def test_a_full_disk_keeps_and_tells_nothing(house):
    """Half a group never stays; once there is room again, the same request is taken."""
    (pages,) = house.rows("PRAGMA page_count")[0]
    with house.journal.write() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
    before = counts(house)
    events = [one for place in range(200) for one in goodbye(f"c-{place}")]

    with pytest.raises(JournalUnavailable, match="full"):
        house.take(*events)

    assert counts(house) == before
    with house.journal.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert house.take(*events).accepted == 800


def test_a_bad_request_does_not_fail_its_neighbours(running):
    """The group fails, then each is tried alone: only what is at fault is refused."""
    running.refuse("sessions", "conversation_id")
    names = ["c-1", "c-2", "bad", "c-3"]

    answers = together(running, *(envelope(*goodbye(name)) for name in names))

    assert isinstance(answers[2], JournalUnavailable)
    assert [len(answers[place].asks) for place in (0, 1, 3)] == [1, 1, 1]
    assert [running.session(f"{name}~1") is not None for name in names] == [
        True,
        True,
        False,
        True,
    ]
    kept = running.rows(
        "SELECT count(*), count(DISTINCT id) FROM events WHERE conversation_id IS NOT NULL"
    )
    assert kept == [(12, 12)]


@ON_SQLITE
def test_a_locked_journal_refuses_all_at_once(house):
    """Where nobody can write, a hundred requests do not wait one after the other."""
    with house.journal.write() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    house.intake.start()
    other = sqlite3.connect(house.data_dir / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = [(envelope(*talk(f"c-{n}")), Future()) for n in range(20)]
    house.intake._settle(waiting)  # noqa: SLF001  # one group, whatever the threads do
    errors = [future.exception() for _, future in waiting]
    alone = house.intake.submit(envelope(*talk())).exception()
    other.execute("ROLLBACK")
    other.close()

    assert {type(error) for error in [*errors, alone]} == {JournalUnavailable}
    assert len({id(error) for error in errors}) == 1  # of one attempt
    assert house.intake.submit(envelope(*talk())).result().accepted == 2
    assert house.rows("SELECT count(*) FROM events") == [(2,)]
    house.intake.stop()


def test_answers_come_after_the_commit(running):
    """Whoever is answered finds the events in a snapshot of another connection."""
    other = running.another()
    for place in range(20):
        running.intake.submit(envelope(*talk(f"c-{place}"))).result()
        assert other.rows("SELECT count(*) FROM events") == [(2 * (place + 1),)]
    other.close()


def test_an_id_counts_once_in_an_envelope(house):
    """The first event of an id is kept."""
    outcome = house.take(user(id="e-1"), agent(id="e-2"), user(id="e-1", text="again"))

    assert (outcome.accepted, outcome.duplicates) == (2, 1)
    assert house.session("c-1~1").n_user == 1


def test_an_id_counts_once_across_envelopes_groups_and_restarts(house):
    """Also within one group, and in a journal that was closed in between."""
    told = envelope(*talk(id="e-1"))
    house.intake.start()
    answers = together(house, told, told)
    house.intake.stop()
    house.close()
    again = house.another()

    assert sorted((one.accepted, one.duplicates) for one in answers) == [(0, 2), (1, 1)]
    assert again.take(user(id="e-1")).duplicates == 1
    assert again.session("c-1~1").n_user == 1
    again.close()


def test_a_repeat_that_nobody_looked_for_counts_once(house):
    """The first after a quiet time costs a second run; what else it brought is judged once."""
    told = [user(id="e-1"), agent(id="e-2"), rating(id="r-1")]
    house.take(*told)
    house.wait(DAY)  # the rating is locked by now
    for _ in range(CAREFUL_GROUPS):
        house.take(user("c-2"))
    outcome = house.take(*told, user(id="e-3"), agent(id="e-3"))
    for _ in range(CAREFUL_GROUPS):
        house.take(user("c-2"))
    late = house.take(rating("negative", id="r-1"))

    assert (outcome.accepted, outcome.duplicates, outcome.rejected) == (1, 4, [])
    assert (late.duplicates, late.rejected) == (1, [])
    assert [house.session(f"c-1~{number}").n_user for number in (1, 2)] == [1, 1]
    assert house.rows("SELECT count(*) FROM events WHERE conversation_id = 'c-1'") == [(4,)]


def test_chats_that_number_their_messages_alike_lose_none(house):
    """An event is known again in its conversation; one without any, among its like."""
    bought = {"type": "activity", "id": "m-1", "user_id": "mia", "name": "bought"}
    told = [*(user(f"c-{n}", id="m-1") for n in range(3)), bought]
    first, again = house.take(*told), house.take(*told)

    assert [(one.accepted, one.duplicates) for one in (first, again)] == [(4, 0), (0, 4)]
    assert [house.session(f"c-{n}~1").n_user for n in range(3)] == [1, 1, 1]


def test_ids_are_unique_within_a_project(house):
    """Two tenants may use the same ids."""
    assert house.take(*talk(), user(id="e-1")).accepted == 3
    assert house.take(user(id="e-1"), project="other").accepted == 1


def test_a_rejected_event_may_come_again_with_its_id(house):
    """Only what was kept is a duplicate."""
    assert codes(house.take(rating(id="r-1"))) == [(0, "unknown_conversation")]
    assert house.take(*talk(), rating(id="r-1")).accepted == 3


def test_a_missing_id_is_made(house):
    """In the order of time, so that the index stays quick."""
    house.take(*talk())
    house.take(*talk())

    ids = [EventId.read(kept) for (kept,) in house.rows("SELECT id FROM events ORDER BY seq")]
    assert len(set(ids)) == 4
    assert ids == sorted(ids)


def test_events_without_a_time_keep_their_order(house):
    """Over requests and groups too, while the clock stands still."""
    house.take(user(), agent())
    house.take(user(), agent(final=False))
    house.take(agent(final=True, awaits_reply=True))

    assert house.session("c-1~1").last_agent.awaits_reply
    times = [at_us for (at_us,) in house.rows("SELECT at_us FROM events ORDER BY seq")]
    assert times == sorted(set(times))


def test_purged_events_leave_their_sessions(house):
    """After ninety days an id is forgotten; live times that old are refused, sessions stay."""
    from afterword.intake.upkeep import purge  # noqa: PLC0415  # one test calls it

    told = [one | {"id": f"e-{n}", "at": NOON + n} for n, one in enumerate(talk())]
    house.take(*told)
    house.wait(60 * DAY)
    house.take(*talk("c-2"))
    house.wait(31 * DAY)

    assert purge(house.journal, house.clock.now_us()) == 2
    assert purge(house.journal, house.clock.now_us()) == 0
    assert house.rows("SELECT DISTINCT conversation_id FROM events") == [("c-2",)]
    assert house.session("c-1~1").n_user == 1
    assert codes(house.take(*told)) == [(0, "time_out_of_range"), (1, "time_out_of_range")]


def test_events_are_kept_as_long_as_a_policy_says(house):
    """Of several projects, the one that keeps longest says for all."""
    from afterword.intake.upkeep import purge  # noqa: PLC0415  # as above

    def keep(project, days_kept):
        with house.journal.write() as connection:
            wanted = Policy(events_kept_days=days_kept)
            change_policy(connection, project, lambda _: wanted, house.clock.us)

    keep("default", 60)
    house.take(*talk())
    house.wait(30 * DAY + 1)
    assert purge(house.journal, house.clock.now_us()) == 0
    keep("default", 20)
    keep("other", 30)
    house.take(*talk("c-2"))

    assert purge(house.journal, house.clock.now_us()) == 2
    assert house.rows("SELECT DISTINCT conversation_id FROM events") == [("c-2",)]


def test_every_changed_row_raises_its_days_version(house):
    """In the same transaction, so that no reader can miss a change."""
    marks = [house.rows("SELECT day, version FROM dirty_days")]
    for told in ([user()], [agent()], [rating()], [ended()]):
        house.take(*told)
        (mark,) = house.rows("SELECT day, version FROM dirty_days")
        assert house.rows("SELECT day, changed FROM sessions") == [mark]
        marks.append(mark)
    house.wait(8 * DAY)  # settled
    (mark,) = house.rows("SELECT day, version FROM dirty_days")

    assert [version for _, version in [*marks[1:], mark]] == [1, 2, 3, 4, 5]
    with house.journal.read() as connection:
        assert [one.version for one in days.dirty_days(connection)] == [5]


def test_a_refused_group_leaves_its_day_alone(house):
    """No version is raised for rows that were not kept."""
    house.take(*talk())
    house.refuse("sessions", "conversation_id")
    with pytest.raises(JournalUnavailable):
        house.take(user(), *talk("bad"))

    assert house.rows("SELECT version FROM dirty_days") == [(1,)]
    assert house.session("c-1~1").n_user == 1


def test_many_threads_hand_in_and_each_event_is_there_once(running):
    """Thirty-two at a time; acknowledged means kept, and every number adds up."""
    per_thread = 20

    def hand_in(thread):
        kept = 0
        for place in range(per_thread):
            name = f"c-{thread}" if place % 2 else "shared"
            told = [one | {"id": f"{thread}/{place}/{n}"} for n, one in enumerate(talk(name))]
            kept += running.intake.submit(envelope(*told)).result().accepted
        return kept

    with ThreadPoolExecutor(32) as pool:
        kept = list(pool.map(hand_in, range(32)))

    assert kept == [2 * per_thread] * 32
    assert running.rows("SELECT count(*), count(DISTINCT id) FROM events") == [(1280, 1280)]
    assert running.session("shared~1").n_user == 320
    assert {running.session(f"c-{n}~1").n_agent for n in range(32)} == {10}


def test_a_cancelled_request_is_left_out(running):
    """Whoever gives up before the writer looks has handed in nothing, and stops nobody."""
    plug = envelope({"type": "activity", "id": "plug", "user_id": "plug", "name": "none"})
    full = Envelope(project="default", events=plug.events * 5_000)
    with running.journal.write():
        waiting = running.intake.submit(full)
        while not waiting.running():
            pass
        given_up = running.intake.submit(envelope(*talk("c-1")))
        after = running.intake.submit(envelope(*talk("c-2")))
        assert given_up.cancel()

    assert after.result().accepted == 2
    assert running.session("c-1~1") is None


def test_stopping_commits_what_was_handed_in(house):
    """Afterwards nothing is taken, and everybody is told so."""
    house.intake.start()
    futures = [house.intake.submit(envelope(*talk(f"c-{n}"))) for n in range(50)]
    house.intake.stop()

    assert [future.result().accepted for future in futures] == [2] * 50
    assert isinstance(house.intake.submit(envelope(*talk())).exception(), Stopping)
    assert house.rows("SELECT count(*) FROM sessions") == [(50,)]


def test_nothing_is_taken_before_the_start(house):
    """A request that nobody would answer is refused at once."""
    assert isinstance(house.intake.submit(envelope(*talk())).exception(), Stopping)


def test_a_thousand_events_of_a_thousand_conversations(house):
    """One envelope may be as wide as it is long."""
    outcome = house.take(*(user(f"c-{n}", user_id=f"u-{n}") for n in range(1_000)))

    assert outcome.accepted == 1_000
    assert house.rows("SELECT count(*) FROM sessions") == [(1_000,)]
    assert house.rows("SELECT count(*) FROM persons") == [(1_000,)]


def test_a_session_of_ten_thousand_messages_stays_small(house):
    """Its row holds counts, not messages."""
    for start in range(0, 10_000, 1_000):
        house.take(*(user(id=f"e-{start + n}") for n in range(998)), agent(), agent())
    (size,) = house.rows("SELECT length(body) FROM sessions")[0]

    assert (house.session("c-1~1").n_user, house.session("c-1~1").n_agent) == (9_980, 20)
    assert size < 2_000


def test_time_does_not_run_backwards_over_a_restart(house):
    """A clock that was set back stands still at the newest event until it has caught up."""
    house.take(*talk())
    house.close()
    early = HandClock(NOON - 3_600)
    again = house.another(early)

    assert early.now_us() == NOON * 1_000_000
    again.take(user(), rating("negative"))
    session = again.session("c-1~1")
    assert (session.n_user, session.rating.rated_us) == (2, NOON * 1_000_000)
    again.close()


def test_an_intake_of_its_own_keeps_to_the_journals_time(house):
    """Two that open one journal agree on what is past."""
    house.clock.move(DAY)
    house.take(*talk())
    late = HandClock()
    Intake(house.journal, clock=late)

    assert late.now_us() == house.clock.now_us()
