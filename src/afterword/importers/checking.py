"""One event from bytes, checked by the rules of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.domain.events import MAX_BODY_BYTES
from afterword.errors import BodyTooLarge, InputError, NotJson
from afterword.intake.decode import decode_envelope, decode_event, read_json

if TYPE_CHECKING:
    from afterword.domain.events import AnyEvent

_ONE_VALUE: Final = msgspec.json.Decoder(msgspec.Raw).decode
_ENCODE: Final = msgspec.json.Encoder().encode


def read_event(line: bytes) -> AnyEvent:
    """Read one event from JSON.

    Raises:
        InputError: It is none; the error names the field at fault.
    """
    if len(line) > MAX_BODY_BYTES:
        raise BodyTooLarge("The line is larger than 1 MiB.")
    try:
        # The envelope's decoder is fast where all is well; a line must not reach beyond itself.
        _ONE_VALUE(line)
        found, _ = decode_envelope(b'{"events":[%b]}' % line)
    except (msgspec.MsgspecError, InputError):
        found = []
    if found:
        return found[0][1]  # type: ignore[return-value]  # only the server makes Unrated
    try:
        return decode_event(read_json(line))
    except NotJson as exc:
        raise NotJson(exc.detail.replace("The body", "The line")) from exc


def check_event(raw: dict[str, Any]) -> AnyEvent:
    """Check an event that an importer has put together.

    Raises:
        InputError: The error names the field at fault.
    """
    return read_event(_ENCODE(raw))
