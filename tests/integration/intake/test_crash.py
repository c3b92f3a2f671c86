"""kill -9: what was acknowledged is there, once, and what is there is whole."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys

import pytest

from afterword.journal.engine import FILE
from afterword.journal.tables import EventId
from intake_cast import House, agent, user

TAKER = """
import os
import sys
from pathlib import Path
from threading import Thread
from afterword.intake import Intake
from afterword.journal import Journal
from intake_cast import agent, envelope, user

intake = Intake(Journal.open(Path(sys.argv[1])))
intake.start()

def hand_in(thread):
    for place in range(100_000):
        name = f"c-{thread}-{place % 7}"
        ids = [f"{thread}/{place}/{n}" for n in range(2)]
        intake.submit(envelope(user(name, id=ids[0]), agent(name, id=ids[1]))).result()
        os.write(1, f"{ids[0]} {ids[1]}\\n".encode())  # one piece, whoever else writes

threads = [Thread(target=hand_in, args=(thread,)) for thread in range(8)]
for thread in threads:
    thread.start()
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_acknowledged_survives_kill_9(tmp_path, seed):
    """At whatever moment: every acknowledged event once, no half of a request, no lost count."""
    moment = random.Random(seed).randrange(5, 150)  # noqa: S311  # a moment, no secret
    process = subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{TAKER}", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    told = [process.stdout.readline() for _ in range(moment)]
    process.kill()
    told += process.communicate()[0].splitlines()
    acknowledged = [line.split() for line in told if len(line.split()) == 2]

    with sqlite3.connect(tmp_path / FILE) as kept:
        rows = kept.execute("SELECT id, conversation_id FROM events").fetchall()
        assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    kept.close()
    ids, chats = [EventId.read(row[0]) for row in rows], [row[1] for row in rows]
    assert len(acknowledged) >= moment
    assert len(ids) == len(set(ids))
    assert {event_id for pair in acknowledged for event_id in pair} - set(ids) == set()
    requests = {event_id.rpartition("/")[0] for event_id in ids}
    assert len(ids) == 2 * len(requests)
    house = House(tmp_path)
    counted = "sum(body ->> 'n_user'), sum(body ->> 'n_agent')"
    assert house.rows(f"SELECT {counted} FROM sessions") == [(len(requests),) * 2]  # noqa: S608  # ours
    chat_of = dict(zip(ids, chats, strict=True))
    repeats = [user(chat_of[one[0]], id=one[0]) for one in acknowledged[:400]]
    again = house.take(*repeats, agent(id="new"))
    house.close()
    assert (again.duplicates, again.accepted) == (min(400, len(acknowledged)), 1)
