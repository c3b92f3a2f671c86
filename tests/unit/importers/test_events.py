"""Our own events from files."""

import json

import pytest

from afterword.domain.events import Feature, Message, Rated
from afterword.errors import SetupError
from afterword.importers.times import from_us
from import_files import STARTED_US, jsonl, read, told, write

AT = "2026-11-01T12:00:00Z"
SAID = {"id": "e-1", "type": "message", "conversation_id": "c-1", "role": "user", "at": AT}
RATED = {"id": "e-2", "type": "rating", "conversation_id": "c-1", "rating": "neutral", "at": AT}


@pytest.mark.parametrize("name", ["e.jsonl", "e.jsonl.gz"])
@pytest.mark.parametrize(
    "body",
    [
        jsonl(SAID, RATED),
        json.dumps([SAID, RATED]),
        json.dumps([SAID, RATED], indent=2),
        json.dumps({"events": [SAID, RATED]}),
        json.dumps({"events": [SAID, RATED]}, indent=2),
        "\ufeff" + jsonl(SAID, RATED),
    ],
)
def test_lines_arrays_and_envelopes_are_read(tmp_path, name, body):
    """The same two events in every form, plain and gzipped."""
    path = write(tmp_path / name, body)
    found, refused = read("events", path)

    assert [type(item.event) for item in found] == [Message, Rated]
    assert [item.event.id for item in found] == ["e-1", "e-2"]
    assert [item.where[-1] for item in found] == ["1", "2"]
    assert refused == []


def test_a_bad_line_is_refused_with_its_place_and_field(tmp_path):
    """Its neighbours are read."""
    lines = [
        json.dumps(SAID),
        '{"type": "message"',
        json.dumps({**SAID, "role": "robot"}),
        json.dumps({**SAID, "colour": "red"}),
        json.dumps({**SAID, "at": "1901-01-01T00:00:00Z"}),
        json.dumps({**SAID, "conversation_id": "a\x00b"}),
        json.dumps({**SAID, "text": "x" * 100_001}),
        json.dumps({**SAID, "text": "x" * 1_100_000}),
        json.dumps({"type": "quiz"}),
        json.dumps({"type": "feedback", "conversation_id": "c-1", "message_id": "m"}),
        '{"type": "feature", "conversation_id": "\\ud800", "feature": "x"}',
        f"{json.dumps(SAID)}, {json.dumps(RATED)}",
        f'{json.dumps(SAID)}], "events": [{json.dumps(RATED)}',
        "17",
        json.dumps(RATED),
    ]
    path = write(tmp_path / "e.jsonl", "\n".join(lines))
    found, refused = read("events", path)

    assert [item.event.id for item in found] == ["e-1", "e-2"]
    assert [
        (place, code, detail.split(":")[0].split(" ")[0])
        for place, code, detail in told(path, refused)
    ] == [
        ("line 2", "not_json", "The"),
        ("line 3", "invalid_field", "role"),
        ("line 4", "unknown_field", "colour"),
        ("line 5", "time_out_of_range", "at"),
        ("line 6", "invalid_field", "conversation_id"),
        ("line 7", "text_too_long", "text"),
        ("line 8", "body_too_large", "The"),
        ("line 9", "unknown_type", "type"),
        ("line 10", "missing_field", "value"),
        ("line 11", "invalid_field", "conversation_id"),
        ("line 12", "not_json", "The"),
        ("line 13", "not_json", "The"),
        ("line 14", "invalid_field", "An"),
    ]


def test_a_bad_event_in_a_document_is_refused_alone(tmp_path):
    """Its place is its number in the document."""
    path = write(tmp_path / "e.json", json.dumps([{**SAID, "role": "robot"}, RATED]))
    found, refused = read("events", path)

    assert [item.event.id for item in found] == ["e-2"]
    assert [place for place, _, _ in told(path, refused)] == ["event 1"]


@pytest.mark.parametrize(
    "body", ["[1, 2", '{"events": 3}', '{"events": [], "x": 1}', '[{"a": NaN}]']
)
def test_a_broken_document_is_refused_whole(tmp_path, body):
    """The error names the file."""
    path = write(tmp_path / "e.json", body)

    with pytest.raises(SetupError, match=r"e\.json is neither a list nor"):
        read("events", path)


def test_what_is_missing_is_made_up_and_stays_the_same(tmp_path):
    """Equal lines without id and time are several events, in order, whose ids stay."""
    raw = {"type": "feature", "conversation_id": "c-1", "feature": "x"}
    path = write(tmp_path / "e.jsonl", jsonl(raw, raw))
    found, _ = read("events", path)
    again, _ = read("events", write(tmp_path / "again.jsonl.gz", jsonl(raw, raw)))

    assert [item.event.at for item in found] == [from_us(STARTED_US + 1), from_us(STARTED_US + 2)]
    assert len({item.event.id for item in found}) == 2
    assert [item.event for item in again] == [item.event for item in found]
    assert isinstance(found[0].event, Feature)


def test_files_are_read_as_one(tmp_path):
    """Events are ordered over all files of a call."""
    late = write(tmp_path / "b.jsonl", jsonl({**SAID, "id": "late", "at": 1_793_000_009}))
    early = write(tmp_path / "a.jsonl", jsonl({**SAID, "id": "early", "at": 1_793_000_001}))
    found, _ = read("events", late, early)

    assert [item.event.id for item in found] == ["early", "late"]
    assert [item.where for item in found] == [f"{early} line 1", f"{late} line 1"]


def test_an_empty_file_holds_nothing(tmp_path):
    """No line, no event, no error."""
    assert read("events", write(tmp_path / "e.jsonl", "")) == ([], [])
