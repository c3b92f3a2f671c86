"""Keys over HTTP: what each kind and scope may do, and from when on."""

from __future__ import annotations

import pytest

from afterword.journal import Journal
from afterword.journal.alerts import Alert, AlertKind, save_alert
from afterword.journal.keys import revoke_key
from afterword.server.api.operation.openapi import CALLS
from server_harness import Caller, make_key, problem, said, served

BODIES = {
    "/v1/events": {"events": []},
    "/v1/notes": {"text": "note"},
    "/v1/releases": {"name": "v1"},
    "/v1/alerts/{alert_id}": {"state": "acknowledged"},
}
ALERT = Alert(
    id="a-1",
    project="default",
    kind=AlertKind.MONITOR,
    stream="all",
    direction="worse",
    opened_us=1,
    changed_us=1,
    title="worse",
)
QUERIES = {"/v1/gate": {"candidate": "v2", "baseline": "v1"}}
KEYED = [call for call in CALLS if call.scope is not None]
FREE = [call for call in CALLS if call.scope is None and not call.is_for_browsers]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data folder of this module's server."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def caller(folder):
    """A caller with a secret key."""
    with served(folder) as caller:
        caller.send({"type": "session.started", "conversation_id": "c-1", "release": "v1"})
        caller.chat("c-1")
        caller.send({"type": "activity", "user_id": "u-1", "name": "opened"})
        for release in ("v1", "v2"):
            caller.http.post("/v1/releases", json={"name": release})
        with caller.services.journal.write() as connection:
            save_alert(connection, ALERT)
        yield caller


def make(caller, call, name="c-1"):
    """Make a call of the API about a conversation."""
    ids = {"conversation_id": name, "session_id": f"{name}~1"}
    ids |= {"release_id": "v1", "alert_id": "a-1", "person_id": "u-1"}
    path = call.path.format(name="distribution", **ids)
    body = BODIES.get(call.path, {"rating": "positive"}) if call.body else None
    return caller.http.request(call.method, path, json=body, params=QUERIES.get(call.path))


def named(call):
    """Name a call in the list of tests."""
    return f"{call.method} {call.path}"


@pytest.mark.parametrize("call", KEYED, ids=named)
def test_every_call_wants_a_key_with_its_scope(caller, folder, call):
    """None, an unknown one, a browser's and one of another scope are told apart."""
    nobody, stranger = Caller(caller.http.base_url), Caller(caller.http.base_url, "aw_sk_none")
    browser = caller.other(folder, kind="publishable")
    other = caller.other(folder, scopes=("read" if call.scope == "write" else "write",))

    missing = make(nobody, call)
    problem(missing, 401, "missing_key")
    assert missing.headers["www-authenticate"] == "Bearer"
    problem(make(stranger, call), 401, "wrong_key")
    if call.is_for_browsers:
        problem(make(browser, call), 401, "missing_token")
    else:
        problem(make(browser, call), 403, "not_for_browsers")
    assert call.scope in problem(make(other, call), 403, "wrong_scope")
    for one in (nobody, stranger, browser, other):
        one.http.close()


@pytest.mark.parametrize("call", KEYED, ids=named)
@pytest.mark.parametrize("kind", ["scope", "admin", "test"])
def test_every_call_takes_a_key_with_its_scope(caller, folder, call, kind):
    """Admin includes both, and a test key is used like a secret one."""
    scopes = {"scope": (call.scope,), "admin": ("admin",), "test": ("write", "read", call.scope)}
    other = caller.other(folder, kind="test" if kind == "test" else "secret", scopes=scopes[kind])
    name = "c-1"
    if kind == "test":  # which has conversations of its own
        name = "mine"
        other.chat(name)
    if "person_id" in call.path:  # who may have been erased for the key before
        caller.send({"type": "activity", "user_id": "u-1", "name": "opened"})
    if call.method == "delete":
        (other if kind == "test" else caller).rate(name, rating="neutral")

    assert make(other, call, name).is_success
    other.http.close()


@pytest.mark.parametrize("call", FREE, ids=named)
def test_operation_needs_no_key_and_minds_no_wrong_one(caller, call):
    """Probes and scrapers carry none."""
    for key in (None, "aw_sk_none"):
        stranger = Caller(caller.http.base_url, key)
        assert make(stranger, call).status_code == 200
        stranger.http.close()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "missing_key"),
        ("Bearer", "missing_key"),
        ("Bearer\t{key}", "missing_key"),
        ("Basic {key}", "missing_key"),
        ("{key}", "missing_key"),
        ("Bearer {key}x", "wrong_key"),
        ("Bearer {key} {key}", "wrong_key"),
        ("Bearer {key},Bearer {key}", "wrong_key"),
        ('Bearer "{key}"', "wrong_key"),
        ("Bearer ' OR 1=1 --", "wrong_key"),
        ("Bearer é", "wrong_key"),
        ("Bearer " + "x" * 10_000, "wrong_key"),
        ("bearer {key}", None),
        ("BEARER   {key}", None),
    ],
)
def test_the_header_is_read_as_http_says(caller, header, code):
    """The scheme's case does not matter; anything but one known key is refused."""
    value = header.format(key=caller.key).encode("latin-1")
    answer = caller.http.get("/v1/sessions", headers={"Authorization": value})

    if code is None:
        assert answer.status_code == 200
    else:
        problem(answer, 401, code)
        assert caller.key not in answer.text


def test_a_key_in_the_address_opens_nothing(caller):
    """Addresses end up in logs."""
    nobody = Caller(caller.http.base_url)

    problem(nobody.http.get("/v1/sessions", params={"key": caller.key}), 401, "missing_key")
    nobody.http.close()


def test_a_new_key_counts_at_once_and_a_revoked_one_no_more(caller, folder):
    """Made and revoked by another process, beside the running server."""
    key_id, secret = make_key(folder)
    other = Caller(caller.http.base_url, secret)
    assert other.http.get("/v1/sessions").status_code == 200
    journal = Journal.open(folder)
    with journal.write() as connection:
        revoke_key(connection, "default", key_id)
    journal.close()

    problem(other.http.get("/v1/sessions"), 401, "wrong_key")
    problem(other.http.post("/v1/events", json={"events": []}), 401, "wrong_key")
    other.http.close()


def test_a_test_key_is_told_why_and_knows_no_limits(caller, folder):
    """A secret key is not told; asks of one person come as often as somebody tries."""
    trying = caller.other(folder, kind="test")
    quiet = trying.send(said("t-0", "user"), said("t-0", "agent"))
    asks = [trying.thank(f"t-{number}", user_id="u-test") for number in range(1, 9)]

    assert quiet["why"] == ["t-0~1: not asked, no_moment"]
    assert len({ask["ask_id"] for ask in asks}) == 8
    assert "why" not in caller.send(said("c-2", "user"))
    trying.http.close()


def test_a_secret_key_keeps_to_the_limits(caller):
    """The third talk of a day is not asked about."""
    for number in (1, 2):
        ask = caller.thank(f"limit-{number}", user_id="u-limit")
        caller.rate(f"limit-{number}", rating="positive", ask_id=ask["ask_id"])
    caller.chat("limit-3", user_id="u-limit")
    third = caller.send(
        said("limit-3", "user", "ah, thanks!", user_id="u-limit"),
        said("limit-3", "agent", "you are welcome", user_id="u-limit"),
    )

    assert third["asks"] == []
    assert caller.session("limit-3~1")["session"]["decision"] == "budget_day"
