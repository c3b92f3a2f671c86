"""Events for PagerDuty: an alert is an incident for as long as it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.domain.times import write_time
from afterword.journal.outbox import Topic
from afterword.notify.sender import Post
from afterword.notify.telling import LINK, words_of

if TYPE_CHECKING:
    from afterword.notify.messages import Message
    from afterword.notify.targets import Target

URL: Final = "https://events.pagerduty.com/v2/enqueue"
_GOOD_NEWS: Final = ("better", "up")
_LINES_AT_MOST: Final = 20_000


def is_wanted(message: Message) -> bool:
    """Tell whether somebody is to be called."""
    return message.data.get("direction") not in _GOOD_NEWS


def compose(message: Message, target: Target, _now_us: int) -> Post:
    """Make the request that triggers or resolves an incident.

    References: PagerDuty, Events API v2, "Send an Alert Event".
    """
    data = message.data
    is_over = message.type == Topic.ALERT_RESOLVED
    told: dict[str, Any] = {
        "routing_key": target.keys[0].decode(),
        "dedup_key": data.get("alert_id", message.id),
        "event_action": "resolve" if is_over else "trigger",
    }
    if not is_over:
        told |= _trigger(message)
    return Post(target.url, msgspec.json.encode(told), {})


def _trigger(message: Message) -> dict[str, Any]:
    words, data = words_of(message), message.data
    payload = {
        "summary": words.title,
        "source": f"afterword/{data.get('project', 'test')}",
        "severity": "warning" if "alert_id" in data else "info",
        "timestamp": write_time(message.at_us),
        "class": data.get("kind", message.type),
        "custom_details": {"summary": "\n".join(words.cut(_LINES_AT_MOST))},
    }
    links = [] if words.url is None else [{"href": words.url, "text": LINK}]
    return {"payload": payload, "links": links, "client": "Afterword"}
