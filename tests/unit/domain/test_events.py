"""Events as they arrive."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from afterword.domain import events as ev

# Every type with every field that the contract names, common ones aside.
ATTRIBUTES = {
    "agent": "concierge",
    "release": "v42",
    "model": "m-2",
    "prompt_version": "p-7",
    "use_case": "billing",
    "channel": "web",
    "device": "phone",
    "locale": "en-GB",
    "timezone": "Europe/Berlin",
    "traits": {"plan": "pro", "seats": 3, "rate": 0.5, "is_trial": False, "region": None},
    "labels": {"arm": "b"},
    "metadata": {"ticket": "4711"},
    "trace_id": "t-1",
}
FIELDS = {
    "session.started": ATTRIBUTES,
    "session.updated": ATTRIBUTES,
    "session.ended": {"outcome": "solved"},
    "message": {
        "role": "agent",
        "message_id": "m-1",
        "text": "It drops off on Friday.",
        "words": 5,
        "model": "m-2",
        "prompt_version": "p-7",
        "latency_ms": 840.5,
        "tokens": 90,
        "cost_usd": 0.0025,
        "tools": ["ledger", "ledger"],
        "error": "timeout",
        "awaits_reply": True,
        "final": False,
        "closing": False,
        "trace_id": "t-1",
    },
    "feedback": {"message_id": "m-1", "value": "down", "score": 0.25, "comment": "wrong"},
    "flow": {
        "flow": "tour",
        "kind": "onboarding",
        "step": "completed",
        "variant": "short",
        "answer": "yes",
    },
    "feature": {"feature": "refund"},
    "handover": {},
    "ask": {"ask_id": "a-1", "step": "never"},
    "rating": {
        "rating": "negative",
        "reason": "too slow",
        "ask_id": "a-1",
        "session_id": "c-1~1",
        "source": "widget",
    },
    "identify": {"traits": {"plan": "pro"}},
    "activity": {"name": "export"},
    "nps": {"score": 10},
}
OUTSIDE = ("identify", "activity", "nps")
REQUIRED = {
    "message": {"role"},
    "feedback": {"message_id"},
    "flow": {"flow", "kind", "step"},
    "feature": {"feature"},
    "ask": {"ask_id", "step"},
    "rating": {"rating"},
    "identify": {"user_id", "traits"},
    "activity": {"user_id", "name"},
    "nps": {"user_id", "score"},
}
DECODER = msgspec.json.Decoder(ev.AnyEvent)


def decode(kind, /, **fields):
    """Decode an event of a type as it stands on the wire, with what every such event needs."""
    place = {"user_id": "u-1"} if kind in OUTSIDE else {"conversation_id": "c-1"}
    return DECODER.decode(json.dumps({"type": kind, **place, **FIELDS[kind], **fields}))


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_of_the_contract_is_read(kind):
    """What a host sends of a type comes back as it was sent, and nothing else is known of it."""
    common = {"id": "e-1", "user_id": "u-1", "at": 1741000000.5, "environment": "staging"}
    event = decode(kind, **common)

    sent = {**common, **FIELDS[kind]} | ({} if kind in OUTSIDE else {"conversation_id": "c-1"})
    assert {name: getattr(event, name) for name in sent} == sent
    assert set(event.__struct_fields__) == set(sent)


def test_no_other_types_are_accepted():
    """The union is the contract's list; taking back a rating is a call, never an event."""
    assert {one.__struct_config__.tag for one in get_args(ev.AnyEvent)} == set(FIELDS)
    with pytest.raises(msgspec.ValidationError, match=r"Invalid value 'rating\.taken_back'"):
        DECODER.decode('{"type": "rating.taken_back", "conversation_id": "c-1"}')


@pytest.mark.parametrize("kind", FIELDS)
def test_required_fields_are_the_contracts(kind):
    """A field without a question mark must be there, every other may be left out."""
    struct = type(decode(kind))
    required = {field.name for field in msgspec.structs.fields(struct) if field.required}

    base = set() if kind in OUTSIDE else {"conversation_id"}
    assert required == base | REQUIRED.get(kind, set())


@pytest.mark.parametrize("kind", FIELDS)
def test_an_unknown_field_is_refused_by_name(kind):
    """A misspelt field must not be lost in silence."""
    with pytest.raises(msgspec.ValidationError, match="unknown field `ratign`"):
        decode(kind, ratign="positive")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("message", {"role": "assistant"}),
        ("message", {"text": "x" * 100_001}),
        ("message", {"words": -1}),
        ("message", {"latency_ms": -0.5}),
        ("message", {"latency_ms": 1e308}),
        ("message", {"cost_usd": 1e308}),
        ("message", {"tokens": 2**63}),
        ("message", {"final": "yes"}),
        ("message", {"conversation_id": ""}),
        ("message", {"conversation_id": "c" * 201}),
        ("message", {"id": ""}),
        ("message", {"id": "e" * 201}),
        ("message", {"at": "2025-03-03T09:00:00"}),
        ("message", {"at": "yesterday"}),
        ("message", {"at": 1e308}),
        ("message", {"at": 10**40}),
        ("message", {"at": True}),
        ("feedback", {"value": "sideways"}),
        ("feedback", {"score": 1.01}),
        ("feedback", {"score": -0.01}),
        ("flow", {"kind": "tour"}),
        ("flow", {"step": "skipped"}),
        ("ask", {"step": "answered"}),
        ("rating", {"rating": "great"}),
        ("rating", {"rating": None}),
        ("rating", {"source": "guess"}),
        ("nps", {"score": 11}),
        ("nps", {"score": -1}),
        ("nps", {"score": 9.5}),
        ("identify", {"traits": {"seats": 10**20}}),
        ("identify", {"traits": {"plan": ["pro"]}}),
        ("identify", {"traits": None}),
        ("session.started", {"metadata": {str(n): "x" for n in range(21)}}),
        ("session.started", {"metadata": {"n": 1}}),
        ("session.started", {"release": ""}),
    ],
)
def test_impossible_values_are_refused(kind, wrong):
    """Wrong types, unknown words and values beyond their bounds never come in."""
    with pytest.raises(msgspec.ValidationError):
        decode(kind, **wrong)


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("message", {"text": "x" * 100_000}),
        ("message", {"conversation_id": "c" * 200}),
        ("message", {"conversation_id": "caf\u00e9/\U0001f600~2"}),
        ("message", {"latency_ms": 0, "cost_usd": 0, "tokens": 0}),
        ("feedback", {"score": 0}),
        ("feedback", {"score": 1}),
        ("nps", {"score": 0}),
        ("session.started", {"metadata": {str(n): "x" for n in range(20)}}),
        ("identify", {"traits": {}}),
        ("message", {"at": 0}),
        ("message", {"at": 32_503_680_000}),
    ],
)
def test_values_on_the_bound_are_accepted(kind, right):
    """A limit of 200 means that 200 is fine; when a time is out of range, intake says so."""
    event = decode(kind, **right)

    assert {name: getattr(event, name) for name in right} == right


def test_a_time_is_rfc_3339_with_its_offset_or_unix_seconds():
    """Both name the same moment."""
    told = decode("handover", at="2025-03-03T10:00:00.25+01:00").at

    assert told == datetime(2025, 3, 3, 9, 0, 0, 250_000, tzinfo=UTC)
    assert decode("handover", at=told.timestamp()).at == told.timestamp()


def test_a_reason_left_out_differs_from_null():
    """Only ``null`` removes a reason; leaving it out keeps the earlier one."""
    bare = DECODER.decode('{"type": "rating", "conversation_id": "c-1", "rating": "neutral"}')

    assert bare.reason is msgspec.UNSET
    assert decode("rating", reason=None).reason is None


def test_a_message_is_final_and_awaits_nothing_unless_told():
    """The defaults are those of a plain answer."""
    plain = DECODER.decode('{"type": "message", "conversation_id": "c-1", "role": "agent"}')

    assert (plain.final, plain.awaits_reply, plain.closing) == (True, False, None)


@pytest.mark.parametrize("kind", FIELDS)
def test_events_come_back_from_storage_as_they_went(kind):
    """Encoding and decoding again changes nothing."""
    event = decode(kind, at="2025-03-03T10:00:00Z")

    assert DECODER.decode(msgspec.json.encode(event)) == event


def test_what_was_left_out_is_not_stored():
    """An event costs no more than what it says."""
    event = ev.Handover(conversation_id="c-1")

    assert msgspec.json.encode(event) == b'{"type":"handover","conversation_id":"c-1"}'
