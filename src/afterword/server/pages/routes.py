"""The pages' calls: look, and follow a link to a session."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from afterword.errors import InvalidField, UnavailableError
from afterword.server.addresses import read_id
from afterword.server.api.admission import AnyRequest, services_of
from afterword.server.pages.admission import is_admitted, to_signin
from afterword.server.pages.alerts.data import line, load_live, of_project
from afterword.server.pages.alerts.routes import ALERTS
from afterword.server.pages.demo.routes import DEMO
from afterword.server.pages.door import COOKIE
from afterword.server.pages.files import static, widget
from afterword.server.pages.house import Pages
from afterword.server.pages.overview.data import WINDOWS, Wanted
from afterword.server.pages.signin.routes import DOOR
from afterword.server.pages.templates import go, page

Shown = NamedDependency[Pages]  # ``pages``


@get("/")
async def home() -> Response[bytes]:
    """Lead to the overview."""
    return go("overview")


@get("/overview")
async def overview(request: AnyRequest, pages: Shown) -> Response[Any]:
    """Show where we stand."""
    if not is_admitted(request, pages):
        return to_signin(request, "overview")
    wanted = _wanted(request)
    now_us = pages.services.clock.now_us()
    made = await pages.services.count(pages.overviews.get, wanted, now_us)
    live = await pages.services.read(load_live, pages.services, wanted.project)
    return page(
        "overview/page.html",
        up="",
        figures=made.figures,
        alerts=[line(one) for one in live],
        alerts_place=f"alerts{of_project(wanted.project)}",
        wanted=wanted,
        windows=WINDOWS,
        projects=made.overview.projects,
        is_signed_in=COOKIE in request.cookies,
    )


@get("/sessions/{session_id:str}")
async def session(request: AnyRequest, session_id: FromPath[str], pages: Shown) -> Response[Any]:
    """Show one session."""
    from afterword.server.pages.session.data import load, view  # noqa: PLC0415  # once ready

    told = read_id(session_id)
    if not is_admitted(request, pages):
        return to_signin(request, f"sessions/{quote(told, safe='')}", "../")
    project = request.query_params.get("project", "default")
    found = await pages.services.read(load, pages.services, project, told)
    return page("session/page.html", up="../", project=project, **view(found))


def page_router() -> Router:
    """Give every page, for the app to wire."""
    return Router(
        "/",
        route_handlers=[home, overview, session, *ALERTS, static, widget, *DOOR, *DEMO],
        dependencies={"pages": Provide(_pages, sync_to_thread=False)},
        before_request=_straighten,
    )


async def _straighten(request: AnyRequest) -> Response[bytes] | None:
    # Links are relative to the address that the browser knows: a slash at its end that should not
    # be there, or is not where it should, would lead all of them astray.
    raw = request.scope["raw_path"].decode("latin-1")
    kept = raw.rstrip("/")
    name, is_root = kept.rpartition("/")[2], request.scope["path"] == "/"
    n_slashes = len(raw) - len(kept)
    if request.method != "GET" or bool(n_slashes) == is_root:
        return None
    query = request.scope["query_string"].decode("latin-1")
    place = f"./{name}/" if is_root else f"{'../' * n_slashes}{name}"
    return go(f"{place}?{query}" if query else place)


def _pages(request: AnyRequest) -> Pages:
    if not services_of(request.scope).is_ready:
        raise UnavailableError
    found: Pages = request.app.state["pages"]
    return found


def _wanted(request: AnyRequest) -> Wanted:
    query = request.query_params
    wanted = Wanted(**{name: query[name] for name in Wanted._fields if name in query})
    if wanted.days not in WINDOWS:
        raise InvalidField(f"days: one of {', '.join(WINDOWS)}.", field="days")
    return wanted
