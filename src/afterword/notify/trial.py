"""A test message to one channel, now: what an operator sends before relying on it."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

from afterword.notify.courier import COMPOSERS
from afterword.notify.messages import Message
from afterword.notify.sender import Answer, Sender
from afterword.notify.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.notify.channels import Channel

TEXT: Final = "Afterword reaches this channel."


def try_channel(channel: Channel, environment: Mapping[str, str], now_us: int) -> Answer:
    """Send a test message, of the type ``channel.test``.

    Args:
        channel: As the file names it.
        environment: Holds its secrets.
        now_us: The time.

    Returns:
        What the receiver answered, or why it did not.

    Raises:
        SetupError: A variable is missing or holds something else.
    """
    target = target_of(channel, environment)
    message = Message(
        id=f"msg_{secrets.token_hex(16)}",
        type="channel.test",
        at_us=now_us,
        data={"channel": channel.name, "text": TEXT},
    )
    parcel = COMPOSERS[channel.kind](message, target, now_us)

    async def send() -> Answer:
        sender = Sender()
        async with sender.client() as client:
            return await sender.send(client, parcel)

    return asyncio.run(send())
