"""The alert after a step, and whether channels hear of it. No clock, no I/O."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from afterword.domain.policy import DAY_US
from afterword.journal.alerts import Alert, AlertKind, AlertState, Resolution
from afterword.journal.outbox import Notice, Topic
from afterword.monitoring.alerts.wording import RESOLVED, summary, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from afterword.journal.outbox import Subscriber
    from afterword.monitoring.alerts.explaining import Finding

_TOLD: Final = "told"  # in the finding: what channels have heard, share by level


def opened(project: str, stream: str, found: Finding, now_us: int) -> Alert:
    """Open an alert about a stream."""
    return Alert(
        id=f"alert_{secrets.token_hex(8)}",
        project=project,
        kind=AlertKind.MONITOR,
        stream=stream,
        direction=found.alarm.direction.value,
        opened_us=now_us,
        changed_us=now_us,
        finding=found.told() | {_TOLD: _heard(found)},
        **_words(stream, found),
    )


def updated(last: Alert, found: Finding, now_us: int) -> Alert:
    """Bring an alert up to date. Its ``changed_us`` moves where channels are to hear of it.

    They hear of it again where it has become worse than what they heard (or better, of what
    improves), and not within a day.
    """
    heard = last.finding.get(_TOLD)
    is_news = now_us - last.changed_us >= DAY_US and _is_beyond(found, heard)
    return replace(
        last,
        changed_us=now_us if is_news else last.changed_us,
        finding=found.told() | {_TOLD: _heard(found) if is_news else heard},
        **_words(last.stream, found),
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


def _words(stream: str, found: Finding) -> dict[str, Any]:
    since = found.alarm.since
    return {
        "title": title(stream, found),
        "summary": summary(found),
        "since": None if since is None else since.isoformat(),
    }


def _heard(found: Finding) -> list[float] | None:
    """Give the bounds of the share that was told."""
    after = found.alarm.after
    if after is None:
        return None
    level = getattr(after, found.level)
    return [level.low, level.high]


def _is_beyond(found: Finding, heard: list[float] | None) -> bool:
    after = found.alarm.after
    if after is None or heard is None:
        return after is not None
    share = getattr(after, found.level).share
    is_rise = getattr(found.alarm.before, found.level).share < share
    return bool(share > heard[1] if is_rise else share < heard[0])
