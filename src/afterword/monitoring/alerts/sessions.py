"""The sessions to read about an alert: the newest that were rated so, since the change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import fields

from afterword.history.filters import Filter
from afterword.journal.days import DAY_US, as_number
from afterword.journal.sessions import SessionFilter, list_sessions
from afterword.monitoring.streams.watched import stream_filter

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from afterword.history.named_filters import Named
    from afterword.journal.alerts import Alert

MOST: Final = 10
_NAMES: Final = frozenset(one.name for one in fields(SessionFilter))


def sessions_of(connection: Connection, alert: Alert, named: Named) -> tuple[str, ...]:
    """Give ids of sessions, newest first; none where the stream is no filter of the journal's."""
    chosen = stream_filter(alert.stream, Filter(project=alert.project), named)
    if chosen is None or not {name for name, _ in chosen.where} <= _NAMES:
        return ()
    if len({name for name, _ in chosen.where}) < len(chosen.where):  # any of several values
        return ()
    told = {
        "rating": alert.finding.get("level", "negative"),
        "from_us": None if alert.since is None else _midnight_us(alert.since),
        **dict(chosen.where),
    }
    found, _ = list_sessions(
        connection, alert.project, msgspec.convert(told, SessionFilter), None, MOST
    )
    return tuple(session.id for session in found)


def _midnight_us(day: str) -> int:
    return as_number(date.fromisoformat(day)) * DAY_US
