"""A card in Microsoft Teams, through a workflow that waits for a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.notify.sender import Post
from afterword.notify.telling import LINK, words_of

if TYPE_CHECKING:
    from afterword.notify.messages import Message
    from afterword.notify.targets import Target

_LINES_AT_MOST: Final = 5_000  # a message may have 28 kB in all, and a letter 4 bytes


def compose(message: Message, target: Target, _now_us: int) -> Post:
    """Make the request that shows a card.

    Rich text blocks show what they are given: markup and mentions belong to other elements.
    """
    words = words_of(message)
    card: dict[str, Any] = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [
            _block(words.title, size="Medium", weight="Bolder"),
            *map(_block, words.cut(_LINES_AT_MOST)),
        ],
        "msteams": {"width": "Full"},
    }
    if words.url is not None:
        card["actions"] = [{"type": "Action.OpenUrl", "title": LINK, "url": words.url}]
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    told = {"type": "message", "attachments": [attachment]}
    return Post(target.url, msgspec.json.encode(told), {})


def _block(text: str, **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **looks}]}
