"""``GET /v1/gate``, ``/v1/releases`` and ``POST /v1/releases/{id}/accept``."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from afterword.journal.releases import releases
from afterword.monitoring.releases.register import accept, open_by_hand
from afterword.server.addresses import read_id
from afterword.server.api.admission import Admitted, AnyRequest, Given
from afterword.server.api.reading import read_query, read_struct
from afterword.server.api.releases.schemas import (
    GateQuery,
    ReleaseBody,
    ReleaseList,
    ReleaseView,
    release_view,
)
from afterword.server.bodies import read_body

if TYPE_CHECKING:
    from afterword.journal import Journal
    from afterword.monitoring.releases.answer import GateAnswer
    from afterword.server.services import Services

STATUSES: Final = {
    "better": HTTPStatus.OK,
    "not_worse": HTTPStatus.OK,
    "worse": HTTPStatus.CONFLICT,
    "cannot_tell_yet": HTTPStatus.ACCEPTED,
}


@get("/gate")
async def ask_gate(request: AnyRequest, reader: Admitted, services: Given) -> Response[bytes]:
    """Say whether a release may stay; the status tells it, too."""
    query = read_query(GateQuery, request.query_params.multi_items())
    answer = await services.count(_gate, services, reader.project, query)
    return Response(
        msgspec.json.encode(answer),
        status_code=STATUSES[answer.verdict],
        media_type="application/json",
    )


@get("/releases")
async def list_releases(reader: Admitted, services: Given) -> ReleaseList:
    """List what was opened, the newest opening first."""
    return await services.read(_list, services.journal, reader.project)


@post("/releases")
async def add_release(
    request: AnyRequest, writer: Admitted, services: Given
) -> Response[ReleaseView]:
    """Open a release: 201, or 200 where it was opened before."""
    body = read_struct(ReleaseBody, await read_body(request.scope, request.receive))
    now_us = services.clock.now_us()
    view, is_new = await services.read(_open, services.journal, writer.project, body, now_us)
    return Response(view, status_code=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


@post("/releases/{release_id:str}/accept", status_code=HTTPStatus.OK)
async def accept_release(
    writer: Admitted, release_id: FromPath[str], services: Given
) -> ReleaseView:
    """Accept a release: later ones stand against it, and monitors gather a new baseline."""
    name, now_us = read_id(release_id), services.clock.now_us()
    return await services.read(_accept, services.journal, writer.project, name, now_us)


RELEASES: Final = (ask_gate, list_releases, add_release, accept_release)


def _gate(services: Services, project: str, query: GateQuery) -> GateAnswer:
    from afterword.monitoring.releases.gate import (  # noqa: PLC0415  # heavy: server first
        Wanted,
        gate,
        known_of,
    )

    wanted = Wanted(
        query.candidate, query.baseline, query.by, query.margin, project, query.environment
    )
    with services.journal.read() as connection:
        known = known_of(connection, wanted)
    return gate(services.history, wanted, known, services.clock.now_us())


def _list(journal: Journal, project: str) -> ReleaseList:
    with journal.read() as connection:
        return ReleaseList(tuple(map(release_view, releases(connection, project))))


def _open(
    journal: Journal, project: str, body: ReleaseBody, now_us: int
) -> tuple[ReleaseView, bool]:
    with journal.write() as connection:
        made, is_new = open_by_hand(connection, project, body.name, body.by, body.baseline, now_us)
    return release_view(made), is_new


def _accept(journal: Journal, project: str, name: str, now_us: int) -> ReleaseView:
    with journal.write() as connection:
        return release_view(accept(connection, project, name, now_us))
