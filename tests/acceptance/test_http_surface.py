"""The surface of the API: its description, its methods, and the form of every error."""

from __future__ import annotations

import json

import msgspec
import pytest

from afterword.domain import events
from afterword.journal.erasures import Gone, Kept
from afterword.journal.person_exports import PersonExport
from afterword.monitoring.releases.answer import GateAnswer
from afterword.server.api.alerts.schemas import AlertBody, AlertList, AlertQuery, AlertView
from afterword.server.api.asks.schemas import AskView, StreamQuery
from afterword.server.api.events.schemas import EventsAnswer
from afterword.server.api.notes.schemas import MarkerView, NoteBody
from afterword.server.api.operation.openapi import CALLS
from afterword.server.api.people.schemas import ErasureView
from afterword.server.api.ratings.schemas import RatingAnswer, RatingBody, RatingView
from afterword.server.api.releases.schemas import GateQuery, ReleaseBody, ReleaseView
from afterword.server.api.reports.schemas import ReportQuery
from afterword.server.api.sessions.schemas import (
    SessionDetail,
    SessionPage,
    SessionQuery,
    SessionView,
)
from server_harness import Wire, problem, said, served

PATHS = sorted({call.path for call in CALLS})
# See test_http_stream, test_gate and test_alerts.
ELSEWHERE = ("/v1/asks", "/v1/gate", "/v1/alerts/{alert_id}")
KEYED = sorted({call.path for call in CALLS if call.path not in ELSEWHERE})
EVENTS = events.AnyEvent.__args__


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    """A caller of a server that knows one conversation."""
    with served(tmp_path_factory.mktemp("surface"), scopes=("admin",)) as caller:
        caller.chat("c-1", user_id="u-1")
        yield caller


@pytest.fixture(scope="module")
def document(caller):
    """The description of the API, read without a key."""
    return caller.reads("/openapi.json")


def filled(path):
    """Give an address for a path's template."""
    ids = {"conversation_id": "c-1", "session_id": "c-1~1", "release_id": "v1", "alert_id": "a-1"}
    ids["person_id"] = "u-1"
    return path.format(name="distribution", **ids)


def methods(path):
    """Give the methods that a path takes, beside those that every one does."""
    return {call.method.upper() for call in CALLS if call.path == path}


def test_probes_and_metrics_answer(caller):
    """For whoever watches over the server."""
    caller.send(said("c-2", "user"))
    text = caller.http.get("/metrics").text

    assert caller.reads("/healthz") == {"status": "ok"}
    assert caller.reads("/readyz") == {"status": "ready"}
    assert "afterword_ready 1.0" in text
    assert 'afterword_events_total{result="accepted"}' in text
    assert 'call="/v1/events",method="POST",status="202"' in text
    assert "c-2" not in text


@pytest.mark.parametrize(
    "kind",
    [
        *(RatingBody, RatingAnswer, RatingView, NoteBody, MarkerView, EventsAnswer, AskView),
        *(SessionView, SessionPage, SessionDetail, ReleaseBody, ReleaseView, GateAnswer, *EVENTS),
        *(AlertBody, AlertList, AlertView, ErasureView, Gone, Kept, PersonExport),
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_field_is_described(document, kind):
    """A schema and the type that reads or writes it have the same fields."""
    schema = document["components"]["schemas"][kind.__name__]
    fields = msgspec.structs.fields(kind)
    told = set(schema["properties"]) - {"type"} if kind in EVENTS else set(schema["properties"])

    assert told == {field.encode_name for field in fields}
    assert set(schema.get("required", ())) - {"type"} == {
        field.encode_name for field in fields if field.required
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/sessions", SessionQuery),
        ("/v1/reports/{name}", ReportQuery),
        ("/v1/asks", StreamQuery),
        ("/v1/gate", GateQuery),
        ("/v1/alerts", AlertQuery),
    ],
)
def test_every_parameter_is_described(document, path, kind):
    """What the call reads and what the document says is the same."""
    parameters = document["paths"][path]["get"]["parameters"]
    told = {one["name"] for one in parameters if one["in"] == "query"}

    assert told == {field.encode_name for field in msgspec.structs.fields(kind)}


def test_every_event_type_is_described(document):
    """By the tag that tells it from the others."""
    schemas = document["components"]["schemas"]
    tags = {schemas[kind.__name__]["properties"]["type"]["enum"][0] for kind in EVENTS}

    assert tags == {kind.__struct_config__.tag for kind in EVENTS}


def test_every_reference_of_the_description_leads_somewhere(document):
    """And every answer has a description, as the standard wants."""
    schemas = document["components"]["schemas"]
    references = json.dumps(document).split('"#/components/schemas/')[1:]

    assert {part.split('"', 1)[0] for part in references} <= set(schemas)
    for calls in document["paths"].values():
        for call in calls.values():
            assert call["summary"]
            assert all(answer["description"] for answer in call["responses"].values())
            assert "default" in call["responses"]


@pytest.mark.parametrize("path", PATHS)
def test_an_address_says_which_methods_it_takes(caller, path):
    """OPTIONS answers without a key; any other method gets 405 with the same list."""
    options = caller.http.options(filled(path), headers={"Authorization": ""})
    refused = caller.http.request("PUT", filled(path))

    assert (options.status_code, options.content) == (204, b"")
    problem(refused, 405, "method_not_allowed")
    for answer in (options, refused):
        allowed = {method.strip() for method in answer.headers["allow"].split(",")}
        assert allowed == methods(path) | {"OPTIONS"}


def test_no_browser_of_another_origin_is_let_in(caller):
    """Without a key that allows it, no answer carries leave for one."""
    answer = caller.http.options(
        "/v1/events",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )

    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", KEYED)
def test_head_is_get_without_a_body(caller, path):
    """With the same status and headers, as HTTP wants it."""
    head = caller.http.head(filled(path))
    if "GET" not in methods(path):
        assert (head.status_code, head.content) == (405, b"")
        return
    got = caller.http.get(filled(path))

    assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/event", "/v1/sessions/a/b/c"])
def test_an_unknown_address_is_a_problem(caller, path):
    """With or without a key, and without repeating the address."""
    detail = problem(caller.http.get(path, params={"token": "secret"}), 404, "not_found")

    assert "secret" not in detail


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "x-unknown"])
@pytest.mark.parametrize("path", ["/v1/events", "/v1/conversations/c-1/rating", "/v1/notes"])
def test_compressed_bodies_are_refused(caller, path, encoding):
    """Before a byte is unpacked: the answer says what is taken instead."""
    answer = caller.http.post(path, content=b"\x1f\x8b", headers={"Content-Encoding": encoding})

    problem(answer, 415, "unsupported_encoding")
    assert answer.headers["accept-encoding"] == "identity"


def test_neither_accept_nor_content_type_is_looked_at(caller):
    """JSON is all there is, and ``format`` chooses among a report's forms."""
    headers = {"Accept": "application/xml", "Content-Type": "text/plain"}
    body = json.dumps({"events": []})
    sent = caller.http.post("/v1/events", content=body, headers=headers)
    read = caller.http.get("/v1/reports/distribution", headers=headers)

    assert (sent.status_code, read.status_code) == (202, 200)
    assert sent.headers["content-type"] == read.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/healthz", None, 200),
        ("POST", "/v1/events", "{}", 422),
        ("POST", "/v1/events", "[", 400),
        ("GET", "/nothing", None, 404),
        ("PUT", "/v1/events", None, 405),
        ("GET", "/v1/sessions/none", None, 404),
        ("POST", "/v1/events", '{"events": []}', 202),
        ("OPTIONS", "/v1/events", None, 204),
    ],
)
def test_no_answer_is_kept_or_guessed_at(caller, method, path, body, status):
    """Neither a cache nor a browser that sniffs types gets hold of one, good or bad."""
    answer = caller.http.request(method, path, content=body)

    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers


def test_a_strange_host_is_a_problem(caller):
    """Not a crash."""
    with Wire(caller.http.base_url) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n")
        status, _, body = wire.read()

    assert status == 400
    assert b"b" in body
