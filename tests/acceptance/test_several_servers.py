"""Several servers on one PostgreSQL: nobody is asked twice, nothing is lost, one may be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from threading import Event

import httpx
import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from afterword.domain.session import AskState
from afterword.journal import Journal
from afterword.journal.projects import load_project, save_policy
from afterword.journal.sessions import SessionFilter, list_sessions
from afterword.journal.tables import DECISIONS, EVENTS
from cli_harness import answer
from history_cast import DAY_US, MINUTE_US, plain, rated, tell
from notify_cast import SECRET, Receiver, hook, write_channels
from page_harness import page
from postgres_harness import ON_POSTGRESQL, Server, need_postgresql
from server_harness import make_key, said, serving

pytestmark = [ON_POSTGRESQL, pytest.mark.usefixtures("database_url")]
CHATS = 50
SPENT = (AskState.GRANTED, AskState.SHOWN, AskState.ANSWERED, AskState.DISMISSED, AskState.IGNORED)


@pytest.fixture
def journal(database_url):
    """The journal that the servers share."""
    opened = Journal.open(url=database_url)
    yield opened
    opened.close()


@contextmanager
def servers(folder, url, n_servers):
    """Run servers that share a database and a folder; give their processes and callers."""
    with ExitStack() as stack:
        told = {"AFTERWORD_DATABASE_URL": url}
        yield [stack.enter_context(serving(folder, **told)) for _ in range(n_servers)]


class Sender:
    """Sends to one of several servers, and to another one when that fails, as an SDK does."""

    def __init__(self, urls, key, first):
        """Begin with one of the servers."""
        self._urls = cycle(urls[first:] + urls[:first])
        self._url = next(self._urls)
        self._http = httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=30)

    def send(self, *events):
        """Send until it is acknowledged; give the answer."""
        while True:
            try:
                told = self._http.post(f"{self._url}/v1/events", json={"events": events})
            except httpx.TransportError:
                told = None
            if told is not None and told.status_code != 503:
                assert told.status_code == 202, told.text
                return told.json()
            self._url = next(self._urls)

    def close(self):
        """Hang up."""
        self._http.close()


def numbered(name, *events):
    """Give the events of one request ids, so that it may be sent again."""
    return [event | {"id": f"{name}-{place}"} for place, event in enumerate(events)]


def all_sessions(journal):
    """Read every session."""
    with journal.read() as connection:
        return list_sessions(connection, "default", SessionFilter(), None, 10_000)[0]


def kept(journal):
    """Give how often each event is kept."""
    with journal.read() as connection:
        return Counter(connection.execute(sa.select(EVENTS.c.id)).scalars())


def asked(journal):
    """Give how often the log says of each session that it was asked about."""
    is_ask = DECISIONS.c.verdict == "ask"
    with journal.read() as connection:
        query = sa.select(DECISIONS.c.session_id).where(is_ask)
        return Counter(connection.execute(query).scalars())


def test_fifty_chats_of_one_person_on_three_servers_of_which_one_is_killed(
    tmp_path, database_url, journal
):
    """Never more asks than the budget, never two open in a session, each event kept once."""
    with servers(tmp_path, database_url, 3) as running, ThreadPoolExecutor(CHATS) as pool:
        urls = [str(caller.http.base_url) for _, caller in running]
        key, is_busy = running[0][1].key, Event()

        def chat(place):
            sender, name = Sender(urls, key, place % 3), f"c-{place}"
            for turn in range(4):  # each goes on after the ask, which withdraws it
                sender.send(
                    *numbered(
                        f"{name}-{turn}",
                        said(name, "user", "why was I charged twice?", user_id="mia"),
                        said(name, "agent", "one is a pending hold", user_id="mia"),
                        said(name, "user", "great, thanks!", closing=True, user_id="mia"),
                        said(name, "agent", "bye!", user_id="mia"),
                    )
                )
                if place % 3 and turn:
                    is_busy.set()
            sender.close()

        chats = [pool.submit(chat, place) for place in range(CHATS)]
        assert is_busy.wait(60)
        running[0][0].kill()
        for one in chats:
            one.result()

    sessions = all_sessions(journal)
    asks = [ask for session in sessions for ask in session.asks]
    granted = asked(journal)
    assert set(kept(journal).values()) == {1}
    assert len(kept(journal)) == CHATS * 4 * 4
    assert [(one.n_user, one.n_agent) for one in sessions] == [(8, 8)] * CHATS
    assert sorted(one.session_number for one in sessions) == list(range(1, CHATS + 1))
    assert 1 <= sum(ask.state in SPENT for ask in asks) <= 2
    assert sum(ask.is_open for ask in asks) <= 2
    for session in sessions:
        assert all(ask.state is AskState.WITHDRAWN for ask in session.asks[:-1])
        assert granted[session.id] == len(session.asks) <= 2


def test_every_timer_fires_once_in_effect(tmp_path, database_url, journal):
    """Three servers look at once; each silent session is asked about once, which expires."""
    with journal.write() as connection:
        policy = load_project(connection, "default", 0).policy
        save_policy(connection, "default", replace(policy, idle_after=1, ask_lives=2), 0)
    with servers(tmp_path, database_url, 3) as running:
        names = [f"c-{place}" for place in range(300)]
        for start, (_, caller) in zip(range(0, 300, 100), running, strict=True):
            for name in names[start : start + 100]:
                caller.chat(name, user_id=f"u-{name}")
        while not all(_has_expired(one) for one in all_sessions(journal)):
            time.sleep(0.1)  # until the threads wake; the test's time limit is the only bound

    assert asked(journal) == Counter(f"{name}~1" for name in names)
    assert [len(one.asks) for one in all_sessions(journal)] == [1] * 300
    logs = (tmp_path / "log").read_text()
    assert logs == ""


def _has_expired(session):
    return any(ask.state is AskState.EXPIRED for ask in session.asks)


def test_a_database_that_is_restarted_under_load_loses_nothing(tmp_path, database_url):  # noqa: ARG001  # one of its own
    """Requests are refused while it is away; what was acknowledged is there, once."""
    need_postgresql()
    with tempfile.TemporaryDirectory(prefix="afterword-pg-") as folder:
        Path(folder).chmod(0o755)
        server = Server(folder)
        server.start()
        try:
            _restart_under_load(tmp_path, server)
        finally:
            server.stop()


def _restart_under_load(tmp_path, server):
    is_over, busy = Event(), [Event() for _ in range(8)]
    with (
        servers(tmp_path, server.url(), 2) as running,
        ThreadPoolExecutor(len(busy)) as pool,
    ):
        urls = [str(caller.http.base_url) for _, caller in running]

        def talk(place):
            sender, acknowledged = Sender(urls, running[0][1].key, place % 2), []
            while not is_over.is_set():
                events = numbered(f"{place}-{len(acknowledged)}", said(f"c-{place}", "user"))
                sender.send(*events)
                acknowledged += [event["id"] for event in events]
                if len(acknowledged) % 20 == 0:
                    busy[place].set()
            sender.close()
            return acknowledged

        talks = [pool.submit(talk, place) for place in range(len(busy))]
        for mode in ("immediate", "fast"):
            assert all(one.wait(60) for one in busy)
            server.stop(mode)
            server.start()
            for one in busy:
                one.clear()
        assert all(one.wait(60) for one in busy)
        is_over.set()
        acknowledged = [event_id for one in talks for event_id in one.result()]
        metrics = [caller.http.get("/metrics").text for _, caller in running]
        journal = Journal.open(url=server.url())
        found, sessions = kept(journal), all_sessions(journal)
        journal.close()

    assert [one for one in acknowledged if found[one] != 1] == []
    assert found.keys() == set(acknowledged)
    assert sum(session.n_user for session in sessions) == len(acknowledged)
    assert 'status="500"' not in "".join(metrics)


def test_an_ask_that_one_server_grants_is_heard_on_a_stream_of_another(tmp_path, database_url):
    """And its end; a key that is revoked beside them ends the stream."""
    with servers(tmp_path, database_url, 2) as [(_, first), (_, second)]:
        with page(second, tmp_path, url=database_url).listen() as stream:
            ask = first.thank("c-1", user_id="u-7")
            heard = stream.ask()
            first.send(said("c-1", "user", "one more thing", user_id="u-7"))
            ended = stream.ended()
            for one in answer("keys", "list", *_where(tmp_path, database_url))["keys"]:
                answer("keys", "revoke", one["id"], *_where(tmp_path, database_url))
            is_over = stream.event() is None
        status = first.http.get("/v1/sessions").status_code

    assert heard == ask
    assert ended == (ask["ask_id"], "withdrawn")
    assert (is_over, status) == (True, 401)


def _where(folder, url):
    return "--data", folder, "--database-url", url


def _gunicorn(tmp_path, **variables):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "afterword.server:create_app()", "-w", "4"]
    with (tmp_path / "gunicorn").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # ourselves
            [*command, "-k", "uvicorn_worker.UvicornWorker", "-b", address],
            stderr=log,
            env=os.environ | {"AFTERWORD_DATA": str(tmp_path)} | variables,
        )
    return process, f"http://{address}"


def test_four_workers_on_a_file_are_refused(tmp_path, database_url):  # noqa: ARG001  # it is not used
    """The message names PostgreSQL."""
    process, _ = _gunicorn(tmp_path)

    assert process.wait(60) != 0
    told = (tmp_path / "gunicorn").read_text()
    assert f"{tmp_path} is in use by process" in told
    assert "--database-url postgresql://" in told


def test_four_workers_share_a_database(tmp_path, database_url, journal):
    """Each answers, and what one took the others know."""
    _, key = make_key(tmp_path, url=database_url)
    process, url = _gunicorn(tmp_path, AFTERWORD_DATABASE_URL=database_url)
    sender = Sender([url], key, 0)
    sender.send(*numbered("first", said("c-1", "user")))
    body = {"events": numbered("first", said("c-1", "user"))}

    def repeat(_):
        headers = {"Authorization": f"Bearer {key}"}
        told = httpx.post(f"{url}/v1/events", json=body, headers=headers, timeout=30)
        return told.json()["duplicates"]

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(repeat, range(40)))
    sender.close()
    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0
    assert told == [1] * 40
    assert all_sessions(journal)[0].n_user == 1


def test_commands_work_beside_running_servers(tmp_path, database_url):
    """Keys, import, report, rebuild and the doctor, on the same database."""
    where = _where(tmp_path, database_url)
    file = tmp_path / "old.csv"
    file.write_text("conversation_id,rating,at\nold,positive,2026-01-01T10:00:00Z\n")
    with servers(tmp_path, database_url, 1) as [(_, caller)]:
        caller.chat("c-1")
        caller.rate("c-1", rating="negative")
        made = answer("keys", "create", "--kind", "secret", *where)
        caller.http.headers["Authorization"] = f"Bearer {made['key']}"
        imported = answer("import", "--format", "csv", file, *where)
        report = answer("report", "distribution", *where)
        rebuilt = answer("rebuild", *where)
        findings = answer("doctor", *where, expect=1)["findings"]
        told = caller.report()
    written = answer("rebuild", *where)["written"]
    elsewhere = _where(tmp_path / "elsewhere", database_url)
    missed = answer("doctor", *elsewhere, expect=1)["findings"][-1]
    (row,) = report["rows"]

    assert imported["ratings"] == 1
    assert (row["n_sessions"], row["positive"]["count"], row["negative"]["count"]) == (2, 1, 1)
    assert told["rows"][0]["n_rated"] == 2
    assert (rebuilt["days"], written) == (2, 2)
    # This database of tests does without fsync, and that is the one thing to complain of.
    assert [one["what"] for one in findings if one["status"] == "bad"] == ["durability"]
    assert "servers of one database share the data folder" in missed["told"]


@pytest.mark.timeout(300)
def test_one_of_three_servers_raises_an_alert_and_after_its_end_another_one(
    tmp_path, database_url, journal
):
    """A fall is told to a channel once, whoever sees it; two are killed, and the last goes on."""
    receiver, now_us = Receiver(), time.time_ns() // 1000
    write_channels(tmp_path, hook(receiver, events=["alert.opened"]))
    tell(journal, [*_good_days(now_us, "web"), *_good_days(now_us, "slack")])
    told = {"AFTERWORD_DATABASE_URL": database_url, "CRM_SECRET": SECRET}
    with ExitStack() as stack:
        stack.callback(receiver.close)
        running = [stack.enter_context(serving(tmp_path, **told)) for _ in range(3)]
        callers = [caller for _, caller in running]
        for place in range(60):
            _rate_badly(callers[place % 3], f"web-{place}", "web")
        _until(lambda: "All sessions" in _told(receiver))
        for process, _ in running[:2]:
            process.kill()
        for place in range(60):
            _rate_badly(callers[2], f"slack-{place}", "slack")
        _until(lambda: _alert_of(callers[2], "slack"))
        time.sleep(3)  # whatever is told twice would come now

    # Of the whole once; its parts stand beneath it.
    assert _told(receiver).count("All sessions") == 1
    assert len(_told(receiver)) == len(set(_told(receiver)))


def _good_days(now_us, channel):
    today = now_us - now_us % DAY_US
    return [
        rated(
            plain(
                f"{channel}-{day}-{place}",
                at_us=today - day * DAY_US + place * MINUTE_US,
                user_id=f"{channel}-{day}-{place}",
                channel=channel,
            ),
            "negative" if place == 0 else "positive",
        )
        for day in range(1, 62)
        for place in range(10)
    ]


def _rate_badly(caller, name, channel):
    # Asked, as all others were: who comes by himself to complain is not the stream.
    whose = {"user_id": f"u-{name}"}
    told = caller.send(
        {"type": "session.started", "conversation_id": name, "channel": channel, **whose},
        said(name, "user", "why was I charged twice?", **whose),
        said(name, "agent", "one is a pending hold", **whose),
        said(name, "user", "great, thanks!", closing=True, **whose),
        said(name, "agent", "bye!", **whose),
    )
    (ask,) = told["asks"]
    caller.rate(name, rating="negative", ask_id=ask["ask_id"])


def _told(receiver):
    worse = (one["data"] for one in receiver.bodies if one["data"]["kind"] == "monitor")
    return [data["title"].partition(":")[0] for data in worse]


def _alert_of(caller, channel):
    stream = {"dimension": "channel", "value": channel}
    found = caller.reads("/v1/alerts")["alerts"]
    return [one for one in found if (one["kind"], one["stream"]) == ("monitor", stream)]


def _until(is_so):
    for _ in range(1_200):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")
