"""Streams inside the server: what they cost the journal, and when they end."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from afterword.journal.asking import _CHANGED, asks_changed_since
from afterword.server import streams as streams_module
from afterword.server.services import Services
from afterword.server.settings import Settings
from afterword.server.streams import POLL_SECONDS, Listener
from intake_cast import envelope, goodbye, rating
from server_harness import MovableClock

PERSONS = 500


@pytest.fixture
def services(tmp_path):
    """A server's services, without the server."""
    opened = Services(Settings(data_dir=tmp_path), clock=MovableClock())
    opened.start()
    yield opened
    opened.stop()


def listener(services, user_id, **more):
    """Make somebody who listens for an hour."""
    told = {"project": "default", "persons": (f"u:{user_id}",), "key_ids": ("key_1", "key_2")}
    expires_us = services.clock.now_us() + 3_600_000_000
    return Listener(**{**told, "expires_us": expires_us, **more})


@asynccontextmanager
async def listening(services, *listeners):
    """Open streams; forget them afterwards."""
    opened = [services.streams.open(one) for one in listeners]
    try:
        yield opened
    finally:
        for one in opened:
            services.streams.forget(one)


async def next_of(stream):
    """Give what a stream says next."""
    async for ask in stream.news():
        return ask
    return "ended"


def reads():
    """Count the statements that read asks and keys from here on."""
    counted = {"asks": 0, "keys": 0}

    def count(_connection, _cursor, statement, *_):
        for table in counted:
            counted[table] += f"FROM {table}" in statement

    event.listen(sa.engine.Engine, "before_cursor_execute", count)
    return counted, lambda: event.remove(sa.engine.Engine, "before_cursor_execute", count)


@pytest.mark.parametrize("n_streams", [1, PERSONS])
def test_a_look_for_asks_is_one_query_however_many_listen(services, n_streams):
    """And every fourth look one more, for keys."""

    async def look():
        people = [listener(services, f"u-{number}") for number in range(n_streams)]
        async with listening(services, *people) as opened:
            counted, stop = reads()
            looks = [asyncio.create_task(next_of(one)) for one in opened]
            for number in range(4):
                since_us = services.clock.now_us()
                await services.streams._look(since_us, since_us, with_keys=number == 3)  # noqa: SLF001  # one turn of it
            stop()
            for one in looks:
                one.cancel()
            return counted

    assert asyncio.run(look()) == {"asks": 4, "keys": 1}


def test_looks_come_every_half_second(services, monkeypatch):
    """Each waits for that, and for nothing else."""
    waits, real = [], asyncio.sleep

    async def sleep(seconds):
        waits.append(seconds)
        await real(0)

    monkeypatch.setattr(streams_module.asyncio, "sleep", sleep)

    async def look():
        async with listening(services, listener(services, "u-1")):
            counted, stop = reads()
            while counted["asks"] < 9:
                await real(0.001)
            stop()
            return counted

    counted = asyncio.run(look())
    assert POLL_SECONDS == 0.5
    assert set(waits) == {0.5}
    assert abs(counted["keys"] - counted["asks"] / 4) <= 1
    assert len(waits) >= 9


def test_a_look_uses_the_index_of_changes(services):
    """It reads the last seconds, not all asks there ever were."""
    query = str(_CHANGED.compile(compile_kwargs={"literal_binds": False}))
    with services.journal.read() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}".replace(":since_us", "1")
        ).all()

    assert "SEARCH asks USING INDEX asks_changed (changed_us>?)" in [row.detail for row in plan]


def test_a_visit_finds_the_newest_session_by_an_index(services):
    """However many sessions a person has: thousands may share one id."""
    with services.journal.read() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT body FROM sessions"
            " WHERE project = '' AND user_id = '' ORDER BY opened_us DESC LIMIT 1"
        ).all()

    assert [row.detail for row in plan] == [
        "SEARCH sessions USING INDEX sessions_of_person (project=? AND user_id=?)"
    ]


def test_asks_of_people_who_do_not_listen_are_not_read(services):
    """Only those that somebody waits for are decoded."""
    for user_id in ("u-1", "u-2"):
        services.intake.submit(envelope(*goodbye(f"c-{user_id}", user_id=user_id))).result()
    with services.journal.read() as connection:
        found = asks_changed_since(connection, 0, {("default", "u:u-2"), ("other", "u:u-1")})

    assert [ask.person for _, ask in found] == ["u:u-2"]


def test_what_was_committed_late_is_told_once(services):
    """Each look goes back over the last seconds, and each stream knows what it has said."""

    async def listen():
        async with listening(services, listener(services, "u-1")) as (stream,):
            services.intake.submit(envelope(*goodbye("c-1", user_id="u-1"))).result()
            told = await next_of(stream)
            for _ in range(3):
                await services.streams._look(0, services.clock.now_us(), with_keys=False)  # noqa: SLF001  # one turn of it
            again = list(stream._waiting)  # noqa: SLF001  # what is still to be said
            services.intake.submit(envelope(rating(conversation_id="c-1"))).result()
            return told, again, await next_of(stream)

    told, again, ended = asyncio.run(listen())
    assert (told.is_open, again) == (True, [])
    assert (ended.id, ended.state) == (told.id, "answered")


def test_a_stream_that_nobody_reads_is_cut_off(services):
    """What waits for it must not fill the memory."""

    async def listen():
        async with listening(services, listener(services, "u-1")) as (stream,):
            services.intake.submit(envelope(*goodbye("c-1", user_id="u-1"))).result()
            ask = await next_of(stream)
            for number in range(200):
                stream.tell(type(ask)(**{**_fields(ask), "id": f"a-{number}"}))
            return stream.is_closed, await next_of(stream)

    assert asyncio.run(listen()) == (True, "ended")


def _fields(ask):
    return {name: getattr(ask, name) for name in ask.__struct_fields__}


def test_streams_end_when_the_server_stops(services):
    """Those that are open and those that come too late."""

    async def listen():
        async with listening(services, listener(services, "u-1")) as (stream,):
            services.streams.close()
            late = services.streams.open(listener(services, "u-2"))
            ends = [await next_of(stream), await next_of(late)]
            services.streams.forget(late)
            return ends

    assert asyncio.run(listen()) == ["ended", "ended"]


def test_streams_end_when_the_services_are_not_ready_any_more(services):
    """A host that mounts the app stops it; its clients must not wait."""

    async def listen():
        async with listening(services, listener(services, "u-1")) as (stream,):
            services.is_ready = False
            return await next_of(stream)

    assert asyncio.run(listen()) == "ended"


def test_a_journal_that_fails_for_a_while_ends_no_stream(services, monkeypatch, caplog):
    """It is said, and what was missed is told once it works again."""

    async def listen():
        async with listening(services, listener(services, "u-1")) as (stream,):
            working, n_failed = services.read, 0

            async def failing(*_):
                nonlocal n_failed
                n_failed += 1
                if n_failed == 3:
                    monkeypatch.setattr(services, "read", working)
                raise OSError

            monkeypatch.setattr(services, "read", failing)
            services.intake.submit(envelope(*goodbye("c-1", user_id="u-1"))).result()
            return await next_of(stream)

    with caplog.at_level(logging.ERROR, logger="afterword.server.streams"):
        assert asyncio.run(listen()).is_open
    assert [record.message for record in caplog.records] == [
        "Streams could not look for asks; they try again."
    ] * 3


def test_a_silent_stream_says_that_it_is_there(services):
    """After the time that was set when it opened."""
    assert streams_module.HEARTBEAT_SECONDS == services.streams.heartbeat_s == 15
    services.streams.heartbeat_s = 0.01

    async def listen():
        async with listening(services, listener(services, "u-1")) as (stream,):
            return await next_of(stream)

    assert asyncio.run(listen()) is None
