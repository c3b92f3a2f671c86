"""What the pages of alerts show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from msgspec.structs import replace

from afterword.domain.policy import DAY_US
from afterword.history.filters import Filter
from afterword.journal.alerts import AlertKind, AlertState, alerts, find_alert
from afterword.journal.days import as_number
from afterword.journal.markers import Marker, markers
from afterword.monitoring.alerts.sessions import sessions_of
from afterword.monitoring.streams.watched import stream_filter
from afterword.server.pages.templates import drawing
from afterword.server.times import write_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from afterword.journal.alerts import Alert
    from afterword.server.services import Services

LIVE: Final = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
_BEFORE_DAYS: Final = 56
_BY_DAY: Final = 100  # days; longer stretches are drawn by week
_STATES: Final = {
    AlertState.OPEN: "open",
    AlertState.ACKNOWLEDGED: "acknowledged",
    AlertState.RESOLVED: "over",
}


class Found(NamedTuple):
    """One alert with its picture, wide and narrow, and sessions to read."""

    alert: Alert
    pictures: Sequence[Markup]
    sessions: Sequence[str]


def load_all(services: Services, project: str) -> list[Alert]:
    """Read a project's alerts, newest first."""
    with services.journal.read() as connection:
        return alerts(connection, project)


def load_live(services: Services, project: str) -> list[Alert]:
    """Read the alerts that are not over."""
    with services.journal.read() as connection:
        return alerts(connection, project, LIVE)


def load(services: Services, project: str, alert_id: str, now_us: int) -> Found:
    """Read one alert, and draw its stream.

    Raises:
        UnknownAlert: There is none.
    """
    named = services.filters.held()
    with services.journal.read() as connection:
        alert = find_alert(connection, project, alert_id)
        notes = markers(connection, project)
        sessions = sessions_of(connection, alert, named)
    chosen = stream_filter(alert.stream, Filter(project=project), named)
    if alert.kind is not AlertKind.MONITOR or alert.since is None or chosen is None:
        return Found(alert, (), sessions)
    return Found(alert, _drawn(services, alert, chosen, notes, now_us), sessions)


def line(alert: Alert) -> dict[str, Any]:
    """Give what a list shows of an alert."""
    return {
        "place": f"alerts/{quote(alert.id, safe='')}{of_project(alert.project)}",
        "title": alert.title,
        "state": _STATES[alert.state],
        "tone": tone(alert),
        "at": at(alert.opened_us),
    }


def view(found: Found) -> dict[str, Any]:
    """Give what the page of one alert names."""
    alert = found.alert
    known = alert.acknowledged_us
    return {
        "alert": alert,
        "tone": tone(alert),
        "state": _STATES[alert.state],
        "opened": at(alert.opened_us),
        "known": None if known is None else at(known),
        "over": None if alert.resolved_us is None else at(alert.resolved_us),
        "pictures": found.pictures,
        "sessions": [
            {"id": one, "place": f"../sessions/{quote(one, safe='')}{of_project(alert.project)}"}
            for one in found.sessions
        ],
    }


def of_project(project: str) -> str:
    """Give the query that keeps to a project."""
    return "" if project == "default" else f"?project={quote(project, safe='')}"


def tone(alert: Alert) -> str:
    """Say by which colour an alert is told."""
    if not alert.is_live:
        return "past"
    return "positive" if alert.direction in {"better", "up"} else "negative"


def at(time_us: int) -> str:
    """Write a time for people: UTC, to the minute."""
    return write_time(time_us)[:16].replace("T", " ")


def _drawn(
    services: Services, alert: Alert, chosen: Filter, notes: Sequence[Marker], now_us: int
) -> list[Markup]:
    from afterword.reports import trend  # noqa: PLC0415  # heavy, once ready
    from afterword.reports.picture import inline_svg  # noqa: PLC0415  # same
    from afterword.reports.report import View  # noqa: PLC0415  # same

    since_us = as_number(date.fromisoformat(str(alert.since))) * DAY_US
    from_us = since_us - _BEFORE_DAYS * DAY_US
    to_us = now_us if alert.resolved_us is None else alert.resolved_us
    by = "day" if to_us - from_us <= _BY_DAY * DAY_US else "week"
    change = Marker("change", alert.project, since_us, "note", "the change")
    within = [one for one in notes if from_us <= one.at_us <= to_us]
    report = trend.run(
        services.history,
        replace(chosen, from_us=from_us, to_us=to_us),
        View(by=by, markers=(*within, change)),
    )
    return [drawing(inline_svg(report, is_narrow=is_narrow)) for is_narrow in (False, True)]
