"""A word in a message is nowhere afterwards: not in a file, a log, a figure or an error."""

from __future__ import annotations

import secrets
import time

import pytest

import afterword
from server_harness import said, serving

# What no compression, no encoding and no other word could hide or make up.
CANARY = f"canary{secrets.token_hex(12)}"
WHOLE = f"My account {CANARY}@example.com was {CANARY}, why?"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A server that was told the word in every way, and its folder after its end."""
    folder = tmp_path_factory.mktemp("canary")
    answers = []
    with serving(folder) as (process, caller):
        for number, role in enumerate(("user", "agent", "tool", "user", "agent")):
            answers.append(caller.send(said("c-1", role, WHOLE, id=f"e-{number}")))
        wrong = [
            said("c-1", "nobody", WHOLE),
            said("c-1", "user", [WHOLE]),
            said("c-1", "user", WHOLE * 3_000),
            said("c-1", "user", WHOLE, at="2001-01-01T00:00:00Z"),
            said("c-1", "user", WHOLE, text_=WHOLE),
            {
                "type": "message",
                "conversation_id": "c-1",
                "role": "user",
                "text": WHOLE,
                "words": WHOLE,
            },
        ]
        answers.append(caller.send(*wrong))
        broken = f'{{"events": [{{"text": "{WHOLE}"'
        bodies = [
            caller.http.post("/v1/events", content=broken.encode()).text,
            caller.http.post("/v1/events", json={"events": WHOLE}).text,
            caller.http.post("/v1/events", json=[WHOLE]).text,
        ]
        _tell_by_sdk(folder, caller)
        time.sleep(1)
        answers += [caller.reads("/v1/sessions"), caller.reads("/v1/sessions/c-1~1")]
        answers += [caller.report("distribution"), caller.http.get("/metrics").text]
        process.terminate()
        assert process.wait(30) == 0
        bodies.append(process.stdout.read().decode())
    return folder, [*map(str, answers), *bodies]


def _tell_by_sdk(folder, caller):
    client = afterword.Client(
        url=str(caller.http.base_url), key=caller.key, spool=str(folder / "spool")
    )
    with client.conversation("c-2", user_id="u-1") as c:
        c.user(WHOLE)
        c.agent(WHOLE)
        c.user("ah, thanks!")
        c.agent("You're welcome!")
    assert client.flush(30)
    client.close()


def test_the_word_is_in_no_file(told):
    """Not in the journal, its log, a day file, the spool after sending, or the server's log."""
    folder, _ = told
    files = [path for path in folder.rglob("*") if path.is_file()]

    assert {"journal.db", "log"} <= {path.name for path in files}
    assert [str(path) for path in files if CANARY.encode() in path.read_bytes()] == []


def test_the_word_is_in_no_answer(told):
    """Nor in an error's body, a report or the metrics."""
    assert [body[:200] for body in told[1] if CANARY in body] == []


def test_the_search_would_find_it(tmp_path):
    """A reason is kept, and found: so would a message be."""
    with serving(tmp_path) as (process, caller):
        caller.chat("c-1")
        caller.rate("c-1", rating="negative", reason=f"it was {CANARY}")
        process.terminate()
        process.wait(30)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(CANARY.encode() in path.read_bytes() for path in files)
