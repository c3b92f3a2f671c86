"""The SDK and a real server: what is told arrives once, and the ask comes back."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from queue import SimpleQueue

import pytest

import afterword
from afterword.server.serve import running
from afterword.server.settings import Settings
from cli_harness import COMMAND
from server_harness import Caller, make_key, served

WAIT = 60  # a test that needs it has failed


@pytest.fixture
def server(tmp_path):
    """Give a caller of a server."""
    with served(tmp_path) as caller:
        yield caller


@pytest.fixture
def aw(server):
    """Give a client of it."""
    with afterword.Client(str(server.http.base_url), server.key) as client:
        yield client


def run(program, *arguments):
    """Run a program with warnings as errors; give the process, which must have gone well."""
    warnings = ["-W", "error", "-W", "ignore:.*fork.*:DeprecationWarning"]
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, *warnings, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def thank(c):
    """Have a talk to its natural end; give the id of the last answer."""
    c.user("Why was I charged twice?")
    c.agent("One is a pending hold; it drops off on Friday.", model="m-2", latency_ms=840)
    c.user("ah, thanks!")
    return c.agent("You're welcome!")


def test_a_conversation_becomes_a_rated_session(server, aw):
    """Its attributes, its messages, the ask at its natural end and the answer to it."""
    with aw.conversation("c/1 \u2728", user_id="u-7", release="v42", use_case="billing") as c:
        message_id = thank(c)
        ask = c.wait_for_ask(WAIT)
        ask.shown()
        ask.answer("positive", reason="clear and quick")
        c.feedback(message_id, "up")

    assert aw.flush(WAIT)
    assert aw.stats == afterword.Stats(sent=8)
    session = server.session("c/1 \u2728~1")["session"]
    assert (session["user_id"], session["release"]) == ("u-7", "v42")
    assert (session["use_case"], session["model"]) == ("billing", "m-2")
    assert (session["n_user"], session["n_agent"]) == (2, 2)
    assert session["rating"]["rating"] == "positive"
    assert session["rating"]["reason"] == "clear and quick"
    assert session["rating"]["trigger"] == ask.trigger == "closing_message"
    assert [one["state"] for one in session["asks"]] == ["answered"]
    assert len(session["feedback"]) == 1


def test_a_turn_without_a_moment_brings_no_ask(aw):
    """The answer says so, long before the time is up."""
    c = aw.conversation("c-1")
    c.user("Why was I charged twice?")
    c.agent("One is a pending hold.")

    assert c.wait_for_ask(WAIT) is None
    assert aw.stats.pending == 0


def test_an_explicit_end_is_a_moment(aw):
    """``end`` closes the session, and its answer asks."""
    c = aw.conversation("c-1")
    c.user("Why was I charged twice?")
    c.agent("One is a pending hold.")
    c.end("solved")

    assert c.wait_for_ask(WAIT).trigger == "explicit_end"


def test_a_user_who_goes_on_is_not_asked(server, aw):
    """The ask is withdrawn by the next message, and the host is not given it."""
    c = aw.conversation("c-1", user_id="u-7")
    thank(c)
    assert aw.flush(WAIT)
    c.user("One more thing: where is my invoice?")

    assert c.wait_for_ask(WAIT) is None
    assert [one["state"] for one in server.session("c-1~1")["session"]["asks"]] == ["withdrawn"]


@pytest.mark.parametrize(
    ("tell", "state"),
    [
        (afterword.Ask.dismiss, "dismissed"),
        (afterword.Ask.never, "dismissed"),
        (afterword.Ask.withdraw, "withdrawn"),
        (afterword.Ask.shown, "shown"),
    ],
)
def test_what_became_of_an_ask_arrives(server, aw, tell, state):
    """Each telling has its effect on the server."""
    c = aw.conversation("c-1", user_id="u-7")
    thank(c)
    tell(c.wait_for_ask(WAIT))

    assert aw.flush(WAIT)
    assert aw.stats.rejected == 0
    assert [one["state"] for one in server.session("c-1~1")["session"]["asks"]] == [state]


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("shown", "shown"),
        ("dismissed", "dismissed"),
        ("never", "dismissed"),
        ("withdrawn", "withdrawn"),
    ],
)
def test_an_ask_known_from_elsewhere_is_told_by_its_id(server, aw, step, state):
    """A webhook gives the id; its steps, and where the answer was given, arrive."""
    ask = server.thank("c-1", user_id="u-7")
    aw.step("c-1", ask["ask_id"], step)

    assert aw.flush(WAIT)
    assert aw.stats == afterword.Stats(sent=1)
    assert [one["state"] for one in server.session("c-1~1")["session"]["asks"]] == [state]

    aw.rate("c-1", "positive", ask_id=ask["ask_id"], source="slack")
    assert aw.flush(WAIT)
    rating = server.session("c-1~1")["session"]["rating"]
    assert (rating["rating"], rating["source"]) == ("positive", "slack")


def test_the_clients_on_ask_is_called(server):
    """At the natural end of a talk, with an ask that answers."""
    asked = SimpleQueue()
    with afterword.Client(str(server.http.base_url), server.key, on_ask=asked.put) as aw:
        thank(aw.conversation("c-1", user_id="u-7"))
        asked.get(timeout=WAIT).answer("neutral")

    assert server.session("c-1~1")["session"]["rating"]["rating"] == "neutral"


def test_many_talks_on_one_loop(server):
    """Each awaits its own ask and answers it."""

    async def talk(aw, name):
        async with aw.conversation(name, user_id=f"u-{name}") as c:
            thank(c)
            ask = await c.wait_for_ask(WAIT)
            ask.shown()
            ask.answer("positive")
            return ask.conversation_id

    async def host():
        async with afterword.AsyncClient(str(server.http.base_url), server.key) as aw:
            return await asyncio.gather(*(talk(aw, f"c-{number}") for number in range(30)))

    assert asyncio.run(host()) == [f"c-{number}" for number in range(30)]
    for number in range(30):
        session = server.session(f"c-{number}~1")["session"]
        assert (session["rating"]["rating"], session["n_user"]) == ("positive", 2)


def test_a_second_session_has_the_attributes_too(server, aw):
    """One object of the SDK may live through many sessions."""
    c = aw.conversation("c-1", release="v42", user_id="u-7")
    c.user("hello")
    c.end()
    c.user("hello again")

    assert aw.flush(WAIT)
    second = server.session("c-1~2")["session"]
    assert (second["release"], second["user_id"]) == ("v42", "u-7")


def test_a_rating_later_needs_no_conversation_object(server, aw):
    """And people are told without one."""
    thank(aw.conversation("c-1", user_id="u-7"))
    aw.identify("u-7", {"plan": "pro"})
    aw.activity("u-7", "export")
    aw.nps("u-7", 9)
    aw.rate("c-1", "negative", reason="too slow")

    assert aw.flush(WAIT)
    assert aw.stats.rejected == 0
    rating = server.session("c-1~1")["session"]["rating"]
    assert (rating["rating"], rating["reason"]) == ("negative", "too slow")


def test_what_the_server_rejects_costs_nothing_else(server, aw, caplog):
    """One line for each code, without the words, and the neighbours are there."""
    aw.rate("unheard-of", "positive", reason="words of a user")
    aw.rate("unheard-of-2", "positive")
    c = aw.conversation("c-1")
    c.user("words with a NUL \x00")
    c.user("hello")

    assert aw.flush(WAIT)
    assert aw.stats == afterword.Stats(sent=2, rejected=3)
    assert sorted(record.args[0] for record in caplog.records) == [
        "invalid_field",
        "unknown_conversation",
    ]
    assert "words" not in caplog.text
    assert server.session("c-1~1")["session"]["n_user"] == 1


def test_a_thousand_long_messages_arrive(server, aw):
    """However large, they are cut into requests that the server takes."""
    c = aw.conversation("c-1")
    for number in range(1_200):
        c.agent(f"{number} " + "word " * 1_000)
    c.agent("\u4f60" * 100_000)

    assert aw.flush(WAIT)
    assert aw.stats == afterword.Stats(sent=1_202)
    assert server.session("c-1~1")["session"]["n_agent"] == 1_201


REFUSED = """
import sys
import afterword

aw = afterword.Client(sys.argv[1], sys.argv[2])
aw.activity("u-7", "export")
aw.flush(0.2)
aw.activity("u-7", "export")
aw.flush(0.2)
print(aw.stats)
"""


@pytest.mark.parametrize(
    ("path", "key", "said"),
    [("", "aw_sk_wrong", "the key was refused (wrong_key)"), ("/nowhere", None, "HTTP 404")],
)
def test_a_wrong_key_or_address_is_said_once_and_costs_nothing(server, path, key, said):
    """The events are kept for as long as the process lives, whose end does not wait for them."""
    done = run(REFUSED, f"{server.http.base_url}{path}", key or server.key)

    assert done.stdout.strip() == str(afterword.Stats(pending=2))
    assert done.stderr.count(said) == 1
    assert done.stderr.splitlines()[1:] == ["Afterword could not send 2 events in time."]
    assert "aw_sk_" not in done.stderr


def test_the_hosts_log_holds_no_line_for_each_request(aw, caplog):
    """The HTTP library would put one there at INFO."""
    caplog.set_level(logging.INFO)
    aw.activity("u-7", "export")

    assert aw.flush(WAIT)
    assert [record for record in caplog.records if record.name.startswith("http")] == []


def free_port():
    """Find a port that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_server_that_is_not_there_yet_gets_everything(tmp_path):
    """Nothing is lost while the process lives."""
    port, (_, key) = free_port(), make_key(tmp_path)
    with afterword.Client(f"http://127.0.0.1:{port}", key) as aw:
        c = aw.conversation("c-1")
        thank(c)
        assert c.wait_for_ask(0.2) is None
        assert aw.stats == afterword.Stats(pending=5)

        with running(Settings(data_dir=tmp_path, port=port)):
            assert c.wait_for_ask(WAIT).trigger == "closing_message"
            assert aw.stats == afterword.Stats(sent=5)


@contextmanager
def process(data_dir, port):
    """Run a server as a process of its own, and kill it hard."""
    command = [COMMAND, "serve", "--data", str(data_dir), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603  # our own
    try:
        assert server.stdout.readline()  # it says where it listens
        yield
    finally:
        server.kill()
        server.communicate()


def test_a_server_that_is_killed_and_comes_back_has_everything_once(tmp_path):
    """Twice it is gone in the middle of it: nothing is lost, nothing is doubled."""
    port, (_, key) = free_port(), make_key(tmp_path)
    n_told = 0
    with afterword.Client(f"http://127.0.0.1:{port}", key) as aw:
        c = aw.conversation("c-1")
        for _ in range(2):
            with process(tmp_path, port):
                for _ in range(3_000):
                    n_told += 1
                    c.user(f"message {n_told}")
                aw.flush(0.05)  # so that some are on their way
        with process(tmp_path, port):
            c.agent("done")
            assert aw.flush(WAIT)
            caller = Caller(f"http://127.0.0.1:{port}", key)
            with caller.http:
                session = caller.session("c-1~1")["session"]

    assert aw.stats == afterword.Stats(sent=n_told + 2)
    assert (session["n_user"], session["n_agent"]) == (n_told, 1)


WORKERS = """
import os, sys
import afterword

aw = afterword.Client(sys.argv[1], sys.argv[2])
aw.conversation("parent").user("hello")
assert aw.flush(60)  # the parent's thread and connection are there before the fork
pids = []
for worker in range(4):
    pid = os.fork()
    if pid == 0:
        with aw.conversation(f"worker-{worker}") as c:
            c.user("hello")
            c.user("ah, thanks!")
            c.agent("You are welcome!")
            ask = c.wait_for_ask(60)
            ask.answer("positive")
        os._exit(0 if aw.flush(60) and aw.stats.sent == 5 else 1)
    pids.append(pid)
aw.conversation("parent").user("hello again")
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
sys.exit(codes != [0] * 4)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_forked_workers_talk_for_themselves(server):
    """As under a pre-forking server: no connection is shared, and the exit sends the rest."""
    done = run(WORKERS, str(server.http.base_url), server.key)

    assert (done.stdout, done.stderr) == ("", "")
    assert server.session("parent~1")["session"]["n_user"] == 2
    for worker in range(4):
        session = server.session(f"worker-{worker}~1")["session"]
        assert (session["n_user"], session["rating"]["rating"]) == (2, "positive")
