"""Our own events: one JSON object a line, or one document as the API takes it."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.errors import InputError, SetupError
from afterword.importers.checking import read_event
from afterword.importers.files import lines, opened
from afterword.importers.times import from_us, to_us
from afterword.intake import Refused, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.domain.events import AnyEvent
    from afterword.importers.files import Stream
    from afterword.importers.options import ImportOptions

MAX_DOCUMENT_BYTES: Final = 64 * 1_048_576  # a document is held in memory; lines are not
_DOCUMENT_BEGINS: Final = re.compile(rb'\[|\{\s*("events"|$)')  # no event on its line does


class _Envelope(Struct, forbid_unknown_fields=True):
    events: list[msgspec.Raw]


_DOCUMENT: Final = msgspec.json.Decoder(_Envelope | list[msgspec.Raw]).decode


def read(path: Path, options: ImportOptions) -> Iterator[Sourced | Refused]:
    """Read events from JSON Lines, a JSON array, or ``{"events": […]}``.

    Raises:
        SetupError: The file cannot be read.
    """
    for noun, number, line in _entries(path):
        where = f"{path} {noun} {number}"
        try:
            event = _complete(read_event(line), line, number, options)
        except InputError as error:
            yield Refused.of(where, error)
        else:
            yield Sourced(event, where)


def _entries(path: Path) -> Iterator[tuple[str, int, bytes]]:
    with opened(path) as stream:
        for number, line in lines(stream):
            if number == 1 and _DOCUMENT_BEGINS.match(line):
                for place, raw in enumerate(_document(path, line, stream), start=1):
                    yield "event", place, bytes(raw)
                return
            yield "line", number, line


def _document(path: Path, first: bytes, stream: Stream) -> list[msgspec.Raw]:
    body = first + b"\n" + stream.read(MAX_DOCUMENT_BYTES)
    if len(body) > MAX_DOCUMENT_BYTES:
        raise SetupError(f"{path} is a document of more than 64 MiB: write one event a line.")
    try:
        found = _DOCUMENT(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise SetupError(f'{path} is neither a list nor {{"events": […]}}: {exc}.') from exc
    return found.events if isinstance(found, _Envelope) else found


def _complete(event: AnyEvent, line: bytes, number: int, options: ImportOptions) -> AnyEvent:
    # The same file gives the same ids, so that reading it again changes nothing.
    if event.id is None:
        told = blake2b(b"%d %b" % (number, line), digest_size=12).hexdigest()
        event = msgspec.structs.replace(event, id=f"line-{told}")
    if event.at is None:
        return msgspec.structs.replace(event, at=from_us(options.started_us + number))
    to_us(event.at)
    return event
