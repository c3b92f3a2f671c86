"""The terminal example as it stands, with a real server: it asks in a line and is answered."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from example_harness import EXAMPLES
from server_harness import served

THANKS = "Why was I charged twice?\nah, thanks!\n"
LINE = "How did this session go? 1 \U0001f44d helpful / 2 \U0001f610 okay / 3 \U0001f44e not what"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give a caller of a server; test keys know no limits."""
    with served(tmp_path_factory.mktemp("data"), kind="test") as caller:
        yield caller


def talk(server, person, typed):
    """Type lines into the example; give what it printed and the session that came of it."""
    known = {one["id"] for one in server.reads("/v1/sessions", environment="test")["sessions"]}
    told = {"AFTERWORD_URL": str(server.http.base_url), "AFTERWORD_KEY": server.key}
    clean = {n: value for n, value in os.environ.items() if not n.startswith("AFTERWORD_")}
    done = subprocess.run(  # noqa: S603  # our own example
        [sys.executable, "-W", "error", str(EXAMPLES / "terminal" / "app.py")],
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**clean, **told, "LOGNAME": person, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    sessions = server.reads("/v1/sessions", environment="test")["sessions"]
    (new,) = [one for one in sessions if one["id"] not in known]
    return done.stdout.splitlines(), server.session(new["id"])["session"]


def test_an_answer_is_kept_and_the_agent_never_sees_it(server):
    """It has its reason, the source is text, and the session has no message more."""
    said, session = talk(server, "ann", f"{THANKS}not really, it kept looping\n")

    assert said[1] == "You're welcome!"
    assert said[2].startswith(LINE)
    assert said[3:] == ["Thanks \u2014 we'll use that to improve."]
    rating = session["rating"]
    assert (rating["rating"], rating["reason"]) == ("negative", "it kept looping")
    assert (rating["source"], rating["trigger"]) == ("text", "closing_message")
    assert [ask["state"] for ask in session["asks"]] == ["answered"]
    assert (session["n_user"], session["channel"]) == (2, "terminal")


def test_a_new_question_reaches_the_agent_and_withdraws_the_ask(server):
    """A number in it is no answer, and what comes afterwards is none either."""
    said, session = talk(server, "ben", f"{THANKS}2 tickets please\n2\n")

    assert said[3:] == ["You said: 2 tickets please", "You said: 2"]
    assert session["rating"] is None
    assert [ask["state"] for ask in session["asks"]] == ["withdrawn"]
    assert session["n_user"] == 4


def test_stop_ends_asking(server):
    """The ask is dismissed and no session of this person is asked about again."""
    said, session = talk(server, "cai", f"{THANKS}stop\n")

    assert said[3:] == ["Don't ask me again \u2713"]
    assert [ask["state"] for ask in session["asks"]] == ["dismissed"]
    assert session["rating"] is None

    said, session = talk(server, "cai", THANKS)

    assert said[1:] == ["You're welcome!"]
    assert session["decision"] == "person_stopped"
