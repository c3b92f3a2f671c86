"""Every other service: its Apprise URL, and a process that Apprise runs in."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.journal.outbox import Topic
from afterword.notify.relay import Ending
from afterword.notify.sender import Answer
from afterword.notify.telling import words_of

if TYPE_CHECKING:
    from afterword.notify.messages import Message
    from afterword.notify.targets import Target

_RELAY: Final = str(Path(__file__).with_name("relay.py"))
_LINES_AT_MOST: Final = 3_000
# Services differ in what is markup to them; letters that only look like it are to none.
_LOOKALIKES: Final = str.maketrans("@<>[]", "＠＜＞［］")  # noqa: RUF001  # as it says
_TOLD: Final[dict[int | None, str]] = {
    Ending.NOT_TAKEN: "Apprise could not deliver it",
    Ending.UNKNOWN_URL: "Apprise knows no such URL",
}


class Errand(Struct, frozen=True):
    """A message on its way through Apprise."""

    url: str
    title: str
    body: str
    type: str  # Apprise's: info, success, warning

    def __repr__(self) -> str:
        """Tell nothing: the URL is a secret."""
        return "Errand(…)"

    async def send(self) -> Answer:
        """Run it in a process of its own, which ends with the time that it is given."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", _RELAY), stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            await process.communicate(msgspec.json.encode(self))
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == Ending.TAKEN:
            return Answer(status=200)
        return Answer(error=_TOLD.get(process.returncode, "Apprise failed"))


def compose(message: Message, target: Target, _now_us: int) -> Errand:
    """Write a message as plain text, in which no service finds markup or a mention."""
    words = words_of(message)
    lines = [line.translate(_LOOKALIKES) for line in words.cut(_LINES_AT_MOST)]
    link = [] if words.url is None else [words.url]
    title = words.title.translate(_LOOKALIKES)
    return Errand(target.url, title, "\n".join([*lines, *link]) or title, _type(message))


def _type(message: Message) -> str:
    if message.type == Topic.ALERT_RESOLVED or message.data.get("direction") in ("better", "up"):
        return "success"
    return "warning" if "alert_id" in message.data else "info"
