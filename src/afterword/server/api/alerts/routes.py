"""``GET /v1/alerts``, ``GET`` and ``PATCH /v1/alerts/{id}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from litestar import get, patch
from litestar.params import FromPath

from afterword.journal.alerts import AlertState, alerts, find_alert
from afterword.monitoring.alerts.operating import Wanted, set_state
from afterword.monitoring.alerts.sessions import sessions_of
from afterword.server.addresses import read_id
from afterword.server.api.admission import Admitted, AnyRequest, Given
from afterword.server.api.alerts.schemas import (
    AlertBody,
    AlertList,
    AlertQuery,
    AlertView,
    alert_view,
)
from afterword.server.api.reading import read_query, read_struct
from afterword.server.bodies import read_body

if TYPE_CHECKING:
    from afterword.server.services import Services


@get("/alerts")
async def list_alerts(request: AnyRequest, reader: Admitted, services: Given) -> AlertList:
    """List alerts, the newest opening first."""
    query = read_query(AlertQuery, request.query_params.multi_items())
    return await services.read(_list, services, reader.project, query)


@get("/alerts/{alert_id:str}")
async def one_alert(alert_id: FromPath[str], reader: Admitted, services: Given) -> AlertView:
    """Give one alert, with sessions to read."""
    return await services.read(_one, services, reader.project, read_id(alert_id))


@patch("/alerts/{alert_id:str}")
async def change_alert(
    request: AnyRequest, alert_id: FromPath[str], writer: Admitted, services: Given
) -> AlertView:
    """Acknowledge or resolve an alert."""
    body = read_struct(AlertBody, await read_body(request.scope, request.receive))
    return await services.read(_change, services, writer.project, read_id(alert_id), body)


ALERTS: Final = (list_alerts, one_alert, change_alert)


def _list(services: Services, project: str, query: AlertQuery) -> AlertList:
    states = query.state or list(AlertState)
    with services.journal.read() as connection:
        found = alerts(connection, project, states, limit=query.limit)
    return AlertList(tuple(map(alert_view, found)))


def _one(services: Services, project: str, alert_id: str) -> AlertView:
    with services.journal.read() as connection:
        alert = find_alert(connection, project, alert_id)
        sessions = sessions_of(connection, alert, services.filters.held())
    return alert_view(alert, sessions)


def _change(services: Services, project: str, alert_id: str, body: AlertBody) -> AlertView:
    wanted = Wanted(body.state.value, body.by)
    now_us = services.clock.now_us()
    with services.journal.write() as connection:
        return alert_view(
            set_state(connection, project, alert_id, wanted, now_us, services.subscribers())
        )
