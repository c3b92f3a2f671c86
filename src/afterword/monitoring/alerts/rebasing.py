"""A new baseline at once, because an operator says that things are as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.errors import InvalidField
from afterword.journal.alerts import AlertKind, AlertState, alerts
from afterword.journal.days import DAY_US, as_date
from afterword.journal.monitors import load_monitors, save_monitors
from afterword.journal.projects import hold_project
from afterword.monitoring.alerts.operating import Wanted, set_state
from afterword.monitoring.alerts.seeing import read_monitors, write_bodies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from afterword.journal.outbox import Subscriber

_LIVE: Final = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
_KINDS: Final = (AlertKind.MONITOR, AlertKind.RESPONSE_RATE)


def rebase(  # as set_state, which it is many of
    connection: Connection,
    project: str,
    stream: str | None,
    wanted_by: str | None,
    now_us: int,
    subscribers: Sequence[Subscriber] = (),
) -> list[str]:
    """Let monitors begin a new baseline tomorrow, and resolve their alerts.

    Until it is there they have none, and raise no alarm.

    Args:
        connection: A writing transaction.
        project: The tenant.
        stream: One; None: every stream that is kept.
        wanted_by: Who says so.
        now_us: Server time.
        subscribers: Channels that hear of resolutions.

    Returns:
        The streams, in order.

    Raises:
        InvalidField: No such stream is kept.
    """
    hold_project(connection, project)
    kept = read_monitors(load_monitors(connection, project))
    names = sorted(kept) if stream is None else [stream]
    if not kept.keys() >= set(names) or not names:
        known = ", ".join(sorted(kept)) or "none yet: a server counts them"
        raise InvalidField(f"stream: watched are {known:.400}.", field="stream")
    today = as_date(now_us // DAY_US)
    monitors = {name: kept[name].rebased(today) for name in names}
    save_monitors(connection, project, write_bodies(monitors))
    for one in alerts(connection, project, _LIVE):
        if one.kind in _KINDS and one.stream in monitors:
            set_state(
                connection, project, one.id, Wanted("resolved", wanted_by), now_us, subscribers
            )
    return names
