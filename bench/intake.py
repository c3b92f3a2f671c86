"""Intake in process against a bare ``sqlite3`` loop that writes the same rows.

Both write the same event rows and session rows into tables of the same definition, with the same
PRAGMAs, in transactions of one envelope (1,000 events). The reference only writes: it decodes,
assigns, folds and decides nothing. Run it with ``--events 1000000`` for the long version.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import tempfile
import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from afterword.domain.ids import TimeOrderedIds
from afterword.intake import Envelope, Intake
from afterword.intake.decode import decode_envelope
from afterword.journal import Journal
from afterword.journal.engine import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGES = 10  # of one conversation
ENVELOPE = 1_000
_TEXTS = (
    "Why was I charged twice? I do not understand this bill at all.",
    "One is a pending hold; it drops off on Friday. Can I do more?",
)


def envelopes(n_events: int, kind: str, seed: int = 1) -> Iterator[bytes]:
    """Make envelopes of chats: ten messages a conversation, a hundred chats at a time."""
    rng = random.Random(seed)  # noqa: S311  # a seeded load, no secret
    ids = TimeOrderedIds(rng.getrandbits)
    for start in range(0, n_events, ENVELOPE):
        now_us = time.time_ns() // 1000
        events = []
        for place in range(ENVELOPE):
            chat = place // MESSAGES
            event_id = (
                ids.make(now_us)
                if kind == "uuid7"
                else str(uuid.UUID(int=rng.getrandbits(128), version=4))
            )
            events.append(
                {
                    "id": event_id,
                    "type": "message",
                    "conversation_id": f"c-{start // ENVELOPE:06d}-{chat:03d}",
                    "user_id": f"u-{rng.randrange(50_000)}-{chat}"[:12],
                    "role": "agent" if place % 2 else "user",
                    "text": _TEXTS[place % 2],
                }
            )
        yield msgspec.json.encode({"events": events})


def run_intake(journal: Journal, bodies: Iterator[bytes]) -> float:
    """Give the seconds that intake needs, decoding included; the bodies' making is not counted."""
    intake = Intake(journal)
    seconds = 0.0
    for body in bodies:
        started = time.perf_counter()
        events, rejected = decode_envelope(body)
        outcome = intake.run(Envelope(project="default", events=events, rejected=rejected))
        if outcome.accepted != len(events):
            raise SystemExit(f"not kept: {outcome.rejected[:3]}")
        seconds += time.perf_counter() - started
    journal.close()
    return seconds


def run_bare(data_dir: Path, source: Path) -> float:
    """Give the seconds that ``sqlite3`` needs to write the rows that intake wrote."""
    Journal.open(data_dir).close()
    read = sqlite3.connect(source)
    names = {
        table: [row[1] for row in read.execute(f"PRAGMA table_info({table})")]
        for table in ("events", "sessions")
    }
    rows = {
        table: read.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()  # noqa: S608  # our names
        for table in names
    }
    per_group = ENVELOPE // MESSAGES
    write = sqlite3.connect(data_dir / FILE, isolation_level=None)
    for pragma in ("synchronous=FULL", "cache_size=-65536", "wal_autocheckpoint=32000"):
        write.execute(f"PRAGMA {pragma}")
    into = {
        table: f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))})"  # noqa: S608  # our names
        for table, columns in names.items()
    }
    into["sessions"] += (
        " ON CONFLICT (project, conversation_id, number) DO UPDATE SET body = excluded.body"
    )
    started = time.perf_counter()
    for group, start in enumerate(range(0, len(rows["events"]), ENVELOPE)):
        write.execute("BEGIN IMMEDIATE")
        write.executemany(into["events"], rows["events"][start : start + ENVELOPE])
        write.executemany(
            into["sessions"], rows["sessions"][group * per_group : (group + 1) * per_group]
        )
        write.execute("COMMIT")
    return time.perf_counter() - started


def compare(n_events: int, kind: str) -> tuple[float, float]:
    """Measure both in one run; give events a second of intake and of the reference."""
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as bare:
        own = run_intake(Journal.open(Path(ours)), envelopes(n_events, kind))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        reference = run_bare(Path(bare), Path(ours) / FILE)
    print(
        f"{kind}: intake {n_events / own:,.0f} events/s, bare sqlite3 {n_events / reference:,.0f}"
        f" events/s, ratio {reference / own:.3f} (bar 0.20); peak {peak} MiB (bar 250)"
    )
    return n_events / own, n_events / reference


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--ids", choices=("uuid7", "uuid4"), action="append")
    chosen = parser.parse_args()
    # A process each, so that the memory of one is not counted for the other.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        for name in chosen.ids or ("uuid7", "uuid4"):
            pool.submit(compare, chosen.events, name).result()
