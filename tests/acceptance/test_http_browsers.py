"""What browsers may do over HTTP: with a publishable key, a token and an allowed origin."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from afterword.journal import Journal
from afterword.journal.keys import revoke_key
from afterword.server.browsers import BURST
from page_harness import ORIGIN, Page, mint, page
from server_harness import MovableClock, make_key, problem, said, served

ENDED = {"type": "session.ended", "conversation_id": "m-1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data folder of this module's server."""
    return tmp_path_factory.mktemp("browsers")


@pytest.fixture(scope="module")
def host(folder):
    """A host's backend with a secret key."""
    with served(folder, MovableClock()) as caller:
        yield caller


@pytest.fixture
def open_page(host, folder):
    """Open pages of people, of this host."""
    opened = []

    def open_one(*told, **more):
        opened.append(page(host, folder, *told, **more))
        return opened[-1]

    yield open_one
    for one in opened:
        one.http.close()


def revoke(folder, key_id, project="default"):
    """Revoke a key beside the server."""
    journal = Journal.open(folder)
    with journal.write() as connection:
        revoke_key(connection, project, key_id)
    journal.close()


def test_a_page_answers_for_its_person(host, open_page):
    """It steps through an ask, rates with a reason, changes its mind and takes it back."""
    ask = host.thank("b-1", user_id="u-b1")
    mine = open_page("u-b1")

    assert mine.step(ask, "shown")["accepted"] == 1
    first = mine.rate("b-1", rating="negative", ask_id=ask["ask_id"], reason="it kept looping")
    assert first.status_code == 201
    assert first.json()["rating"]["trigger"] == "closing_message"
    assert mine.rate("b-1", rating="neutral").status_code == 200
    assert mine.unrate("b-1").status_code == 204
    assert mine.http.post("/v1/sessions/b-1~1/rating", json={"rating": "positive"}).is_success
    assert mine.http.delete("/v1/sessions/b-1~1/rating").status_code == 204
    told = [
        {"type": "feedback", "conversation_id": "b-1", "message_id": "m", "value": "up"},
        {
            "type": "flow",
            "conversation_id": "b-1",
            "flow": "tour",
            "kind": "onboarding",
            "step": "shown",
        },
        {"type": "rating", "conversation_id": "b-1", "rating": "positive"},
    ]
    answer = mine.send(*told)
    assert (answer["accepted"], answer["rejected"]) == (3, [])


def test_what_a_page_says_of_itself_is_not_believed(host, open_page):
    """Person, time, source and environment come from the token, the clock and the widget."""
    host.chat("b-2", user_id="u-b2")
    told = {
        "type": "rating",
        "conversation_id": "b-2",
        "rating": "positive",
        "user_id": "u-somebody",
        "at": "2001-01-01T00:00:00Z",
        "source": "slack",
        "environment": "staging",
    }
    assert open_page("u-b2").send(told)["accepted"] == 1
    detail = host.session("b-2~1")
    event = detail["events"][-1]

    assert detail["session"]["rating"]["source"] == "widget"
    assert detail["session"]["environment"] == "production"
    assert event["type"] == "rating"
    assert event["user_id"] == "u-b2"
    assert "staging" not in json.dumps(detail)
    assert "2001" not in json.dumps(detail)


@pytest.mark.parametrize(
    "event",
    [
        said("b-3", "agent"),
        said("b-3", "user"),
        {"type": "session.started", "conversation_id": "b-3", "release": "v9"},
        {"type": "session.updated", "conversation_id": "b-3", "release": "v9"},
        {"type": "session.ended", "conversation_id": "b-3"},
        {"type": "feature", "conversation_id": "b-3", "feature": "x"},
        {"type": "handover", "conversation_id": "b-3"},
        {"type": "identify", "user_id": "u-b3", "traits": {"plan": "pro"}},
        {"type": "activity", "user_id": "u-b3", "name": "login"},
        {"type": "nps", "user_id": "u-b3", "score": 10},
    ],
    ids=lambda event: event["type"] + event.get("role", ""),
)
def test_a_page_may_not_speak_for_the_host(host, open_page, event):
    """Nothing of such an envelope is kept."""
    host.chat("b-3", user_id="u-b3")
    rating = {"type": "rating", "conversation_id": "b-3", "rating": "negative"}
    answer = open_page("u-b3").http.post("/v1/events", json={"events": [rating, event]})

    assert event["type"] in problem(answer, 403, "not_for_browsers", "type")
    assert host.session("b-3~1")["session"]["rating"] is None


def test_a_key_that_allows_messages_lets_a_page_talk(host, open_page):
    """Its conversations are its person's; facts about people stay the host's."""
    talker = open_page("u-m1", allow_messages=True)
    answer = talker.send(
        {"type": "session.started", "conversation_id": "m-1", "release": "v42"},
        said("m-1", "user"),
        said("m-1", "agent"),
        ENDED,
    )
    session = host.session("m-1~1")["session"]

    assert (answer["accepted"], len(answer["asks"])) == (4, 1)
    assert (session["user_id"], session["release"]) == ("u-m1", "v42")
    stranger = open_page("u-m2", allow_messages=True)
    refused = stranger.send(said("m-1", "agent", "forged"))
    assert [one["code"] for one in refused["rejected"]] == ["unknown_conversation"]
    nps = {"type": "nps", "user_id": "u-m1", "score": 1}
    problem(
        talker.http.post("/v1/events", json={"events": [nps]}), 403, "not_for_browsers", "type"
    )


def touches(ask=None):
    """Give every event that may touch the conversation ``x``."""
    rated = {"type": "rating", "conversation_id": "x", "rating": "negative"}
    step = {"type": "ask", "conversation_id": "x", "ask_id": ask or "a-none"}
    return [
        rated,
        {**rated, "session_id": "x~1"},
        {**rated, "ask_id": ask or "a-none"},
        *({**step, "step": name} for name in ("shown", "dismissed", "withdrawn", "never")),
        {"type": "feedback", "conversation_id": "x", "message_id": "m", "value": "up"},
        {
            "type": "flow",
            "conversation_id": "x",
            "flow": "tour",
            "kind": "onboarding",
            "step": "shown",
        },
    ]


def test_a_page_cannot_touch_what_is_not_its_persons(host, open_page):
    """Another's conversation answers, word for word, as one that does not exist."""
    ask = host.thank("x-1", user_id="u-x")
    stranger = open_page("u-stranger")

    def tell(conversation_id, ask_id):
        told = json.dumps(touches(ask_id)).replace('"x', f'"{conversation_id}')
        answer = stranger.send(*json.loads(told))
        return json.dumps(answer).replace(conversation_id, "x").replace(ask_id, "a")

    assert tell("x-1", ask["ask_id"]) == tell("y-1", "a-none-at-all")
    answer = stranger.send(*json.loads(json.dumps(touches()).replace('"x', '"x-1')))
    assert (answer["accepted"], answer["asks"]) == (0, [])
    assert {one["code"] for one in answer["rejected"]} == {"unknown_conversation"}
    for method in ("POST", "DELETE"):
        for path, code, field in (
            ("/v1/conversations/{}/rating", "unknown_conversation", "conversation_id"),
            ("/v1/sessions/{}~1/rating", "unknown_session", "session_id"),
        ):
            body = {"rating": "negative"} if method == "POST" else None
            theirs = stranger.http.request(method, path.format("x-1"), json=body)
            nobodys = stranger.http.request(method, path.format("y-1"), json=body)
            problem(theirs, 404, code, field)
            assert theirs.text.replace("x-1", "") == nobodys.text.replace("y-1", "")
    assert host.session("x-1~1")["session"]["rating"] is None
    assert open_page("u-x").rate("x-1", rating="positive", ask_id=ask["ask_id"]).status_code == 201


def test_an_id_that_was_used_before_opens_no_foreign_rating(host, open_page):
    """A repeated request is looked at as closely as the first one."""
    host.chat("x-2", user_id="u-x2")
    host.rate("x-2", rating="negative", reason="private words")
    host.chat("x-3", user_id="u-x3")
    stranger = open_page("u-x3")
    assert stranger.rate("x-3", rating="positive", id="x-once").status_code == 201
    again = stranger.rate("x-2", rating="positive", id="x-once")

    problem(again, 404, "unknown_conversation", "conversation_id")
    assert "private" not in again.text
    assert stranger.rate("x-3", rating="positive", id="x-once").status_code == 200


def test_a_token_for_one_conversation_is_good_for_that_only(host, open_page):
    """Another of the same person is refused too."""
    host.chat("x/4", user_id="u-x4")
    host.chat("x-5", user_id="u-x4")
    one = open_page("u-x4", "x/4")

    assert one.rate("x/4", rating="positive").status_code == 201
    problem(one.rate("x-5", rating="positive"), 403, "not_for_browsers", "conversation_id")
    answer = one.send({"type": "rating", "conversation_id": "x-5", "rating": "positive"})
    assert [one["code"] for one in answer["rejected"]] == ["not_for_browsers"]


def test_a_token_for_one_conversation_speaks_where_nobody_is_named(host, open_page):
    """A host that names no person still gets its answers."""
    ask = host.thank("x-6")
    guest, stranger = open_page("u-guest", "x-6"), open_page("u-guest")

    assert guest.step(ask, "shown")["asks"] == [ask]
    assert [one["code"] for one in stranger.step(ask, "never")["rejected"]] == [
        "unknown_conversation"
    ]
    assert guest.rate("x-6", rating="positive", ask_id=ask["ask_id"]).status_code == 201


def test_in_a_group_chat_the_first_answer_stands(host, open_page):
    """A second participant may rate first, but neither change nor take back another's answer."""
    ask = host.thank("g-1", user_id="u-ann")
    ann, ben = open_page("u-ann", "g-1"), open_page("u-ben", "g-1")

    refused = ben.step(ask, "never")
    assert [one["code"] for one in refused["rejected"]] == ["unknown_ask"]
    assert refused["asks"] == []
    assert ann.rate("g-1", rating="positive", ask_id=ask["ask_id"]).status_code == 201
    problem(ben.rate("g-1", rating="negative"), 409, "rating_locked")
    problem(ben.unrate("g-1"), 409, "rating_locked")
    assert host.session("g-1~1")["session"]["rating"]["rating"] == "positive"
    assert ann.unrate("g-1").status_code == 204
    assert ben.rate("g-1", rating="negative").status_code == 201


def test_in_a_shared_conversation_a_page_rates_its_persons_sessions(host, open_page):
    """Not the newest, where that is somebody else's."""
    host.chat("g-2", user_id="u-cem")
    host.send({"type": "session.ended", "conversation_id": "g-2"})
    host.chat("g-2", user_id="u-dan")
    cem = open_page("u-cem")

    assert cem.rate("g-2", rating="negative").json()["session_id"] == "g-2~1"
    answer = cem.http.post("/v1/sessions/g-2~2/rating", json={"rating": "negative"})
    problem(answer, 404, "unknown_session", "session_id")
    problem(cem.http.delete("/v1/sessions/g-2~2/rating"), 404, "unknown_session", "session_id")


@pytest.mark.parametrize("kind", ["secret", "test"])
def test_secret_and_test_keys_mint(host, open_page, folder, kind):
    """What the page does is judged by the publishable key."""
    _, secret = make_key(folder, kind=kind)
    host.chat(f"k-{kind}", user_id="u-k")
    one = open_page("u-k")
    one.http.headers["Afterword-Token"] = mint(secret, "u-k")

    assert one.rate(f"k-{kind}", rating="positive").status_code == 201


def test_a_publishable_key_does_not_mint(open_page, folder):
    """Whoever reads a page has it."""
    _, publishable = make_key(folder, kind="publishable")
    one = open_page("u-7")
    one.http.headers["Afterword-Token"] = mint(publishable, "u-7")

    problem(one.rate("c-1", rating="positive"), 401, "wrong_token")


def test_a_token_of_another_project_is_none(open_page, folder):
    """Keys open one project."""
    _, foreign = make_key(folder, project="other")
    one = open_page("u-7")
    one.http.headers["Afterword-Token"] = mint(foreign, "u-7")

    problem(one.rate("c-1", rating="positive"), 401, "wrong_token")


def test_a_revoked_secret_key_ends_its_tokens_at_once(host, open_page, folder):
    """Revoked by another process, beside the running server."""
    key_id, secret = make_key(folder)
    host.chat("k-1", user_id="u-k1")
    one = open_page("u-k1")
    one.http.headers["Afterword-Token"] = mint(secret, "u-k1")
    assert one.rate("k-1", rating="positive").status_code == 201
    revoke(folder, key_id)

    problem(one.rate("k-1", rating="positive"), 401, "wrong_token")


def test_a_token_expires_by_the_servers_clock(host, open_page):
    """An hour later it is none."""
    one = open_page("u-late")
    now = host.services.clock.now_us() / 1e6
    for begun, code in ((now - 61, "wrong_token"), (now - 59, "unknown_conversation")):
        one.http.headers["Afterword-Token"] = mint(host.key, "u-late", now=begun, expires_in=60)
        assert one.rate("nowhere", rating="positive").json()["code"] == code


@pytest.mark.parametrize("token", ["x y z", "a.b.c", "é.b.c", "x" * 5_000, "null."])
def test_garbage_is_no_token(open_page, token):
    """And is not repeated."""
    headers = {"Afterword-Token": token.encode("latin-1")}
    answer = open_page("u-7").http.post("/v1/events", json={"events": []}, headers=headers)

    problem(answer, 401, "wrong_token")
    assert token not in answer.text


# Origins.


def preflight(caller, path, method, origin=ORIGIN):
    """Ask as a browser does before a call; give what the answer allows."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "afterword-token,authorization,content-type",
    }
    answer = caller.http.options(path, headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    return answer.headers


def allowed(headers):
    """Give what an answer's headers say of other origins."""
    return {name: value for name, value in headers.items() if name.startswith("access-control")}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/events"),
        ("GET", "/v1/asks"),
        ("POST", "/v1/conversations/c%2F1/rating"),
        ("DELETE", "/v1/conversations/c-1/rating"),
        ("POST", "/v1/sessions/c-1~1/rating"),
        ("DELETE", "/v1/sessions/c-1~1/rating"),
    ],
)
def test_a_browser_asks_first_and_is_told(open_page, method, path):
    """Without a key, as browsers do; only pages of a known origin are let in."""
    one = open_page("u-7")
    one.http.headers.pop("Authorization")
    headers = preflight(one, path, method)

    assert allowed(headers) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET, POST, DELETE",
        "access-control-allow-headers": (
            "authorization, afterword-token, content-type, last-event-id"
        ),
        "access-control-max-age": "7200",
        "access-control-expose-headers": "Retry-After",
    }
    assert headers["vary"] == "Origin"
    for strange in ("https://evil.example", "null", "http://shop.example", f"{ORIGIN}.evil", ""):
        headers = preflight(one, path, method, strange)
        assert allowed(headers) == {}
        assert headers["vary"] == "Origin"


@pytest.mark.parametrize("path", ["/v1/sessions", "/v1/notes", "/v1/reports/trend", "/metrics"])
def test_calls_for_backends_are_shared_with_no_page(open_page, path):
    """Whatever its origin."""
    answer = open_page("u-7").http.options(
        path, headers={"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    )

    assert allowed(answer.headers) == {}


def test_every_answer_can_be_read_by_its_page(host, open_page):
    """Errors too: a widget must know whether to try again."""
    host.chat("o-1", user_id="u-o")
    good, bad = open_page("u-o"), open_page("u-o")
    bad.http.headers["Afterword-Token"] = "x"
    answers = [
        good.rate("o-1", rating="positive"),
        good.rate("o-1", rating="excellent"),
        good.rate("o-none", rating="positive"),
        good.unrate("o-1"),
        bad.rate("o-1", rating="positive"),
        good.http.post("/v1/events", json={"events": [said("o-1", "user")]}),
        good.http.post("/v1/events", content="["),
        good.http.put("/v1/events"),
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [201, 422, 404, 204, 401, 403, 400, 405]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["access-control-expose-headers"] == "Retry-After"
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("origins", [(), ("https://other.example",)])
def test_a_page_of_an_origin_that_its_key_does_not_allow_is_refused(open_page, origins):
    """Also where another key knows the origin; nobody but a browser sends one."""
    open_page("u-7")  # this key knows it
    one = open_page("u-7", allow_origins=origins)

    problem(one.rate("c-1", rating="positive"), 403, "wrong_origin")
    one.http.headers.pop("Origin")
    problem(one.rate("nowhere", rating="positive"), 404, "unknown_conversation", "conversation_id")


def test_what_a_secret_key_asks_for_is_shared_with_no_page(host, open_page):
    """It is answered, as it always is, but a page cannot read it: such a key is lost there."""
    open_page("u-7")
    answer = host.http.post("/v1/events", json={"events": []}, headers={"Origin": ORIGIN})

    assert answer.status_code == 202
    assert allowed(answer.headers) == {}


def test_a_revoked_key_allows_no_origin_any_more(host, folder):
    """At once."""
    origin = "https://gone.example"
    key_id, key = make_key(folder, kind="publishable", allow_origins=(origin,))
    one = Page(host.http.base_url, key, mint(host.key), origin)
    assert allowed(preflight(one, "/v1/events", "POST", origin))
    revoke(folder, key_id)

    assert allowed(preflight(one, "/v1/events", "POST", origin)) == {}
    one.http.close()


# Haste.


def test_who_asks_too_often_waits_and_others_do_not(host, open_page):
    """One person's page with one key; what was refused costs nothing, and time heals it."""
    seconds = 0.0
    host.services.frontier._clock = lambda: seconds  # noqa: SLF001  # the test's own time
    hasty = open_page("u-hasty")
    events = json.dumps({"events": []})
    for _ in range(int(BURST)):
        assert hasty.http.post("/v1/events", content=events).status_code == 202
    for _ in range(3):
        refused = hasty.http.post("/v1/events", content=events)
        problem(refused, 429, "too_many_requests")
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["access-control-allow-origin"] == ORIGIN

    assert open_page("u-patient").http.post("/v1/events", content=events).status_code == 202
    seconds += 0.4
    assert [hasty.http.post("/v1/events", content=events).status_code for _ in range(3)] == [
        202,
        202,
        429,
    ]


def test_a_heap_of_events_is_taken_and_then_paid_for(host, open_page):
    """What a page kept while it was offline is never refused for good."""
    seconds = 0.0
    host.services.frontier._clock = lambda: seconds  # noqa: SLF001  # the test's own time
    host.chat("h-1", user_id="u-heap")
    one = open_page("u-heap")
    ups = [
        {"type": "feedback", "conversation_id": "h-1", "message_id": f"m-{number}", "value": "up"}
        for number in range(100)
    ]
    assert one.send(*ups)["accepted"] == 100
    refused = one.http.post("/v1/events", json={"events": []})

    problem(refused, 429, "too_many_requests")
    assert refused.headers["retry-after"] == "9"  # 41 to pay at 5 a second
    seconds += 9
    assert one.http.post("/v1/events", json={"events": []}).status_code == 202


def test_ids_with_a_slash_are_the_pages_too(host, open_page):
    """As everywhere."""
    host.chat("team/7", user_id="u-team")
    answer = open_page("u-team").http.post(
        f"/v1/sessions/{quote('team/7~1', safe='')}/rating", json={"rating": "positive"}
    )

    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == ORIGIN
