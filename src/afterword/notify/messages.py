"""What a notice tells, as it is true when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from afterword.domain.ask_view import ask_view
from afterword.domain.times import write_time
from afterword.errors import UnknownAlert
from afterword.journal.alerts import find_alert
from afterword.journal.asking import find_ask
from afterword.journal.outbox import Claimed, Topic
from afterword.journal.projects import DEFAULT
from afterword.journal.sessions import get_session

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from afterword.domain.session import RatingRecord, Session
    from afterword.notify.channels import Channel

ALERT_TOPICS: Final = (Topic.ALERT_OPENED, Topic.ALERT_UPDATED, Topic.ALERT_RESOLVED)

# (project, Monday of the week, public URL) to what is told; None where there is nothing to tell.
Digests = Callable[[str, str, str | None], dict[str, Any] | None]


class Sources(Struct, frozen=True):
    """What messages are made with: where people reach the pages, and who writes digests."""

    public_url: str | None = None
    digest: Digests = lambda _project, _week, _url: None


class Message(Struct, frozen=True, kw_only=True):
    """One thing told to one channel."""

    id: str
    type: str
    at_us: int
    data: dict[str, Any]


def message_of(
    connection: Connection,
    notice: Claimed,
    channel: Channel,
    now_us: int,
    sources: Sources,
) -> Message | None:
    """Say what a notice tells.

    Args:
        connection: A snapshot.
        notice: What is to be told.
        channel: Whom.
        now_us: Server time.
        sources: With what it is made.

    Returns:
        The message, or None where there is nothing to tell any more: the rating was taken back or
        is not one that the channel wants, the ask has ended, there is later news of the alert.
    """
    public_url = sources.public_url
    if notice.topic is Topic.ASK_READY:
        data = _ask(connection, notice, now_us)
    elif notice.topic in ALERT_TOPICS:
        data = _alert(connection, notice, channel, public_url)
    elif notice.topic is Topic.DIGEST_READY:
        data = sources.digest(notice.project, notice.subject, public_url)
    else:
        data = _rating(connection, notice, channel, public_url)
    if data is None:
        return None
    return Message(id=notice.id, type=notice.topic.value, at_us=notice.at_us, data=data)


def _ask(connection: Connection, notice: Claimed, now_us: int) -> dict[str, Any] | None:
    ask = find_ask(connection, notice.project, notice.subject)
    if ask is None or not ask.is_open or ask.expires_us <= now_us:
        return None
    told: dict[str, Any] = msgspec.to_builtins(ask_view(ask))
    return told


def _alert(
    connection: Connection, notice: Claimed, channel: Channel, public_url: str | None
) -> dict[str, Any] | None:
    try:
        alert = find_alert(connection, notice.project, notice.subject)
    except UnknownAlert:
        return None
    is_newest = alert.changed_us == notice.at_us
    # Who does not hear of the later news hears of the alert, as it now is.
    is_only = alert.is_live and Topic.ALERT_UPDATED not in channel.events
    if not (is_newest or is_only):
        return None
    dimension, is_part, value = alert.stream.partition(":")
    return {
        "alert_id": alert.id,
        "project": alert.project,
        "environment": alert.environment,
        "kind": alert.kind.value,
        "stream": {"dimension": dimension, "value": value} if is_part else None,
        "direction": alert.direction,
        "state": alert.state.value,
        "title": alert.title,
        "summary": list(alert.summary),
        "since": alert.since,
        "resolution": None if alert.resolution is None else alert.resolution.value,
        "url": _page(public_url, f"alerts/{quote(alert.id, safe='')}", alert.project),
    }


def _rating(
    connection: Connection, notice: Claimed, channel: Channel, public_url: str | None
) -> dict[str, Any] | None:
    session = get_session(connection, notice.project, notice.subject)
    record = None if session is None else session.rating
    if session is None or record is None or record.rated_us != notice.at_us:
        return None
    if record.rating not in channel.ratings:
        return None
    return _told(session, record, public_url)


def _told(session: Session, record: RatingRecord, public_url: str | None) -> dict[str, Any]:
    page = _page(public_url, f"sessions/{quote(session.id, safe='~')}", session.project)
    return {
        "session_id": session.id,
        "conversation_id": session.conversation_id,
        "rating": record.rating.value,
        "reason": record.reason,
        "trigger": record.trigger.value,
        "user_id": session.user_id,
        "release": session.release,
        "use_case": session.use_case,
        "environment": session.environment,
        "rated_at": write_time(record.rated_us),
        "url": page,
    }


def _page(public_url: str | None, path: str, project: str) -> str | None:
    if public_url is None:
        return None
    query = "" if project == DEFAULT else f"?project={quote(project, safe='')}"
    return f"{public_url.rstrip('/')}/{path}{query}"
