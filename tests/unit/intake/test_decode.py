"""Decoding: what is right goes through, what is wrong is named, and neighbours are kept."""

from __future__ import annotations

import json
import typing

import msgspec
import pytest

from afterword.domain import events as ev
from afterword.errors import (
    BodyTooLarge,
    InvalidField,
    MissingField,
    NotJson,
    TooManyEvents,
    UnknownField,
)
from afterword.intake.decode import decode_envelope, decode_event, read_json

GOOD = {"type": "message", "conversation_id": "c-1", "role": "user", "text": "hello"}
VOTE = {"type": "feedback", "conversation_id": "c-1", "message_id": "m"}
RATED = {"type": "rating", "conversation_id": "c-1", "rating": "neutral"}
WHO = {"type": "identify", "user_id": "u"}
RIGHT = (
    GOOD | {"id": "a/b \U0001f469\u200d\U0001f680", "at": 1.5, "text": "\u00e9" * 100_000},
    GOOD | {"at": "2026-03-03T12:00:00.5+05:30", "user_id": None, "text": ""},
    GOOD | {"role": "tool", "tools": ["search"], "tokens": 10**9, "latency_ms": 0.5},
    {"type": "session.started", "conversation_id": "c-1", "traits": {"n": 1, "x": None}},
    {"type": "session.updated", "conversation_id": "c-1", "labels": {"arm": "b"}},
    {"type": "session.ended", "conversation_id": "c-1", "outcome": "solved"},
    VOTE | {"value": "up"},
    VOTE | {"score": 0.25, "comment": "so so"},
    {"type": "flow", "conversation_id": "c-1", "flow": "f", "kind": "survey", "step": "shown"},
    {"type": "feature", "conversation_id": "c-1", "feature": "search"},
    {"type": "handover", "conversation_id": "c-1"},
    {"type": "ask", "conversation_id": "c-1", "ask_id": "a", "step": "never"},
    RATED | {"reason": None},
    RATED | {"reason": "it worked", "source": "slack"},
    WHO | {"traits": {"plan": "pro", "seats": 3, "trial": False, "share": 0.5}},
    {"type": "activity", "user_id": "u", "name": "export"},
    {"type": "nps", "user_id": "u", "score": 10},
)
WRONG = (
    (GOOD | {"colour": "red"}, "unknown_field", "colour"),
    (GOOD | {"role": "robot"}, "invalid_field", "role"),
    (GOOD | {"role": 5}, "invalid_field", "role"),
    (GOOD | {"tokens": "many"}, "invalid_field", "tokens"),
    (GOOD | {"tokens": -1}, "invalid_field", "tokens"),
    (GOOD | {"tokens": 10**60}, "invalid_field", "tokens"),
    (GOOD | {"at": "yesterday"}, "invalid_field", "at"),
    (GOOD | {"at": "2026-03-03T12:00:00"}, "invalid_field", "at"),  # of which time zone?
    (GOOD | {"at": True}, "invalid_field", "at"),
    (GOOD | {"at": 10**400}, "invalid_field", "at"),
    (GOOD | {"id": ""}, "invalid_field", "id"),
    (GOOD | {"id": "x" * 201}, "invalid_field", "id"),
    (GOOD | {"id": 7}, "invalid_field", "id"),
    (GOOD | {"id": "a\nb"}, "invalid_field", "id"),
    (GOOD | {"conversation_id": "a\x85b"}, "invalid_field", "conversation_id"),
    (GOOD | {"user_id": "a\x00b"}, "invalid_field", "user_id"),
    (GOOD | {"text": "a\x00b"}, "invalid_field", "text"),
    (GOOD | {"text": "a\ud800b"}, "invalid_field", "text"),
    (GOOD | {"text": "x" * 100_001}, "text_too_long", "text"),
    (GOOD | {"text": ["hello"]}, "invalid_field", "text"),
    (RATED | {"rating": "great"}, "invalid_field", "rating"),
    (RATED | {"reason": "x" * 100_001}, "text_too_long", "reason"),
    (VOTE, "missing_field", "value"),
    (VOTE | {"score": 1.5}, "invalid_field", "score"),
    (VOTE | {"value": "sideways"}, "invalid_field", "value"),
    (WHO, "missing_field", "traits"),
    (WHO | {"traits": {"plan": ["pro"]}}, "invalid_field", "traits"),
    (WHO | {"traits": {"plan": "a\x00"}}, "invalid_field", "traits"),
    (WHO | {"traits": {"\ud800": 1}}, "invalid_field", "traits"),
    (WHO | {"traits": {"n": 10**5000}}, "invalid_field", "traits"),
    (
        {"type": "session.updated", "conversation_id": "c", "labels": {"a": 1}},
        "invalid_field",
        "labels",
    ),
    ({"type": "handover"}, "missing_field", "conversation_id"),
    ({"type": "party", "conversation_id": "c-1"}, "unknown_type", "type"),
    ({"type": ["message"]}, "unknown_type", "type"),
    ({"type": "rating.taken_back", "conversation_id": "c-1"}, "unknown_type", "type"),
    ({"conversation_id": "c-1"}, "missing_field", "type"),
    ({}, "missing_field", "type"),
    (5, "invalid_field", "event"),
    (None, "invalid_field", "event"),
    ([GOOD], "invalid_field", "event"),
)


def body(*events, **more):
    """Write an envelope, whole numbers of any length too."""
    huge = {10**400: "@400", 10**5000: "@5000"}

    def spell(value):
        if isinstance(value, dict):
            return {key: spell(part) for key, part in value.items()}
        if isinstance(value, int) and not isinstance(value, bool):
            return huge.get(value, value)
        return value

    told = json.dumps({"events": [spell(event) for event in events], **more})
    for digits in (400, 5000):
        told = told.replace(f'"@{digits}"', "1" + "0" * digits)
    return told.encode()


def test_every_type_of_event_goes_through():
    """Fast and thoroughly read alike, and none is forgotten here."""
    fast, rejected = decode_envelope(body(*RIGHT))
    slow = [decode_event(event) for event in RIGHT]

    assert rejected == []
    assert [event for _, event in fast] == slow
    assert [place for place, _ in fast] == list(range(len(RIGHT)))
    assert {type(event) for event in slow} == set(typing.get_args(ev.AnyEvent))


@pytest.mark.parametrize(("event", "code", "field"), WRONG)
def test_a_wrong_event_is_named_and_its_neighbours_are_kept(event, code, field):
    """The code is stable and the detail names the field."""
    events, rejected = decode_envelope(body(GOOD, event, GOOD | {"id": "last"}))

    assert [(one.index, one.code) for one in rejected] == [(1, code)]
    assert field in rejected[0].detail.lower()
    assert [(place, one.id) for place, one in events] == [(0, None), (2, "last")]


def test_every_field_at_fault_is_named_at_once():
    """So that the caller corrects them in one go."""
    _, (fault,) = decode_envelope(body({"type": "message", "role": 5, "colour": 1, "tokens": "x"}))

    named = ("role", "colour is not a field", "tokens", "conversation_id is missing")
    assert [name for name in named if name not in fault.detail] == []


def test_an_answer_does_not_repeat_what_was_said():
    """Of a text that is refused, only its length is told."""
    _, (fault,) = decode_envelope(body(GOOD | {"text": "xylophone " * 20_000}))

    assert fault.detail == "text has 200,000 characters; at most 100,000 are taken."


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"hello",
        b'{"events": [',
        b'{"events": []} and more',
        b"\xff\xfe\x00",
        b'{"events": [{"type": "identify", "user_id": "u", "traits": {"x": NaN}}]}',
        b'{"events": [{"type": "identify", "user_id": "u", "traits": {"x": -Infinity}}]}',
        b'{"events": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"events": [' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"]}",
    ],
)
def test_what_is_no_json(told):
    """Also numbers that JSON does not know, and nesting without end."""
    with pytest.raises(NotJson):
        decode_envelope(told)


@pytest.mark.parametrize("depth", [10, 500])
def test_a_nested_event_is_one_bad_event(depth):
    """As deep as JSON is read."""
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    told = body(GOOD, GOOD).replace(b"}, {", b"}, " + nested + b", {", 1)
    events, rejected = decode_envelope(told)

    assert (len(events), [one.index for one in rejected]) == (2, [1])


@pytest.mark.parametrize(
    ("told", "error", "field"),
    [
        (b"[]", InvalidField, "events"),
        (b"null", InvalidField, "events"),
        (b"{}", InvalidField, "events"),
        (b'{"events": {}}', InvalidField, "events"),
        (b'{"events": null}', InvalidField, "events"),
        (body(GOOD, debug=True), UnknownField, "debug"),
        (body(*[GOOD] * 1_001), TooManyEvents, "events"),
        (body(*[GOOD] * 1_001, 5), TooManyEvents, "events"),
    ],
)
def test_what_is_no_envelope(told, error, field):
    """The body as a whole is refused, and its field named."""
    with pytest.raises(error) as caught:
        decode_envelope(told)

    assert caught.value.field == field


def test_a_body_of_ten_megabytes_is_refused_unread():
    """One byte over the limit is too many, and one at it is not."""
    empty = body()
    fits = empty + b" " * (ev.MAX_BODY_BYTES - len(empty))

    assert decode_envelope(fits) == ([], [])
    for told in (fits + b" ", b"x" * 10_000_000):
        with pytest.raises(BodyTooLarge):
            decode_envelope(told)


def test_of_a_key_that_stands_twice_the_last_counts():
    """Read fast or thoroughly, the same."""
    told = b'{"type":"handover","conversation_id":"a","conversation_id":"b"}'
    fast, _ = decode_envelope(b'{"events": [' + told + b"]}")
    slow, rejected = decode_envelope(b'{"events": [' + told + b", 5]}")

    assert fast[0][1] == slow[0][1] == ev.Handover(conversation_id="b")
    assert len(rejected) == 1


def test_a_number_beyond_every_float_is_refused():
    """It would be stored as nothing."""
    told = b'{"events": [{"type": "identify", "user_id": "u", "traits": {"x": 1e400}}]}'
    events, rejected = decode_envelope(told)

    assert (events, [one.code for one in rejected]) == ([], ["invalid_field"])


def test_an_escaped_backslash_is_no_nul():
    """What only looks like NUL goes through."""
    (told,), rejected = decode_envelope(body(GOOD | {"text": "\\u0000"}))

    assert (told[1].text, rejected) == ("\\u0000", [])


def test_one_event_raises_what_is_wrong():
    """For calls that take one event only."""
    with pytest.raises(MissingField, match="rating is missing"):
        decode_event({"type": "rating", "conversation_id": "c-1"})
    with pytest.raises(InvalidField, match="control character"):
        decode_event(RATED | {"id": "a\tb"})


def test_json_is_read_strictly():
    """Byte order marks and all that the standard knows, nothing that it does not."""
    assert read_json(b'{"a": [1, 2.5, "\xc3\xa9", null, true]}') == {
        "a": [1, 2.5, "é", None, True]
    }
    with pytest.raises(NotJson, match="NaN"):
        read_json(b"[NaN]")


def test_what_is_decoded_can_be_encoded_again():
    """Whatever passes fits into the journal's UTF-8 JSON."""
    events, _ = decode_envelope(body(*RIGHT))

    for _, event in events:
        assert msgspec.json.decode(msgspec.json.encode(event), type=ev.AnyEvent) == event
