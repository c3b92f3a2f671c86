"""The description of the API."""

import json

import pytest
from litestar import Litestar
from litestar.routes import ASGIRoute, HTTPRoute

from afterword.reports import KINDS
from afterword.server.api import route_handlers
from afterword.server.api.operation.openapi import CALLS, describe


def routes():
    """Give (method, path) of everything that the app answers."""
    found = set()
    for route in Litestar(route_handlers(), openapi_config=None, logging_config=None).routes:
        path = route.path_format
        if isinstance(route, ASGIRoute):
            found.add(("get" if path == "/v1/asks" else "post", path))
        elif isinstance(route, HTTPRoute):
            found |= {(method.lower(), path) for method in route.methods if method != "OPTIONS"}
    return found


def test_every_call_is_described_and_no_other():
    """What the document says and what the app answers is the same."""
    assert {(call.method, call.path) for call in CALLS} == routes()


def test_the_document_is_whole():
    """Every reference leads somewhere, and every path parameter is described."""
    text = describe()
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    parts = text.decode().split('"#/components/schemas/')[1:]

    assert {part.split('"', 1)[0] for part in parts} <= set(schemas)
    assert document["openapi"].startswith("3.1")
    for path, calls in document["paths"].items():
        for call in calls.values():
            named = {one["name"] for one in call.get("parameters", []) if one["in"] == "path"}
            assert named == {part.split("}")[0] for part in path.split("{")[1:]}


def test_bodies_are_described_by_the_types_that_read_them():
    """An event's type tells its fields; a rating's values and the reports are listed."""
    document = json.loads(describe())
    schemas = document["components"]["schemas"]

    assert schemas["Rating"]["enum"] == ["negative", "neutral", "positive"]
    assert "awaits_reply" in schemas["Message"]["properties"]
    [name] = [
        one["schema"]
        for one in document["paths"]["/v1/reports/{name}"]["get"]["parameters"]
        if one["in"] == "path"
    ]
    assert name["enum"] == [*KINDS]
    names = [one["name"] for one in document["paths"]["/v1/sessions"]["get"]["parameters"]]
    assert {"from", "to", "has_reason", "cursor"} <= set(names)


def test_every_report_has_a_schema_of_its_own():
    """Told apart by the field that names the report; no two share one."""
    document = json.loads(describe())
    told = document["paths"]["/v1/reports/{name}"]["get"]["responses"]["200"]["content"]
    body = told["application/json"]["schema"]
    schemas = document["components"]["schemas"]
    mapping = body["discriminator"]["mapping"]

    assert list(mapping) == [*KINDS]
    assert [one["$ref"] for one in body["oneOf"]] == [*mapping.values()]
    assert len({*mapping.values()}) == len(KINDS)
    for name, reference in mapping.items():
        schema = schemas[reference.removeprefix("#/components/schemas/")]
        assert schema["properties"]["report"]["const"] == name
        assert {"rows", "notes", "window"} <= set(schema["required"])
    assert told["text/csv"]["schema"] == {"type": "string"}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("segments", {"n_sessions", "n_rated", "positive", "negative"}),
        ("flows", {"n_sessions", "n_rated", "positive", "negative"}),
        ("asks", {"n_granted", "answered", "dismissed", "withdrawn"}),
        ("responses", {"n_judged", "forgiven", "hollow", "differing"}),
    ],
)
def test_a_report_that_compares_has_a_schema_for_what_is_compared(name, fields):
    """Each with shares of its own."""
    document = json.loads(describe())
    schemas = document["components"]["schemas"]

    def named(reference):
        return schemas[reference["$ref"].removeprefix("#/components/schemas/")]["properties"]

    told = document["paths"]["/v1/reports/{name}"]["get"]["responses"]["200"]["content"]
    mapping = told["application/json"]["schema"]["discriminator"]["mapping"]
    report = named({"$ref": mapping[name]})
    [compared] = [
        one for one in named(report["rows"]["items"])["compared"]["anyOf"] if "$ref" in one
    ]
    assert report["compared_with"]["type"] == "string"
    assert fields <= {*named(compared)}


def test_only_operation_needs_no_key():
    """Every other call says which scope it needs, or that a browser's token opens it."""
    document = json.loads(describe())
    paths = document["paths"]
    free = {
        path
        for path, calls in document["paths"].items()
        if any("security" not in call for call in calls.values())
    }

    assert free == {"/healthz", "/readyz", "/metrics", "/openapi.json"}
    assert paths["/v1/asks"]["get"]["security"] == [{"key": [], "token": []}]
    assert paths["/v1/notes"]["post"]["security"] == [{"key": ["write"]}]
    assert {"key": [], "token": []} in paths["/v1/events"]["post"]["security"]
