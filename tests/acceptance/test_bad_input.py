"""Bad input over HTTP: each fault has a clear error that names the field; neighbours are kept."""

from __future__ import annotations

import json

import pytest

from server_harness import DAY, MINUTE, MovableClock, make_key, problem, said, served
from server_harness import Caller as CallerOf

THIRTY_ONE = " ".join(["word"] * 31)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data folder of this module's server."""
    return tmp_path_factory.mktemp("bad")


@pytest.fixture(scope="module")
def clock():
    """Server time of the tests; it only goes forward."""
    return MovableClock()


@pytest.fixture(scope="module")
def caller(folder, clock):
    """A caller of one server that all tests share: each talks in conversations of its own."""
    with served(folder, clock) as caller:
        yield caller


@pytest.fixture
def name(request):
    """The conversation of one test."""
    return request.node.name[:150]


def refused(caller, name, bad):
    """Send one bad event between two good ones; give its rejection after both were kept."""
    answer = caller.send(said(name, "user"), bad, said(name, "agent"))
    assert (answer["accepted"], answer["duplicates"]) == (2, 0), answer
    (rejection,) = answer["rejected"]
    assert rejection["index"] == 1
    assert caller.session(f"{name}~1")["session"]["n_agent"] == 1
    return rejection["code"], rejection["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"hello", b'{"events": [', b"\xff\xfe", b'{"events": [NaN]}', b"[" * 50_000]
)
def test_a_body_that_is_not_json_is_refused(caller, body):
    """Broken, undecodable, without a number, or deeper than anybody needs."""
    answer = caller.http.post("/v1/events", content=body)

    assert "not JSON" in problem(answer, 400, "not_json")


@pytest.mark.parametrize("body", [[], {}, {"events": {}}, {"events": None}, "x", 5])
def test_a_body_of_another_shape_is_refused(caller, body):
    """It must be an object with a list of events."""
    answer = caller.http.post("/v1/events", json=body)

    assert '"events"' in problem(answer, 422, "invalid_field", "events")


def test_an_unknown_field_of_the_envelope_is_named(caller):
    """A misspelt wrapper is not silently dropped."""
    answer = caller.http.post("/v1/events", json={"events": [], "evnets": []})

    assert "evnets" in problem(answer, 422, "unknown_field", "evnets")


def test_a_body_of_10_mb_is_refused(caller):
    """Whether its length is announced or it comes in pieces without one."""
    body = json.dumps({"events": [said("large", "user", "x" * 10_000_000)]}).encode()
    pieces = (body[start : start + 65_536] for start in range(0, len(body), 65_536))

    for content in (body, pieces):
        answer = caller.http.post("/v1/events", content=content)
        assert "1 MiB" in problem(answer, 413, "body_too_large")


def test_1001_events_are_refused_and_1000_are_taken(caller, name):
    """The limit is the last number that is taken."""
    events = [said(name, "tool", "x", id=f"{name}-{number}") for number in range(1001)]
    answer = caller.http.post("/v1/events", json={"events": events})

    assert "1,001" in problem(answer, 413, "too_many_events", "events")
    assert caller.send(*events[:1000])["accepted"] == 1000


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"role": 5}, "invalid_field", "role"),
        ({"role": "boss"}, "invalid_field", "role"),
        ({"tokens": "many"}, "invalid_field", "tokens"),
        ({"tokens": -1}, "invalid_field", "tokens"),
        ({"tokens": 10**400}, "invalid_field", "tokens"),
        ({"latency_ms": []}, "invalid_field", "latency_ms"),
        ({"user_id": 7}, "invalid_field", "user_id"),
        ({"user_id": "u" * 201}, "invalid_field", "user_id"),
        ({"id": ""}, "invalid_field", "id"),
        ({"conversation_id": "a\nb"}, "invalid_field", "conversation_id"),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"\ud800": "red"}, "unknown_field", "ud800"),
        ({"type": "mesage"}, "unknown_type", "type"),
        ({"type": None}, "unknown_type", "type"),
        ({"type": ["message"]}, "unknown_type", "type"),
        ({"type": "rating.taken_back"}, "unknown_type", "type"),
        ({"at": "yesterday"}, "invalid_field", "at"),
        ({"at": "2026-11-01T09:00:00"}, "invalid_field", "at"),
        ({"at": "1970-01-01T00:00:00Z"}, "time_out_of_range", "at"),
        ({"at": "3000-01-01T00:00:00Z"}, "time_out_of_range", "at"),
        ({"at": 0}, "time_out_of_range", "at"),
        ({"at": 1e300}, "invalid_field", "at"),
        ({"text": "x" * 100_001}, "text_too_long", "text"),
        ({"text": "a\x00b"}, "invalid_field", "text"),
        ({"text": "a\ud800b"}, "invalid_field", "text"),
        ({"model": "a\udfffb"}, "invalid_field", "model"),
    ],
)
def test_a_bad_event_is_rejected_by_its_field(caller, name, change, code, field):
    """Wrong type, unknown, missing, out of range: the detail names it, and neighbours are kept."""
    found, detail = refused(caller, name, {**said(name, "user"), **change})

    assert found == code
    assert field in detail


@pytest.mark.parametrize("field", ["type", "conversation_id", "role"])
def test_a_missing_field_is_named(caller, name, field):
    """So that nobody has to guess which."""
    bad = said(name, "user")
    del bad[field]

    assert refused(caller, name, bad) == ("missing_field", f"{field} is missing.")


@pytest.mark.parametrize("bad", [5, None, "message", []])
def test_what_is_no_event_is_rejected(caller, name, bad):
    """An event is an object."""
    assert refused(caller, name, bad) == ("invalid_field", "An event must be an object.")


def test_a_very_deep_value_is_refused_like_any_other(caller, name):
    """Whatever a parser can still read must not bring the rest down."""
    for depth in range(700, 1000, 10):
        deep = "[" * depth + "]" * depth
        for bad in (
            f'{{"type": "identify", "user_id": "u", "traits": {{"a": {deep}, "b": "\\ud800"}}}}',
            f'{{"type": {deep}}}',
        ):
            answer = caller.http.post("/v1/events", content=f'{{"events": [{bad}]}}')
            assert answer.status_code in (202, 400), (depth, answer.text)
    assert caller.send(said(name, "user"))["accepted"] == 1


def test_every_fault_of_an_event_is_named_at_once(caller, name):
    """One round trip to correct all of it."""
    _, detail = refused(caller, name, {"type": "message", "colour": 1, "role": "boss"})

    assert all(field in detail for field in ("colour", "role", "conversation_id"))


def test_a_rating_event_of_an_unknown_conversation_is_rejected(caller, name):
    """Nothing has been said there yet."""
    bad = {"type": "rating", "conversation_id": f"{name}-unknown", "rating": "positive"}
    code, detail = refused(caller, name, bad)

    assert code == "unknown_conversation"
    assert f"{name}-unknown" in detail


def test_a_rating_call_of_an_unknown_conversation_is_not_found(caller, name):
    """And neither is one of a session that never was."""
    problem(caller.rate(name, rating="positive"), 404, "unknown_conversation", "conversation_id")
    caller.chat(name)
    for session_id in (
        f"{name}~2",
        f"{name}~0",
        f"{name}~01",
        f"{name}~x",
        "no-number",
        f"{name}-other~1",
    ):
        answer = caller.http.post(f"/v1/sessions/{session_id}/rating", json={"rating": "neutral"})
        assert session_id in problem(answer, 404, "unknown_session", "session_id")
        assert session_id in problem(
            caller.http.get(f"/v1/sessions/{session_id}"), 404, "unknown_session", "session_id"
        )


def test_a_conversation_without_a_talk_has_nothing_to_rate(caller, name):
    """A user who never got an answer cannot say how it went."""
    caller.send(said(name, "user"))

    problem(caller.rate(name, rating="positive"), 409, "nothing_to_rate")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "missing_field", "rating"),
        ({"rating": "great"}, "invalid_field", "rating"),
        ({"rating": 5}, "invalid_field", "rating"),
        ({"rating": "positive", "raeson": "x"}, "unknown_field", "raeson"),
        ({"rating": "positive", "source": "widget"}, "unknown_field", "source"),
        ({"rating": "positive", "reason": 5}, "invalid_field", "reason"),
        ({"rating": "positive", "reason": "a\x00b"}, "invalid_field", "reason"),
        ({"rating": "positive", "reason": "a\ud800b"}, "invalid_field", "reason"),
        ({"rating": "positive", "reason": "x" * 100_001}, "text_too_long", "reason"),
        ({"rating": "positive", "reason": THIRTY_ONE}, "reason_too_long", "reason"),
        ({"rating": "positive", "id": ""}, "invalid_field", "id"),
    ],
)
def test_a_bad_rating_call_names_its_field(caller, name, body, code, field):
    """And nothing is rated."""
    caller.chat(name)
    answer = caller.http.post(
        f"/v1/conversations/{name}/rating",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )

    assert field in problem(answer, 422, code, field)
    assert caller.session(f"{name}~1")["session"]["rating"] is None


def test_an_unknown_ask_is_not_found(caller, name):
    """An ask of somebody else's conversation counts as none."""
    caller.chat(name)
    other = caller.thank(f"{name}-other")

    answer = caller.rate(name, rating="positive", ask_id=other["ask_id"])
    problem(answer, 404, "unknown_ask", "ask_id")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"positive"'])
def test_a_rating_body_of_another_shape_is_refused(caller, name, body):
    """It must be an object."""
    caller.chat(name)
    answer = caller.http.post(f"/v1/conversations/{name}/rating", content=body)
    status, code, field = (400, "not_json", None) if not body else (422, "invalid_field", "body")

    problem(answer, status, code, field)


def test_31_words_are_too_many_and_30_are_not(caller, name):
    """The error says how many there were and how many there may be."""
    caller.chat(name)
    detail = problem(
        caller.rate(name, rating="positive", reason=THIRTY_ONE), 422, "reason_too_long", "reason"
    )

    assert "31" in detail
    assert "30" in detail
    kept = caller.rate(name, rating="positive", reason=THIRTY_ONE[5:])
    assert (kept.status_code, kept.json()["rating"]["is_reason_cut"]) == (201, False)


def test_31_words_in_an_envelope_reject_the_rating_alone(caller, name):
    """Its neighbours are kept, and the session stays unrated."""
    caller.chat(name)
    bad = {
        "type": "rating",
        "conversation_id": name,
        "rating": "negative",
        "reason": THIRTY_ONE,
    }
    answer = caller.send(said(name, "user"), bad, said(name, "agent"))

    assert answer["accepted"] == 2
    assert [one["code"] for one in answer["rejected"]] == ["reason_too_long"]
    assert caller.session(f"{name}~1")["session"]["rating"] is None


def test_a_change_after_the_lock_is_refused(caller, clock, name):
    """Ten minutes are for changing one's mind; the same rating said again is still well."""
    caller.chat(name)
    caller.rate(name, rating="positive")
    clock.move(9 * MINUTE)
    assert caller.rate(name, rating="neutral").status_code == 200
    clock.move(2 * MINUTE)

    problem(caller.rate(name, rating="negative"), 409, "rating_locked")
    problem(caller.unrate(name), 409, "rating_locked")
    assert caller.rate(name, rating="neutral").status_code == 200


def test_a_reason_may_be_added_a_minute_after_its_rating(caller, clock, name):
    """As a revision inside the window, and as the first reason long after it."""
    for wait in (1, 60):
        chat = f"{name}-{wait}"
        caller.chat(chat)
        caller.rate(chat, rating="negative")
        clock.move(wait * MINUTE)
        answer = caller.rate(chat, rating="negative", reason="it took too long")

        assert answer.status_code == 200
        assert answer.json()["rating"]["reason"] == "it took too long"


def test_a_rating_six_days_late_is_kept_and_one_after_the_settling_is_not(caller, clock, name):
    """A session takes ratings until seven days after it closed."""
    caller.chat(f"{name}-a")
    caller.chat(f"{name}-b")
    clock.move(6 * DAY)
    caller.services.intake.tick()
    late = caller.rate(f"{name}-a", rating="negative")

    assert late.status_code == 201
    assert caller.session(f"{name}-a~1")["session"]["close_reason"] == "silence"
    clock.move(2 * DAY)
    problem(caller.rate(f"{name}-b", rating="negative"), 409, "rating_closed")
    problem(caller.rate(f"{name}-a", rating="positive"), 409, "rating_closed")


def test_a_late_event_between_two_sessions_joins_the_earlier(caller, clock, name):
    """It opens none and merges none, and the first session's span does not reach the second."""
    caller.chat(name)
    start = caller.services.clock.now_us() / 1e6
    clock.move(3 * 60 * MINUTE)
    caller.chat(name)
    answer = caller.send(said(name, "user", "sent from a tunnel", at=start + 90 * MINUTE))
    first, second = (caller.session(f"{name}~{number}")["session"] for number in (1, 2))

    assert answer["accepted"] == 1
    assert (first["n_user"], second["n_user"]) == (2, 1)
    assert first["last_at"] < second["opened_at"]
    assert caller.http.get(f"/v1/sessions/{name}~3").status_code == 404


def test_duplicate_ids_count_once_in_an_envelope_and_across(caller, name):
    """The first of an id is kept, whatever the later one says."""
    event = said(name, "user", id=f"{name}-1")
    inside = caller.send(event, {**event, "role": "agent"}, said(name, "agent"))
    across = caller.send(event, said(name, "agent"))

    assert (inside["accepted"], inside["duplicates"], inside["rejected"]) == (2, 1, [])
    assert (across["accepted"], across["duplicates"]) == (1, 1)
    found = caller.session(f"{name}~1")["session"]
    assert (found["n_user"], found["n_agent"]) == (1, 2)


def test_a_rejected_event_may_be_sent_again_under_its_id(caller, name):
    """Only what was kept makes an id known."""
    event = said(name, "user", id=f"{name}-1")
    caller.send({**event, "role": "boss"})

    assert caller.send(event)["accepted"] == 1


@pytest.mark.parametrize(
    "conversation_id",
    ["team/7 😀", "a%2Fb", "~1", "x~1", "../../etc", "?q=1&r#f", "ü" * 200, "/", "a/", " a ", "%"],
)
def test_an_id_with_a_slash_and_emoji_is_an_id(caller, conversation_id):
    """It can be rated and read by its address, percent-encoded."""
    caller.chat(conversation_id)

    assert caller.rate(conversation_id, rating="positive").status_code == 201
    found = caller.session(f"{conversation_id}~1")["session"]
    assert found["conversation_id"] == conversation_id
    assert caller.unrate(conversation_id).status_code == 204


def test_an_address_with_an_impossible_id_names_it(caller):
    """Longer than any id, or with a control character: no session is ever found there."""
    problem(caller.rate("x" * 201, rating="positive"), 422, "invalid_field", "conversation_id")
    problem(caller.rate("a\x07b", rating="positive"), 422, "invalid_field", "conversation_id")
    problem(caller.unrate("a\x00b"), 404, "unknown_conversation", "conversation_id")


def test_a_wrong_key_or_scope_keeps_nothing(caller, folder, name):
    """401 for a key that is none, 403 for one that may not."""
    reader = caller.other(folder, scopes=("read",))
    stranger = CallerOf(caller.http.base_url, "aw_sk_unknown")
    body = {"events": [said(name, "user")]}

    problem(stranger.http.post("/v1/events", json=body), 401, "wrong_key")
    detail = problem(reader.http.post("/v1/events", json=body), 403, "wrong_scope")
    assert "write" in detail
    assert caller.http.get(f"/v1/sessions/{name}~1").status_code == 404
    reader.http.close()
    stranger.http.close()


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "missing_field", "text"),
        ({"text": ""}, "invalid_field", "text"),
        ({"text": "x" * 501}, "invalid_field", "text"),
        ({"text": "a\x00b"}, "invalid_field", "text"),
        ({"text": "x", "at": "soon"}, "invalid_field", "at"),
        ({"text": "x", "at": "0001-01-01T00:00:00+10:00"}, "invalid_field", "at"),
        ({"text": "x", "at": "9999-12-31T23:00:00-10:00"}, "invalid_field", "at"),
        ({"text": "x", "when": "2026-11-01"}, "unknown_field", "when"),
    ],
)
def test_a_bad_note_names_its_field(caller, body, code, field):
    """Nothing is written on the time line."""
    assert field in problem(caller.http.post("/v1/notes", json=body), 422, code, field)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/v1/sessions", {"limit": "0"}, "limit"),
        ("/v1/sessions", {"limit": "501"}, "limit"),
        ("/v1/sessions", {"limit": "all"}, "limit"),
        ("/v1/sessions", {"cursor": "%%%"}, "cursor"),
        ("/v1/sessions", {"cursor": "bm90IGEgY3Vyc29y"}, "cursor"),
        ("/v1/sessions", {"cursor": "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMCwiYSIsMV0="}, "cursor"),
        ("/v1/sessions", {"rating": "great"}, "rating"),
        ("/v1/sessions", {"has_reason": "perhaps"}, "has_reason"),
        ("/v1/sessions", {"from": "yesterday"}, "from"),
        ("/v1/sessions", {"to": "9999-12-31T23:00:00-10:00"}, "to"),
        ("/v1/sessions", {"release": "a\x00b"}, "release"),
        ("/v1/reports/trend", {"by": "decade"}, "by"),
        ("/v1/reports/trend", {"from": "0001-01-01T00:00:00+10:00"}, "from"),
        ("/v1/reports/distribution", {"by": "colour"}, "by"),
        ("/v1/reports/distribution", {"where": "release"}, "where"),
        ("/v1/reports/distribution", {"where": "colour:red"}, "where"),
        ("/v1/reports/distribution", {"format": "pdf"}, "format"),
        ("/v1/reports/distribution", {"compare": "v41"}, "compare"),
    ],
)
def test_a_wrong_filter_is_named(caller, path, query, field):
    """None is ignored: a misspelt one would silently widen the answer."""
    answer = caller.http.get(path, params=query)
    assert field in problem(answer, 422, "invalid_field", field)

    answer = caller.http.get(path, params={"colour": "red"})
    assert "colour" in problem(answer, 422, "unknown_field", "colour")


def test_keys_do_not_open_another_project(caller, folder, name):
    """Neither sessions nor ratings of one tenant are there for another."""
    caller.chat(name)
    other = CallerOf(caller.http.base_url, make_key(folder, project="other")[1])

    problem(other.rate(name, rating="negative"), 404, "unknown_conversation", "conversation_id")
    problem(other.http.get(f"/v1/sessions/{name}~1"), 404, "unknown_session", "session_id")
    assert other.report()["rows"][0]["n_sessions"] == 0
    other.http.close()
