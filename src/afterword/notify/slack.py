"""A message in Slack, through an incoming URL. What users and hosts wrote stays inert there."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.journal.outbox import Topic
from afterword.notify.sender import Post
from afterword.notify.telling import LINK, words_of
from afterword.reports.wording import LEVEL_WORDS, printable

if TYPE_CHECKING:
    from afterword.notify.messages import Message
    from afterword.notify.targets import Target

_REASON_AT_MOST: Final = 400  # 30 words, however long
_ID_AT_MOST: Final = 80
_TEXT_AT_MOST: Final = 3_000
_ENTITIES: Final = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",  # <!channel>, <@U123>, <http://…|disguised>
        ">": "&gt;",
        "@": "\N{FULLWIDTH COMMERCIAL AT}",  # receivers that speak as Slack does read @channel
    }
)
_TRIGGERS: Final = {
    "explicit_end": "at the end",
    "closing_message": "after a closing message",
    "inactivity": "after a silence",
    "return_visit": "on the next visit",
}


def compose(message: Message, target: Target, _now_us: int) -> Post:
    """Make the request that puts a message into Slack; links in it are not fetched."""
    is_line = message.type in (Topic.ASK_READY, Topic.RATING_CREATED)
    text = line(message) if is_line else _text(message)
    told = {"text": text, "unfurl_links": False, "unfurl_media": False}
    return Post(target.url, msgspec.json.encode(told), {})


def line(message: Message) -> str:
    """Write an ask or a rating as one line of Slack's markup."""
    data = message.data
    if message.type == "ask.ready":
        parts = [f"asked {_TRIGGERS.get(data['trigger'], 'now')}", _session(data)]
    else:
        parts = [LEVEL_WORDS[data["rating"]]]
        if data["reason"]:
            parts.append(f"\N{LEFT DOUBLE QUOTATION MARK}{_quoted(data['reason'])}”")
        parts.append(_session(data))
    return " · ".join(parts)


def inert(text: str, at_most: int = _REASON_AT_MOST) -> str:
    """Make a text that somebody wrote harmless: one line, no markup, no mention, no direction."""
    return printable(text, at_most).translate(_ENTITIES)


def _text(message: Message) -> str:
    words = words_of(message)
    if message.type == Topic.DIGEST_READY:
        parts = _blocks(words.title, message.data["blocks"])
    else:
        parts = [inert(part) for part in (words.title, *words.cut(_TEXT_AT_MOST))]
    if words.url is not None:
        parts.append(f"<{words.url.translate(_ENTITIES)}|{LINK}>")
    return "\n".join(parts)


def _blocks(title: str, blocks: list[dict[str, Any]]) -> list[str]:
    """Write a digest: headings in bold, lines as points, links behind their words."""
    parts = [f"*{inert(title)}*"]
    for number, block in enumerate(blocks):
        heading = inert(block["heading"])
        parts += [heading] if number == 0 else ["", f"*{heading}*"]
        for one in block["lines"]:
            told = inert(one["text"])
            linked = f"<{one['url'].translate(_ENTITIES)}|{told}>" if one["url"] else told
            parts.append(f"• {linked}")
    return parts


def _quoted(reason: str) -> str:
    shown = inert(reason)
    # Right-to-left words would turn round what stands beside them.
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in shown):
        return f"\N{FIRST STRONG ISOLATE}{shown}\N{POP DIRECTIONAL ISOLATE}"
    return shown


def _session(data: dict[str, str]) -> str:
    if data.get("url"):
        return f"<{data['url'].translate(_ENTITIES)}|session>"
    return f"session {inert(data['session_id'], _ID_AT_MOST)}"
