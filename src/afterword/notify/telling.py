"""What alerts, digests and test messages say, before a kind of channel gives it its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from afterword.journal.outbox import Topic
from afterword.journal.projects import DEFAULT
from afterword.notify.messages import ALERT_TOPICS
from afterword.reports.wording import printable

if TYPE_CHECKING:
    from afterword.notify.messages import Message

LINK: Final = "Open in Afterword"
_TITLE_AT_MOST: Final = 200
_LINE_AT_MOST: Final = 500
_PREFIXES: Final = {Topic.ALERT_UPDATED: "Update: ", Topic.ALERT_RESOLVED: "Resolved: "}


class Words(Struct, frozen=True, kw_only=True):
    """A title, sentences, and where to read on; hosts' words in it may still be markup."""

    title: str
    lines: tuple[str, ...] = ()
    url: str | None = None

    def cut(self, at_most: int) -> tuple[str, ...]:
        """Give the lines that fit, with a last one that says where some do not."""
        kept: list[str] = []
        for line in self.lines:
            if sum(map(len, kept)) + len(line) > at_most:
                return (*kept, "…")
            kept.append(line)
        return tuple(kept)


def words_of(message: Message) -> Words:
    """Say what a message tells, each part on one line and none too long.

    Raises:
        KeyError: It is an ask or a rating, of which only webhooks and Slack are told.
    """
    data = message.data
    if message.type == "channel.test":
        return Words(title=data["text"])
    if message.type in ALERT_TOPICS:
        title, lines = _alert(message.type, data)
    else:
        title, lines = data["title"], data["text"].splitlines()
    return Words(
        title=printable(title, _TITLE_AT_MOST),
        lines=tuple(printable(line, _LINE_AT_MOST) for line in lines),
        url=data["url"],
    )


def _alert(topic: str, data: dict[str, Any]) -> tuple[str, list[str]]:
    lines = list(data["summary"])
    if data["project"] != DEFAULT:
        lines.append(f"Project {data['project']}.")
    return _PREFIXES.get(Topic(topic), "") + data["title"], lines
