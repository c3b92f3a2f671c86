"""Intake for tests: a real journal, a clock that only tests move, and short ways to say things."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import sqlalchemy as sa
from msgspec.structs import replace

from afterword.intake import Envelope, Intake
from afterword.intake.clock import Clock
from afterword.intake.decode import decode_envelope
from afterword.intake.intake import GROUP_EVENTS
from afterword.journal import Journal
from afterword.journal.asking import session_decisions, session_ratings
from afterword.journal.sessions import get_session
from afterword.journal.tables import METADATA

MINUTE, HOUR, DAY = 60, 3_600, 86_400
NOON = int(datetime(2026, 3, 3, 12, tzinfo=UTC).timestamp())


class HandClock(Clock):
    """Server time that stands still until a test moves it."""

    def __init__(self, now=NOON):
        """Begin at a time in Unix seconds."""
        super().__init__()
        self.us = now * 1_000_000

    def now_us(self):
        """Give the time."""
        return self.us

    def no_earlier_than(self, floor_us):
        """Never go below a time."""
        self.us = max(self.us, floor_us)

    def move(self, seconds):
        """Let time pass."""
        self.us += round(seconds * 1_000_000)


class House:
    """A journal with its intake and its clock."""

    def __init__(self, data_dir, url=None, clock=None):
        """Open the journal of a folder, or of a URL instead."""
        self.data_dir, self._url = data_dir, url
        data_dir.mkdir(parents=True, exist_ok=True)
        self.clock = clock or HandClock()
        self.journal = Journal.open(data_dir, url)
        self.intake = Intake(self.journal, clock=self.clock)

    def close(self):
        """Close the journal."""
        self.journal.close()

    def another(self, clock=None):
        """Open the same journal once more."""
        return House(self.data_dir, self._url, clock or self.clock)

    def refuse(self, table, column, value="bad"):
        """Let the database refuse rows of a table from now on: those with this value."""
        test = f"WHEN (NEW.{column} = '{value}')"
        if self._url is None:
            refusal = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            self.do(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} {test} {refusal}")
            return
        self.do(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$",
            f"CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW {test}"
            " EXECUTE FUNCTION refuse()",
        )

    def allow(self, table):
        """Let the database take what it refused."""
        self.do(f"DROP TRIGGER refuse{'' if self._url is None else f' ON {table}'}")

    def take(self, *events, **more):
        """Take one envelope from its JSON; give the outcome."""
        return self.intake.run(envelope(*events, **more))

    def wait(self, seconds):
        """Let time pass, then do everything that is due."""
        self.clock.move(seconds)
        while self.intake.tick():
            pass

    def session(self, session_id):
        """Read a session."""
        with self.journal.read() as connection:
            return get_session(connection, "default", session_id)

    def reasons(self, session_id):
        """Read what was decided about a session, oldest first."""
        return [line["reason"] for line in self.decisions(session_id)]

    def decisions(self, session_id):
        """Read the log of a session's decisions."""
        with self.journal.read() as connection:
            return session_decisions(connection, "default", session_id)

    def ratings(self, session_id):
        """Read how a session's rating came about."""
        with self.journal.read() as connection:
            return session_ratings(connection, "default", session_id)

    def ask(self, session_id):
        """Read the last ask of a session."""
        return self.session(session_id).asks[-1]

    def rows(self, query):
        """Read rows by SQL."""
        with self.journal.read() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def do(self, *statements):
        """Run SQL in one writing transaction."""
        with self.journal.write() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))


def stored(house):
    """Read every byte of the journal's files, or every row where it has none."""
    if house.journal.is_shared:
        rows = [house.rows(f"SELECT t::text FROM {name} AS t") for name in METADATA.tables]  # noqa: S608  # our names
        return str(rows).encode()
    files = [path for path in house.data_dir.iterdir() if path.name.startswith("journal.db")]
    assert {path.name for path in files} >= {"journal.db", "journal.db-wal"}
    return b"".join(path.read_bytes() for path in files)


def envelope(*events, project="default", **more):
    """Make an envelope as the server does."""
    good, rejected = decode_envelope(json.dumps({"events": events}).encode())
    return Envelope(project=project, events=good, rejected=rejected, **more)


def together(house, *envelopes):
    """Hand in envelopes while nobody can write, so that one group takes them all."""
    plug = {"type": "activity", "id": "plug", "user_id": "plug", "name": "none"}
    full = envelope(plug)  # so many events that the writer looks for no more
    full = replace(full, events=full.events * GROUP_EVENTS)
    with house.journal.write():
        waiting = house.intake.submit(full)
        while not waiting.running():
            time.sleep(0)
        futures = [house.intake.submit(one) for one in envelopes]
    return [future.exception() or future.result() for future in futures]


def user(conversation_id="c-1", text="why was I charged twice?", **more):
    """Let the user say something."""
    return _message(conversation_id, "user", text, more)


def agent(conversation_id="c-1", text="one is a pending hold", **more):
    """Let the agent say something."""
    return _message(conversation_id, "agent", text, more)


def _message(conversation_id, role, text, more):
    told = {"type": "message", "conversation_id": conversation_id, "role": role, "text": text}
    return told | more


def talk(conversation_id="c-1", **more):
    """Make a question and its answer."""
    return [user(conversation_id, **more), agent(conversation_id, **more)]


def goodbye(conversation_id="c-1", **more):
    """Make a talk that the user closes: a moment to ask at once."""
    thanks = user(conversation_id, "great, that is all, thanks!", closing=True, **more)
    return [*talk(conversation_id, **more), thanks, agent(conversation_id, "bye!", **more)]


def ended(conversation_id="c-1", **more):
    """Let the host end the session."""
    return {"type": "session.ended", "conversation_id": conversation_id, **more}


def rating(level="positive", conversation_id="c-1", **more):
    """Let the user rate."""
    return {"type": "rating", "conversation_id": conversation_id, "rating": level, **more}


def step(ask, name):
    """Let a client tell what became of an ask."""
    told = {"type": "ask", "conversation_id": ask.conversation_id}
    return {**told, "ask_id": ask.id, "step": name}


def codes(outcome):
    """Give what was rejected: places and codes."""
    return [(one.index, one.code) for one in outcome.rejected]
