"""The shapes of alerts at the edge."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from afterword.journal.alerts import Alert, AlertKind, AlertState, Resolution
from afterword.server.times import write_time


class AlertQuery(Struct, frozen=True, kw_only=True):
    """Which alerts; all states unless named, and the newest 200 at most."""

    state: list[AlertState] = []
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class AlertBody(Struct, frozen=True, kw_only=True):
    """What an alert becomes: ``acknowledged`` or ``resolved``; ``by``: who says so."""

    state: AlertState
    by: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class StreamView(Struct, frozen=True):
    """The part of the sessions that an alert is about."""

    dimension: str
    value: str


class AlertView(Struct, frozen=True, kw_only=True):
    """An alert. ``stream`` null: all sessions. ``finding``: the figures behind the words.

    ``part_of``: the alert about all sessions under which channels heard of it. ``sessions``, of
    one alert alone: the newest that were rated so, since the change.
    """

    id: str
    kind: AlertKind
    stream: StreamView | None
    direction: str
    state: AlertState
    title: str
    summary: tuple[str, ...]
    since: str | None
    opened_at: str
    changed_at: str
    acknowledged_at: str | None
    acknowledged_by: str | None
    resolved_at: str | None
    resolution: Resolution | None
    part_of: str | None
    finding: dict[str, Any]
    sessions: tuple[str, ...] = ()


class AlertList(Struct, frozen=True):
    """Alerts, the newest opening first."""

    alerts: tuple[AlertView, ...]


def alert_view(alert: Alert, sessions: tuple[str, ...] = ()) -> AlertView:
    """Give an alert as it is answered."""
    dimension, is_part, value = alert.stream.partition(":")
    return AlertView(
        id=alert.id,
        kind=alert.kind,
        stream=StreamView(dimension, value) if is_part else None,
        direction=alert.direction,
        state=alert.state,
        title=alert.title,
        summary=alert.summary,
        since=alert.since,
        opened_at=write_time(alert.opened_us),
        changed_at=write_time(alert.changed_us),
        acknowledged_at=_time(alert.acknowledged_us),
        acknowledged_by=alert.acknowledged_by,
        resolved_at=_time(alert.resolved_us),
        resolution=alert.resolution,
        part_of=alert.part_of,
        finding=alert.finding,
        sessions=sessions,
    )


def _time(at_us: int | None) -> str | None:
    return None if at_us is None else write_time(at_us)
