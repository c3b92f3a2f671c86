"""Alerts: what a project's people should know of, from opening to resolution."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.errors import UnknownAlert
from afterword.journal.statements import upsert
from afterword.journal.tables import ALERTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Connection

_NAMES: Final = (
    "id",
    "project",
    "kind",
    "stream",
    "direction",
    "state",
    "opened_us",
    "body",
)
AT_MOST: Final = 200  # that one reading gives


class AlertKind(StrEnum):
    """What is watched."""

    MONITOR = "monitor"  # how a stream is rated
    SILENCE = "silence"  # whether ratings arrive
    RESPONSE_RATE = "response_rate"  # how many of those who are asked answer


class AlertState(StrEnum):
    """What became of an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Resolution(StrEnum):
    """Why an alert is resolved."""

    OPERATOR = "operator"
    BACK = "back"  # the stream is as it was
    WITHDRAWN = "withdrawn"  # ratings that came late took the evidence back
    REBASED = "rebased"  # a new baseline, with an accepted release, took over
    QUIET = "quiet"  # the stream has no ratings any more


class Alert(Struct, frozen=True, kw_only=True):
    """One alert; times in microseconds since 1970 UTC.

    Nothing in it was written by a user: values that hosts gave, counts, and our own words.
    """

    id: str
    project: str
    kind: AlertKind
    stream: str  # all, or dimension:value
    direction: str  # worse, better; down, up
    opened_us: int
    changed_us: int  # when it last became something else to be told of
    title: str  # a line
    summary: tuple[str, ...] = ()  # sentences
    since: str | None = None  # the day of the change, where it can be told
    finding: dict[str, Any] = {}  # the figures
    part_of: str | None = None  # the alert about all sessions beneath which it was opened
    state: AlertState = AlertState.OPEN
    acknowledged_us: int | None = None
    acknowledged_by: str | None = None
    resolved_us: int | None = None
    resolution: Resolution | None = None

    @property
    def is_live(self) -> bool:
        """Whether it is not resolved."""
        return self.state is not AlertState.RESOLVED

    @property
    def environment(self) -> str:
        """What is watched; others are nobody's alarm."""
        return "production"


_DECODER: Final = msgspec.json.Decoder(Alert)


def save_alert(connection: Connection, alert: Alert) -> None:
    """Write an alert, new or known.

    Raises:
        JournalUnavailable: Another one of its stream and direction is open.
    """
    row = tuple(getattr(alert, name, None) for name in _NAMES[:-1])
    body = msgspec.json.encode(alert).decode()
    upsert(connection, ALERTS, _NAMES, [(*map(_plain, row), body)])


def find_alert(connection: Connection, project: str, alert_id: str) -> Alert:
    """Read an alert.

    Raises:
        UnknownAlert: There is none.
    """
    query = sa.select(ALERTS.c.body).where(ALERTS.c.project == project, ALERTS.c.id == alert_id)
    body = connection.execute(query).scalar()
    if body is None:
        raise UnknownAlert
    return _DECODER.decode(body)


def alerts(
    connection: Connection,
    project: str,
    states: Collection[AlertState] = tuple(AlertState),
    *,
    limit: int = AT_MOST,
) -> list[Alert]:
    """Read alerts in some states, the newest opening first."""
    table = ALERTS.c
    query = (
        sa.select(table.body)
        .where(table.project == project, table.state.in_([state.value for state in states]))
        .order_by(table.opened_us.desc(), table.id.desc())
        .limit(limit)
    )
    return [_DECODER.decode(body) for body in connection.execute(query).scalars()]


def count_live(connection: Connection) -> dict[tuple[str, str, str, str], int]:
    """Count the alerts that are not resolved, by project, kind, direction and state."""
    table = ALERTS.c
    labels = (table.project, table.kind, table.direction, table.state)
    # As a literal, so that the partial index is used.
    is_live = table.state != sa.literal_column("'resolved'")
    counts = sa.select(*labels, sa.func.count()).where(is_live).group_by(*labels)
    return {(*told,): n for *told, n in connection.execute(counts)}


def newest_alerts(connection: Connection, project: str) -> dict[tuple[str, str, str], Alert]:
    """Read the newest alert of each kind, stream and direction, resolved or not."""
    table = ALERTS.c
    newest = (
        sa.select(sa.func.max(table.opened_us).label("at"), table.kind, table.stream)
        .add_columns(table.direction)
        .where(table.project == project)
        .group_by(table.kind, table.stream, table.direction)
        .subquery()
    )
    query = sa.select(table.body).join(
        newest,
        sa.and_(
            table.kind == newest.c.kind,
            table.stream == newest.c.stream,
            table.direction == newest.c.direction,
            table.opened_us == newest.c["at"],
        ),
    )
    rows = connection.execute(query.where(table.project == project)).scalars()
    found = map(_DECODER.decode, rows)
    return {(one.kind, one.stream, one.direction): one for one in found}


def _plain(value: Any) -> Any:  # noqa: ANN401  # of a column
    return value.value if isinstance(value, StrEnum) else value
