"""Waiting for the sender on an event loop, without a thread for each who waits."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from afterword.client.sender import Sender


def running_loop() -> AbstractEventLoop | None:
    """Give the event loop that runs here, if one does."""
    import asyncio  # noqa: PLC0415  # a host without a loop does not pay for it

    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None


async def is_settled(
    hurry: Callable[[Callable[[], None]], bool], sender: Sender, seconds: float
) -> bool:
    """Hurry a sender and wait until it tells that it is done.

    Args:
        hurry: Takes what is to be called then; gives whether it is done already.
        sender: Whose it is.
        seconds: How long at most; 0 only hurries.
    """
    import asyncio  # noqa: PLC0415  # as above

    loop, answered = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(answered.set)

    if hurry(tell):
        return True
    try:
        at_most = max(0, seconds)  # what is not a number is no time either
        await asyncio.wait_for(answered.wait(), at_most)
    except TimeoutError:
        return False
    finally:
        sender.forget(tell)
    return True
