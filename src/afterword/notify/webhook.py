"""Signed webhooks: https://www.standardwebhooks.com, version 1.0.0, symmetric signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

import msgspec

from afterword.domain.times import write_time
from afterword.notify.sender import Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.notify.messages import Message
    from afterword.notify.targets import Target


def compose(message: Message, target: Target, now_us: int) -> Post:
    """Make the request that tells a webhook of something.

    Args:
        message: What is told; its id stays the same over all attempts.
        target: Where it goes, and the keys that sign it: several while a secret is changed.
        now_us: Time of this attempt.
    """
    body = msgspec.json.encode(
        {"type": message.type, "timestamp": write_time(message.at_us), "data": message.data}
    )
    seconds = now_us // 1_000_000
    headers = {
        "webhook-id": message.id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(message.id, seconds, body, target.keys),
    }
    return Post(target.url, body, headers)


def sign(message_id: str, seconds: int, body: bytes, keys: Sequence[bytes]) -> str:
    """Sign a webhook: ``v1,`` and the base64 of HMAC-SHA256 over id, time and body, for each key.

    References: Standard Webhooks 1.0.0, "Signature scheme".
    """
    signed = b"%s.%d.%s" % (message_id.encode(), seconds, body)
    return " ".join(
        "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        for key in keys
    )
