"""What channels want to hear of is written with what happened, once, and nothing else is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from afterword.domain.events import Rating
from afterword.intake import Intake
from afterword.journal import outbox
from afterword.journal.asking import asks_changed_since
from afterword.journal.outbox import ChannelCounts, NoticeState, Settled, Subscriber, Topic
from intake_cast import MINUTE, House, goodbye, rating, step, talk
from notify_cast import outbox_rows
from postgres_harness import ON_POSTGRESQL, ON_SQLITE

GRACE = 20_000_000


def subscriber(name="crm", **more):
    """Make what a channel wants: everything in production, unless told otherwise."""
    told = {
        "project": "default",
        "topics": frozenset(Topic),
        "ratings": frozenset(Rating),
        "environments": frozenset({"production"}),
    }
    return Subscriber(name=name, **(told | more))


@pytest.fixture
def house(tmp_path, database_url):
    """An empty journal with its intake, in either database."""
    opened = House(tmp_path / "data", database_url)
    yield opened
    opened.close()


@pytest.fixture
def subscribe(house):
    """Let channels subscribe to what intake does."""

    def let(*subscribers):
        house.intake = Intake(house.journal, clock=house.clock, subscribers=lambda: subscribers)

    return let


def told(house):
    """Read what the outbox holds: channel, topic, subject."""
    return [(row.channel, row.topic, row.subject) for row in outbox_rows(house.journal)]


def test_nothing_is_written_when_nobody_wants_to_hear(house):
    """No channel, no row."""
    house.take(*goodbye(), rating("negative"))

    assert told(house) == []


def test_an_ask_is_told_of_with_its_commit(house, subscribe):
    """At the moment it is granted, to everyone who wants it."""
    subscribe(subscriber("one"), subscriber("two"), subscriber("x", topics=frozenset()))

    (ask,) = house.take(*goodbye()).asks

    assert told(house) == [("one", "ask.ready", ask.id), ("two", "ask.ready", ask.id)]
    assert {row.due_us for row in outbox_rows(house.journal)} == {house.clock.now_us()}
    assert len({row.id for row in outbox_rows(house.journal)}) == 2


def test_an_ask_from_silence_is_told_of_too(house, subscribe):
    """It is the timers that grant it."""
    subscribe(subscriber())
    house.take(*talk())

    house.wait(6 * MINUTE)

    assert told(house) == [("crm", "ask.ready", house.ask("c-1~1").id)]


def test_an_ask_is_told_of_once(house, subscribe):
    """Whatever becomes of it."""
    subscribe(subscriber())
    (ask,) = house.take(*goodbye()).asks

    house.take(step(ask, "shown"))
    house.take(step(ask, "dismissed"))

    assert told(house) == [("crm", "ask.ready", ask.id)]


def test_a_rating_is_told_of_once(house, subscribe):
    """A reason that follows, and another choice, add nothing."""
    subscribe(subscriber(topics=frozenset({Topic.RATING_CREATED})))
    house.take(*talk(), rating("negative"))
    house.clock.move(1)
    house.take(rating("negative", reason="it kept looping"))
    house.take(rating("neutral"))

    (row,) = outbox_rows(house.journal)
    assert (row.topic, row.subject, row.attempts) == ("rating.created", "c-1~1", 0)
    assert row.due_us == row.at_us + GRACE
    assert row.id.startswith("msg_")
    assert "." not in row.id


def test_a_rating_with_its_reason_does_not_wait(house, subscribe):
    """There is nothing left to wait for."""
    subscribe(subscriber())
    house.take(*talk(), rating("negative", reason="it kept looping"))

    (row,) = outbox_rows(house.journal)
    assert row.due_us == row.at_us


def test_a_channel_hears_of_the_ratings_that_it_wants(house, subscribe):
    """A change of mind makes a rating one of them."""
    subscribe(subscriber(ratings=frozenset({Rating.NEGATIVE})))
    house.take(*talk("c-1"), rating("positive", "c-1"))
    house.take(*talk("c-2"), rating("negative", "c-2"))
    before = told(house)

    house.take(rating("negative", "c-1"))

    assert before == [("crm", "rating.created", "c-2~1")]
    assert told(house) == [*before, ("crm", "rating.created", "c-1~1")]


@pytest.mark.parametrize(
    ("more", "n_told"),
    [
        ({}, 0),
        ({"environments": frozenset({"production", "staging"})}, 2),
        ({"environments": frozenset({"staging"}), "project": "other"}, 0),
    ],
)
def test_other_environments_and_projects_are_told_where_they_are_wanted(
    house, subscribe, more, n_told
):
    """Production of the default project, unless the channel says otherwise."""
    subscribe(subscriber(**more))

    house.take(*goodbye(environment="staging"))
    house.take(rating("negative", environment="staging"))

    assert len(told(house)) == n_told


def test_what_is_imported_is_not_news(house, subscribe):
    """A file of last year's ratings rings nobody."""
    subscribe(subscriber())

    house.take(*talk(at=1_700_000_000), rating("negative", at=1_700_000_100), is_import=True)

    assert house.session("c-1~1").rating is not None
    assert told(house) == []


def test_a_commit_that_fails_tells_nobody(house, subscribe):
    """Outbox and journal are one transaction."""
    subscribe(subscriber())
    house.refuse("outbox", "channel", "crm")

    with pytest.raises(Exception, match=r"\w"):
        house.take(*goodbye())

    assert house.session("c-1~1") is None
    assert told(house) == []


def test_changed_asks_are_found_by_server_time(house):
    """In the order in which they changed, whatever the project."""
    house.take(*goodbye("c-1"))
    house.take(*goodbye("c-2"), project="other")
    house.clock.move(5)
    now_us = house.clock.now_us()
    house.take(step(house.ask("c-1~1"), "shown"))

    with house.journal.read() as connection:
        recent = asks_changed_since(connection, now_us)
        since_start = asks_changed_since(connection, 0)

    assert [(project, ask.id, ask.state) for project, ask in recent] == [
        ("default", house.ask("c-1~1").id, "shown")
    ]
    assert [project for project, _ in since_start] == ["other", "default"]


def test_who_claims_a_notice_has_it_alone(house, subscribe):
    """Until the lease is over: then whoever claimed it is dead, and the next one sends it."""
    subscribe(subscriber())
    house.take(*talk(), rating("negative", reason="slow"))
    now_us = house.clock.now_us()

    def claim(at_us):
        with house.journal.write() as connection:
            return [one.id for one in outbox.claim(connection, "crm", at_us, at_us + 60, 10)]

    first = claim(now_us)
    assert len(first) == 1
    assert (claim(now_us + 59), claim(now_us + 60)) == ([], first)


def test_dead_notices_are_put_back(house, subscribe):
    """All of them, or one by its id; what waits is not touched, what was delivered only by id."""
    subscribe(subscriber("crm"), subscriber("team"))
    house.take(*talk(), rating("negative", reason="slow"))
    crm, team = (row.id for row in outbox_rows(house.journal))
    now_us = house.clock.now_us()
    with house.journal.write() as connection:
        ended = [
            Settled(
                id=crm, state=NoticeState.DEAD, attempts=10, due_us=now_us, error="status 500"
            ),
            Settled(id=team, state=NoticeState.DELIVERED, attempts=1, due_us=now_us),
        ]
        outbox.settle(connection, ended, now_us)
        counts = outbox.count_notices(connection)
        n_put_back = [outbox.replay(connection, now_us) for _ in range(2)]
        n_by_id = [outbox.replay(connection, now_us, one) for one in (team, crm, "msg_none")]

    assert counts == {
        "crm": ChannelCounts(dead=1, error="status 500"),
        "team": ChannelCounts(delivered=1),
    }
    assert n_put_back == [1, 0]
    assert n_by_id == [1, 0, 0]
    assert [(row.state, row.attempts) for row in outbox_rows(house.journal)] == [
        ("waiting", 0)
    ] * 2


def test_what_waits_is_counted_by_channel_with_the_age_of_its_oldest(house, subscribe):
    """What has ended does not count."""
    subscribe(subscriber("one"), subscriber("two", topics=frozenset({Topic.ASK_READY})))
    began_us = house.clock.now_us()
    house.take(*goodbye("c-1"))
    house.clock.move(MINUTE)
    house.take(*goodbye("c-2"))
    _end(house, "two")

    with house.journal.read() as connection:
        counts = outbox.count_waiting(connection)

    assert counts == {"one": (2, began_us)}


def test_the_history_is_read_newest_first(house, subscribe):
    """By state and channel, so many at most."""
    subscribe(subscriber("one"), subscriber("two"))
    house.take(*goodbye("c-1"))
    house.clock.move(MINUTE)
    house.take(*goodbye("c-2"))
    _end(house, "two")

    def read(**more):
        with house.journal.read() as connection:
            found = outbox.list_notices(connection, **{"limit": 9} | more)
        return [(one.channel, one.state, one.error) for one in found]

    newest = [one.since_us for one in _read(house)]
    assert newest == sorted(newest, reverse=True)
    assert read(channel="one") == [("one", "waiting", None)] * 2
    assert read(state=NoticeState.DEAD) == [("two", "dead", "status 500")] * 2
    assert read(state=NoticeState.DEAD, channel="one") == []
    assert len(read(limit=3)) == 3


def _read(house):
    with house.journal.read() as connection:
        return outbox.list_notices(connection, limit=9)


def _end(house, channel):
    """Give up all that waits for a channel."""
    now_us = house.clock.now_us()
    with house.journal.write() as connection:
        results = [
            Settled(
                id=one.id, state=NoticeState.DEAD, attempts=1, due_us=now_us, error="status 500"
            )
            for one in outbox.list_notices(connection, channel=channel, limit=9)
        ]
        outbox.settle(connection, results, now_us)


def test_the_outbox_holds_nothing_that_a_person_wrote(house, subscribe):
    """Ids only: what is erased elsewhere need not be looked for here."""
    subscribe(subscriber())
    house.take(*talk(user_id="u-secret"), rating("negative", reason="hush", user_id="u-secret"))

    dump = house.rows("SELECT * FROM outbox")

    assert len(dump) == 1
    assert "hush" not in str(dump)
    assert "u-secret" not in str(dump)


def test_a_journal_from_before_the_outbox_is_brought_up_to_date(house):
    """Asks that are there get a time of change; nothing else moves."""
    from alembic import command, config  # noqa: PLC0415  # one test goes back

    house.take(*goodbye())
    before = house.rows("SELECT id, state, body FROM asks")
    settings = config.Config()
    settings.set_main_option("script_location", "afterword.journal:migrations")
    with house.journal.write() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "0001")
        tables = sa.inspect(connection).get_table_names()
        command.upgrade(settings, "0002")

    assert "outbox" not in tables
    assert house.rows("SELECT id, state, body FROM asks") == before
    assert house.rows("SELECT changed_us FROM asks") == [(0,)]


@ON_POSTGRESQL
def test_two_servers_take_different_notices_and_do_not_wait(house, subscribe):
    """What one is about to send the other leaves."""
    subscribe(subscriber())
    for place in range(4):
        house.take(*goodbye(f"c-{place}"))
    now_us, other = house.clock.now_us(), house.another()

    with house.journal.write() as one, other.journal.write() as two:
        first = outbox.claim(one, "crm", now_us, now_us + GRACE, 2)
        second = outbox.claim(two, "crm", now_us, now_us + GRACE, 10)
    with other.journal.write() as two:
        assert outbox.claim(two, "crm", now_us, now_us + GRACE, 10) == []
    other.close()

    assert (len(first), len(second)) == (2, 2)
    assert len({one.id for one in [*first, *second]}) == 4


@ON_SQLITE
def test_finding_what_is_due_reads_no_history(house):
    """A month of delivered notices costs the next second nothing, nor Prometheus."""
    seen = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    with house.journal.write() as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        outbox.next_due_us(connection, ["crm", "team"])
        outbox.claim(connection, "crm", 1, 2, 10)
        outbox.count_waiting(connection)
        sa.event.remove(connection, "before_cursor_execute", note)
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", told).all())
            for one, told in seen
        ]

    assert len(plans) == 3
    assert all("outbox_due" in plan for plan in plans), plans
