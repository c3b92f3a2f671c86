"""The calls of the alerts' pages: look at all, at one, and say that it is known or over."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from afterword.errors import InvalidField
from afterword.monitoring.alerts.operating import Wanted, set_state
from afterword.server.addresses import read_id
from afterword.server.api.admission import AnyRequest
from afterword.server.bodies import read_body
from afterword.server.pages.admission import is_admitted, is_own, to_signin
from afterword.server.pages.alerts.data import line, load, load_all, of_project, view
from afterword.server.pages.house import Pages
from afterword.server.pages.templates import go, page

Shown = NamedDependency[Pages]  # ``pages``


@get("/alerts")
async def all_alerts(request: AnyRequest, pages: Shown) -> Response[Any]:
    """Show what is open, and what is over."""
    if not is_admitted(request, pages):
        return to_signin(request, "alerts")
    project = _project(request)
    found = await pages.services.read(load_all, pages.services, project)
    return page(
        "alerts/list.html",
        up="",
        query=of_project(project),
        live=[line(one) for one in found if one.is_live],
        over=[line(one) for one in found if not one.is_live],
    )


@get("/alerts/{alert_id:str}")
async def one_alert(request: AnyRequest, alert_id: FromPath[str], pages: Shown) -> Response[Any]:
    """Show one, with its picture and sessions to read."""
    told = read_id(alert_id)
    if not is_admitted(request, pages):
        return to_signin(request, f"alerts/{quote(told, safe='')}", "../")
    project, now_us = _project(request), pages.services.clock.now_us()
    found = await pages.services.count(load, pages.services, project, told, now_us)
    return page("alerts/page.html", up="../", query=of_project(project), **view(found))


@post("/alerts/{alert_id:str}")
async def change_alert(
    request: AnyRequest, alert_id: FromPath[str], pages: Shown
) -> Response[Any]:
    """Acknowledge or resolve one, and show it."""
    told = read_id(alert_id)
    if not is_admitted(request, pages) or not is_own(request):
        return to_signin(request, f"alerts/{quote(told, safe='')}", "../")
    body = parse_qs((await read_body(request.scope, request.receive)).decode("utf-8", "replace"))
    states = body.get("state", [])
    if not states:
        raise InvalidField("state: is missing.", field="state")
    project = _project(request)
    await pages.services.read(_change, pages, project, told, states[0])
    return go(f"{quote(told, safe='')}{of_project(project)}")


ALERTS: Final = (all_alerts, one_alert, change_alert)


def _change(pages: Pages, project: str, alert_id: str, state: str) -> None:
    services = pages.services
    now_us = services.clock.now_us()
    with services.journal.write() as connection:
        wanted = Wanted(state)
        set_state(connection, project, alert_id, wanted, now_us, services.subscribers())


def _project(request: AnyRequest) -> str:
    return str(request.query_params.get("project", "default"))
