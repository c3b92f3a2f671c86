"""The calls of the HTTP API: one folder a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar import Router
from litestar.di import Provide

from afterword.server.api import admission
from afterword.server.api.alerts.routes import ALERTS
from afterword.server.api.asks.routes import stream_asks
from afterword.server.api.events.routes import take_events
from afterword.server.api.notes.routes import add_note
from afterword.server.api.operation.routes import OPERATION
from afterword.server.api.people.routes import PEOPLE
from afterword.server.api.ratings.routes import RATINGS
from afterword.server.api.releases.routes import RELEASES
from afterword.server.api.reports.routes import report
from afterword.server.api.sessions.routes import SESSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.types import ControllerRouterHandler


def route_handlers() -> Sequence[ControllerRouterHandler]:
    """Give every call, for the app to wire."""
    resources = Router(
        "/v1",
        route_handlers=[
            take_events,
            stream_asks,
            *RATINGS,
            *SESSIONS,
            report,
            add_note,
            *RELEASES,
            *ALERTS,
            *PEOPLE,
        ],
        dependencies={
            "reader": Provide(admission.reader),
            "writer": Provide(admission.writer),
            "admin": Provide(admission.admin),
            "caller": Provide(admission.caller),
        },
    )
    return [
        Router(
            "/",
            route_handlers=[resources, *OPERATION],
            dependencies={"services": Provide(admission.services, sync_to_thread=False)},
        )
    ]
