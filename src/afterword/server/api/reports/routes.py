"""``GET /v1/reports/{name}``: a report as JSON, a table, a picture or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar import Response, get
from litestar.params import FromPath

from afterword.journal.markers import markers
from afterword.journal.projects import policy_in_force
from afterword.server.addresses import read_id
from afterword.server.api.admission import Admitted, AnyRequest, Given
from afterword.server.api.reading import read_query
from afterword.server.api.reports.schemas import MEDIA_TYPES, ReportQuery

if TYPE_CHECKING:
    from afterword.server.services import Services

# Keys of rows come from hosts: whatever a picture or page holds, a browser must not run it.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'; sandbox"
    ),
}


@get("/reports/{name:str}")
async def report(
    request: AnyRequest, name: FromPath[str], reader: Admitted, services: Given
) -> Response[bytes]:
    """Count, estimate and answer in the form that was asked for."""
    query = read_query(ReportQuery, request.query_params.multi_items())
    body = await services.count(_run, services, reader.project, read_id(name), query)
    return Response(body, media_type=MEDIA_TYPES[query.format], headers=_HEADERS)


def _run(services: Services, project: str, name: str, query: ReportQuery) -> bytes:
    from afterword.reports import run  # noqa: PLC0415  # heavy: after the server is ready
    from afterword.reports.render import render  # noqa: PLC0415  # same

    named = services.filters.held()
    chosen = query.filter(project, named)
    with services.journal.read() as connection:
        notes = markers(connection, project, chosen.from_us, chosen.to_us)
        policy = policy_in_force(connection, project)
    found = run(
        name,
        services.history,
        chosen,
        by=query.by,
        markers=notes,
        compare=query.compare,
        named=named,
        plans=services.plans.held(),
        policy=policy,
    )
    return render(found, query.format.value)
