"""Events are written as the API takes them, the same bytes every time."""

import gzip
import json
from collections import Counter

import pytest

from afterword.intake.decode import decode_event
from afterword.simulation import simulate, write_events
from unit.simulation.cast import made, settings


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """Every event of a small world."""
    path = tmp_path_factory.mktemp("out") / "events.jsonl"
    write_events(made("worse-release", 800), path)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_equal_settings_give_equal_bytes(tmp_path):
    """The file's name and the time of writing are not in it."""
    for name in ("one.jsonl.gz", "another.jsonl.gz"):
        write_events(simulate(settings("churn", 300)), tmp_path / name)

    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "another.jsonl.gz").read_bytes()


def test_packed_or_not_the_events_are_the_same(tmp_path):
    """``.gz`` makes the difference."""
    for name in ("events.jsonl", "events.jsonl.gz"):
        write_events(made("steady", 300), tmp_path / name)

    packed = gzip.decompress((tmp_path / "events.jsonl.gz").read_bytes())
    assert packed == (tmp_path / "events.jsonl").read_bytes()


def test_every_event_is_one_that_intake_takes(events):
    """Field by field, as a request would be checked."""
    assert len([decode_event(event) for event in events]) == len(events)


def test_ids_are_unique(events):
    """Two events with one id would be one."""
    assert max(Counter(event["id"] for event in events).values()) == 1


def test_there_are_no_asks(events):
    """Ratings stand alone; each session starts once and has at most one."""
    kinds = Counter(event["type"] for event in events)

    assert set(kinds) == {
        *("session.started", "message", "flow", "feature"),
        *("feedback", "session.ended", "rating"),
    }
    assert kinds["session.started"] == 800
    assert kinds["rating"] == made("worse-release", 800).visits.is_rated.sum()


def test_progress_is_told(tmp_path):
    """Up to the last session."""
    told = []
    write_events(made("steady", 300), tmp_path / "events.jsonl", told.append)

    assert told == sorted(told)
    assert told[-1] == 300
