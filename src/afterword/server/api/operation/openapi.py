"""The description of the API, made from the very types that read and write its bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import msgspec
from msgspec import Struct

from afterword.journal.person_exports import PersonExport
from afterword.monitoring.releases.answer import GateAnswer
from afterword.reports.report import Report
from afterword.server import problems
from afterword.server.api.alerts.schemas import AlertBody, AlertList, AlertQuery, AlertView
from afterword.server.api.asks.schemas import AskView, StreamQuery
from afterword.server.api.events.schemas import EventsAnswer, EventsBody
from afterword.server.api.notes.schemas import MarkerView, NoteBody
from afterword.server.api.operation.report_types import one_of_reports, report_types
from afterword.server.api.people.schemas import ErasureView
from afterword.server.api.ratings.schemas import RatingAnswer, RatingBody
from afterword.server.api.releases.schemas import (
    GateQuery,
    ReleaseBody,
    ReleaseList,
    ReleaseView,
)
from afterword.server.api.reports.schemas import MEDIA_TYPES, ReportQuery
from afterword.server.api.sessions.schemas import SessionDetail, SessionPage, SessionQuery
from afterword.server.auth import Scope

_REF: Final = "#/components/schemas/{name}"
_PARAMETER: Final = re.compile(r"{(\w+)}")
_JSON: Final = ("application/json",)

_REPORTS: Final = "/v1/reports/{name}"


class Call(Struct, frozen=True, kw_only=True):
    """One call: what it takes and answers.

    ``scope``: what a backend's key needs, None where none opens it; ``is_for_browsers``: a
    publishable key with a token does. ``answers``: status to type, None without a body.
    """

    method: str
    path: str
    summary: str
    scope: Scope | None
    answers: Mapping[HTTPStatus, Any]
    query: type[Struct] | None = None
    body: type[Struct] | None = None
    media_types: tuple[str, ...] = _JSON
    is_for_browsers: bool = False


def _rating(path: str, whose: str) -> tuple[Call, Call]:
    rate = Call(
        method="post",
        path=path,
        summary=f"Rate {whose}: 201 for a new rating, 200 for the same or a changed one.",
        scope=Scope.WRITE,
        is_for_browsers=True,
        body=RatingBody,
        answers={HTTPStatus.CREATED: RatingAnswer, HTTPStatus.OK: RatingAnswer},
    )
    unrate = Call(
        method="delete",
        path=path,
        summary=f"Take the rating of {whose} back, inside its change window.",
        scope=Scope.WRITE,
        is_for_browsers=True,
        answers={HTTPStatus.NO_CONTENT: None},
    )
    return rate, unrate


def _operation(path: str, summary: str, media_type: str = "application/json") -> Call:
    answer = dict[str, Any] if media_type == "application/json" else str
    return Call(
        method="get",
        path=path,
        summary=summary,
        scope=None,
        answers={HTTPStatus.OK: answer},
        media_types=(media_type,),
    )


CALLS: Final = (
    Call(
        method="post",
        path="/v1/events",
        summary="Take events in; answered once they are committed.",
        scope=Scope.WRITE,
        is_for_browsers=True,
        body=EventsBody,
        answers={HTTPStatus.ACCEPTED: EventsAnswer},
    ),
    Call(
        method="get",
        path="/v1/asks",
        summary="Stream the person's asks as events (words, ask, ended) until one hangs up.",
        scope=None,
        is_for_browsers=True,
        query=StreamQuery,
        answers={HTTPStatus.OK: AskView},
        media_types=("text/event-stream",),
    ),
    *_rating("/v1/conversations/{conversation_id}/rating", "a conversation's session"),
    *_rating("/v1/sessions/{session_id}/rating", "one session"),
    Call(
        method="get",
        path="/v1/sessions",
        summary="List sessions, the newest opening first.",
        scope=Scope.READ,
        query=SessionQuery,
        answers={HTTPStatus.OK: SessionPage},
    ),
    Call(
        method="get",
        path="/v1/sessions/{session_id}",
        summary="Read one session with its events and the decisions about asking.",
        scope=Scope.READ,
        answers={HTTPStatus.OK: SessionDetail},
    ),
    Call(
        method="get",
        path=_REPORTS,
        summary="Count, estimate, and answer as JSON, table, picture or page.",
        scope=Scope.READ,
        query=ReportQuery,
        answers={HTTPStatus.OK: Report},
        media_types=tuple(MEDIA_TYPES.values()),
    ),
    Call(
        method="post",
        path="/v1/notes",
        summary="Write a note on the time line.",
        scope=Scope.WRITE,
        body=NoteBody,
        answers={HTTPStatus.CREATED: MarkerView},
    ),
    Call(
        method="get",
        path="/v1/gate",
        summary="Say whether a release may stay: 200 not worse or better, 409 worse, 202 not yet.",
        scope=Scope.READ,
        query=GateQuery,
        answers=dict.fromkeys(
            (HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.CONFLICT), GateAnswer
        ),
    ),
    Call(
        method="get",
        path="/v1/releases",
        summary="List releases, the newest opening first.",
        scope=Scope.READ,
        answers={HTTPStatus.OK: ReleaseList},
    ),
    Call(
        method="post",
        path="/v1/releases",
        summary="Open a release, with a marker: 201, or 200 where it was opened before.",
        scope=Scope.WRITE,
        body=ReleaseBody,
        answers={HTTPStatus.CREATED: ReleaseView, HTTPStatus.OK: ReleaseView},
    ),
    Call(
        method="post",
        path="/v1/releases/{release_id}/accept",
        summary="Accept a release: later ones stand against it, monitors gather anew.",
        scope=Scope.WRITE,
        answers={HTTPStatus.OK: ReleaseView},
    ),
    Call(
        method="get",
        path="/v1/alerts",
        summary="List alerts, the newest opening first.",
        scope=Scope.READ,
        query=AlertQuery,
        answers={HTTPStatus.OK: AlertList},
    ),
    Call(
        method="get",
        path="/v1/alerts/{alert_id}",
        summary="Give one alert, with sessions to read.",
        scope=Scope.READ,
        answers={HTTPStatus.OK: AlertView},
    ),
    Call(
        method="patch",
        path="/v1/alerts/{alert_id}",
        summary="Acknowledge or resolve an alert.",
        scope=Scope.WRITE,
        body=AlertBody,
        answers={HTTPStatus.OK: AlertView},
    ),
    Call(
        method="delete",
        path="/v1/people/{person_id}",
        summary="Erase a person: a user id, or c:<conversation_id> where none was told.",
        scope=Scope.ADMIN,
        answers={HTTPStatus.OK: ErasureView},
    ),
    Call(
        method="get",
        path="/v1/people/{person_id}/export",
        summary="Give everything that is held of a person, as it is held.",
        scope=Scope.ADMIN,
        answers={HTTPStatus.OK: PersonExport},
    ),
    _operation("/healthz", "Tell that the process lives."),
    _operation("/readyz", "Tell whether requests are taken now."),
    _operation("/metrics", "Give the server's counters for Prometheus.", "text/plain"),
    _operation("/openapi.json", "Describe the API."),
)


@lru_cache(maxsize=1)
def describe() -> bytes:
    """Write the OpenAPI 3.1 document; its addresses are relative to where it is served."""
    reports = report_types()
    types = [problems.Problem, *reports.values()]
    for call in CALLS:
        found = (call.query, call.body, *call.answers.values())
        types += [one for one in found if one not in (None, Report)]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    known = dict(zip(types, schemas, strict=True))
    known[Report] = one_of_reports(
        {name: known[kind] for name, kind in reports.items()}, components
    )
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = _describe(call, known, components)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Afterword", "version": version("afterword")},
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "token": {"type": "apiKey", "in": "header", "name": "Afterword-Token"},
            },
        },
    }
    return msgspec.json.encode(document)


def _describe(
    call: Call, known: Mapping[Any, dict[str, Any]], components: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(int(status)): _answer(status, None if kind is None else known[kind], call.media_types)
        for status, kind in call.answers.items()
    }
    answers["default"] = {
        "description": "What went wrong; code is stable.",
        "content": {problems.MEDIA_TYPE: {"schema": known[problems.Problem]}},
    }
    described: dict[str, Any] = {"summary": call.summary, "responses": answers}
    parameters = [_in_path(name, call.path) for name in _PARAMETER.findall(call.path)]
    if call.query is not None:
        parameters += _in_query(call.query, components)
    if parameters:
        described["parameters"] = parameters
    if call.body is not None:
        content = {"application/json": {"schema": known[call.body]}}
        described["requestBody"] = {"required": True, "content": content}
    security: list[dict[str, list[str]]] = []
    if call.scope is not None:
        security.append({"key": [call.scope.value]})
    if call.is_for_browsers:
        security.append({"key": [], "token": []})
    if security:
        described["security"] = security
    return described


def _answer(
    status: HTTPStatus, schema: dict[str, Any] | None, media_types: tuple[str, ...]
) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": status.phrase}
    if schema is not None:
        answer["content"] = {
            media_type: {"schema": schema if media_type in _JSON else {"type": "string"}}
            for media_type in media_types
        }
    return answer


def _in_path(name: str, path: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if path == _REPORTS:
        from afterword.reports import KINDS  # noqa: PLC0415  # heavy: after the server is ready

        schema["enum"] = [*KINDS]
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(
    kind: type[Struct], components: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    described = components[kind.__name__]
    required = described.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described["properties"].items()
    ]
