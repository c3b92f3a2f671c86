"""A message in Discord, through a channel's webhook. Nothing in it is markup or calls anybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from afterword.notify.sender import Post
from afterword.notify.telling import LINK, words_of

if TYPE_CHECKING:
    from afterword.notify.messages import Message
    from afterword.notify.targets import Target

# Discord takes 256 and 4,096 characters, and each may be escaped.
_TITLE_AT_MOST: Final = 128
_LINES_AT_MOST: Final = 1_800
_MARKUP: Final = re.compile(r"([!-/:-@\[-`{-~])")


def compose(message: Message, target: Target, _now_us: int) -> Post:
    """Make the request that puts a message into a channel."""
    words = words_of(message)
    lines = [escape(line) for line in words.cut(_LINES_AT_MOST)]
    if words.url is not None:
        # Not as the embed's own: Discord refuses a message whose URL it thinks is none.
        lines.append(f"[{LINK}]({words.url})")
    embed = {"title": escape(words.title[:_TITLE_AT_MOST]), "description": "\n".join(lines)}
    told = {"embeds": [embed], "allowed_mentions": {"parse": []}}
    return Post(target.url, msgspec.json.encode(told), {})


def escape(text: str) -> str:
    """Make a text what it is: Discord reads a backslash before punctuation as "no markup"."""
    return _MARKUP.sub(r"\\\1", text)
