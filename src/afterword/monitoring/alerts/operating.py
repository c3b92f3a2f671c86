"""What people do with an alert: they know of it, or say that it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.errors import InvalidField
from afterword.journal.alerts import (
    AlertState,
    Resolution,
    find_alert,
    newest_alerts,
    save_alert,
)
from afterword.journal.outbox import Topic, add_notices
from afterword.journal.projects import hold_project
from afterword.monitoring.alerts import news

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from afterword.journal.alerts import Alert
    from afterword.journal.outbox import Subscriber

STATES: Final = (AlertState.ACKNOWLEDGED, AlertState.RESOLVED)


class Wanted(NamedTuple):
    """``acknowledged`` or ``resolved``, and who says so."""

    state: str
    by: str | None = None


def set_state(
    connection: Connection,
    project: str,
    alert_id: str,
    wanted: Wanted,
    now_us: int,
    subscribers: Sequence[Subscriber] = (),
) -> Alert:
    """Acknowledge or resolve an alert; one that is so already, or over, stays as it is.

    Args:
        connection: A writing transaction.
        project: The tenant.
        alert_id: Which.
        wanted: What it becomes.
        now_us: Server time.
        subscribers: Channels that hear of a resolution.

    Raises:
        UnknownAlert: There is none.
        InvalidField: It is neither state.
    """
    state, by = wanted
    if state not in STATES:
        told = " or ".join(one.value for one in STATES)
        raise InvalidField(f"state: {told}, not {state!r:.40}.", field="state")
    hold_project(connection, project)
    last = find_alert(connection, project, alert_id)
    if not last.is_live or last.state == state:
        return last
    if state == AlertState.ACKNOWLEDGED:
        alert = news.acknowledged(last, now_us, by)
    else:
        alert = news.resolved(last, Resolution.OPERATOR, now_us, by)
        if news.is_told(alert, newest_alerts(connection, project)):
            told_of = news.notices(Topic.ALERT_RESOLVED, alert, subscribers, now_us)
            add_notices(connection, told_of, now_us)
    save_alert(connection, alert)
    return alert
