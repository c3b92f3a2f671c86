"""From what the host says to events: stamped, checked and written down at once.

What is checked here is what the server would check, so that a mistake is told where it is made;
and what is written down cannot be changed by the host afterwards.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.client.backlog import MAX_EVENT_BYTES
from afterword.client.process import renew_after_fork
from afterword.domain import events as ev
from afterword.domain.ids import TimeOrderedIds
from afterword.domain.words import count_words
from afterword.errors import BodyTooLarge, InvalidField, ReasonTooLong, TextTooLong

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.client.inbox import Inbox
    from afterword.client.ledger import Ledger
    from afterword.client.sender import Sender

REASON_WORDS: Final = 30
_ENCODE: Final = msgspec.json.Encoder().encode
_UNCHANGED: Final = (bytes, bytearray, memoryview, Decimal)
_PLACE: Final = re.compile(r" - at (?:`key` in )?`\$\.([a-z_]+)[^`]*`$")


class Stamps:
    """Makes the ids of events, in the order of their times."""

    def __init__(self, clock_us: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        """Take a clock: microseconds since 1970 UTC."""
        self.now_us = clock_us
        self.renew()
        renew_after_fork(self)

    def renew(self) -> None:
        """Begin anew in a forked child."""
        self._ids = TimeOrderedIds(secrets.randbits)

    def make_id(self) -> str:
        """Make an id for now."""
        return self._ids.make(self.now_us())


class Recorder:
    """Writes down events that share some fields: those of a client, or of one conversation."""

    def __init__(self, sender: Sender | None, ledger: Ledger, stamps: Stamps) -> None:
        """Take where events go; without a sender nothing is written down."""
        self.sender = sender
        self.ledger = ledger
        self.stamps = stamps
        self.inbox: Inbox | None = None
        self.shared: Mapping[str, object] = {}

    def within(self, inbox: Inbox | None, **shared: object) -> Recorder:
        """Give a recorder whose events also have these fields."""
        recorder = Recorder(self.sender, self.ledger, self.stamps)
        recorder.inbox = inbox
        recorder.shared = {**self.shared, **shared}
        return recorder

    def record(self, kind: type[ev.Event], /, **fields: object) -> None:
        """Write down one event; one that is wrong is counted and told once.

        Args:
            kind: What happened.
            **fields: The event's own; None counts as absent, and the shared ones give way.
        """
        if self.sender is None:
            return
        stamp = {"id": self.stamps.make_id(), "at": self.stamps.now_us() / 1e6}
        told = {**stamp, **self.shared, **fields}
        try:
            body = _write(kind, told)
        except Exception as error:  # noqa: BLE001  # the host goes on
            self.refuse(_tag(kind), error)
        else:
            self.sender.put(body, self.inbox)

    def rate(self, rating: object, *, reason: str | None, **fields: object) -> None:
        """Write down a rating; one with too long a reason is kept without it."""
        if isinstance(reason, str) and _is_too_long(reason):
            why = f"the rating is sent without its reason, which has over {REASON_WORDS} words"
            self.refuse("reason", ReasonTooLong(why))
            reason = None
        self.record(ev.Rated, rating=rating, reason=reason, **fields)

    def refuse(self, what: str, error: Exception) -> None:
        """Count one thing that could not be written down, and say why once."""
        code, why = _explain(error)
        self.ledger.count(rejected=1)
        self.ledger.say_once(
            f"{what} {why}",
            "Afterword left out what it was told (%s, %s): %s. Said once; client.stats counts.",
            what,
            code,
            why,
        )


def _is_too_long(reason: str) -> bool:
    # Counting takes time in proportion: what no user typed is not counted.
    return len(reason) > ev.MAX_TEXT or count_words(reason) > REASON_WORDS


def _write(kind: type[ev.Event], told: Mapping[str, object]) -> bytes:
    given = {name: value for name, value in told.items() if value is not None}
    plain = msgspec.to_builtins(given, builtin_types=_UNCHANGED, enc_hook=_plain)
    body = _ENCODE(msgspec.convert({"type": _tag(kind), **plain}, kind))
    if len(body) > MAX_EVENT_BYTES:
        raise BodyTooLarge
    return body


def _tag(kind: type[ev.Event]) -> str:
    return str(kind.__struct_config__.tag)


def _plain(value: object) -> Any:  # noqa: ANN401  # whatever JSON has for it
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _explain(error: Exception) -> tuple[str, str]:
    # Never the error's own text where that may quote a value: users' words stay out of logs.
    if isinstance(error, ReasonTooLong | BodyTooLarge):
        return error.code, error.detail
    if isinstance(error, msgspec.ValidationError):
        return _explain_field(str(error))
    trace = error.__traceback__
    if isinstance(error, TypeError) and trace is not None and trace.tb_next is None:
        return InvalidField.code, str(error)  # the call itself: its names, no values
    return InvalidField.code, type(error).__name__


def _explain_field(text: str) -> tuple[str, str]:
    place = _PLACE.search(text)
    if place is None:
        return InvalidField.code, text
    said = text[: place.start()]
    field = place[1]
    if said.startswith("Invalid enum value"):
        return InvalidField.code, f"{field} is none of the known values"
    code = TextTooLong.code if f"<= {ev.MAX_TEXT}" in said else InvalidField.code
    return code, f"{field}: {said[:1].lower()}{said[1:]}"
