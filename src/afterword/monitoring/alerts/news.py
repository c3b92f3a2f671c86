"""The alert after a step, and whether channels hear of it. No clock, no I/O."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from afterword.domain.policy import DAY_US
from afterword.history.questions.ratings import ALL
from afterword.journal.alerts import Alert, AlertKind, AlertState, Resolution
from afterword.journal.outbox import Notice, Topic
from afterword.monitoring.alerts.wording import RESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.journal.outbox import Subscriber
    from afterword.monitoring.alerts.cases import Key, Telling

_TOLD: Final = "told"  # in the finding: between what channels have heard the share to lie


def opened(project: str, key: Key, told: Telling, now_us: int) -> Alert:
    """Open an alert."""
    kind, stream, direction = key
    return Alert(
        id=f"alert_{secrets.token_hex(8)}",
        project=project,
        kind=AlertKind(kind),
        stream=stream,
        direction=direction,
        opened_us=now_us,
        changed_us=now_us,
        finding=told.finding | {_TOLD: _heard(told)},
        title=told.title,
        summary=told.summary,
        since=told.since,
    )


def updated(last: Alert, told: Telling, now_us: int) -> Alert:
    """Bring an alert up to date. Its ``changed_us`` moves where channels are to hear of it.

    They hear of it again where it has gone beyond the bounds of what they heard, and not within
    a day.
    """
    heard = last.finding.get(_TOLD)
    is_news = now_us - last.changed_us >= DAY_US and _is_beyond(told, heard)
    return replace(
        last,
        changed_us=now_us if is_news else last.changed_us,
        finding=told.finding | {_TOLD: _heard(told) if is_news else heard},
        title=told.title,
        summary=told.summary,
        since=told.since,
    )


def resolved(last: Alert, resolution: Resolution, now_us: int, by: str | None = None) -> Alert:
    """Close an alert."""
    told = RESOLVED[resolution]
    return replace(
        last,
        state=AlertState.RESOLVED,
        changed_us=now_us,
        resolved_us=now_us,
        resolution=resolution,
        acknowledged_by=by or last.acknowledged_by,
        summary=(told, *last.summary),
    )


def acknowledged(last: Alert, now_us: int, by: str | None = None) -> Alert:
    """Note that somebody knows; channels are not told."""
    return replace(
        last,
        state=AlertState.ACKNOWLEDGED,
        acknowledged_us=now_us,
        acknowledged_by=by,
    )


def beneath(alert: Alert, newest: Mapping[Key, Alert], *, is_new: bool) -> Alert:
    """Put a new alert about a part of the sessions beneath a live one about all of them."""
    whole = _whole(alert, newest)
    return replace(alert, part_of=whole.id) if is_new and whole is not None else alert


def is_told(alert: Alert, newest: Mapping[Key, Alert]) -> bool:
    """Tell whether channels hear of it: not of each part of what they have heard of as a whole."""
    if _whole(alert, newest) is not None:
        return False
    return alert.part_of is None or alert.is_live


def notices(
    topic: Topic,
    alert: Alert,
    subscribers: Iterable[Subscriber],
    now_us: int,
) -> Iterator[Notice]:
    """Tell every channel that wants to hear of it."""
    for subscriber in subscribers:
        if subscriber.wants(topic, alert.project, alert.environment):
            yield Notice(
                id=f"msg_{secrets.token_hex(16)}",
                project=alert.project,
                channel=subscriber.name,
                topic=topic,
                subject=alert.id,
                at_us=alert.changed_us,
                due_us=now_us,
            )


def _whole(alert: Alert, newest: Mapping[Key, Alert]) -> Alert | None:
    found = newest.get((alert.kind.value, ALL, alert.direction))
    return found if found is not None and found.is_live and alert.stream != ALL else None


def _heard(told: Telling) -> list[float] | None:
    return None if told.low is None or told.high is None else [told.low, told.high]


def _is_beyond(told: Telling, heard: list[float] | None) -> bool:
    if told.share is None or heard is None:
        return told.share is not None
    return told.share > heard[1] if told.is_rise else told.share < heard[0]
