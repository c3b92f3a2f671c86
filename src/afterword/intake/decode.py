"""From bytes to events: fast where all is well, thorough where something is wrong.

A bad event does not reject its neighbours: its rejection names every field at fault.
"""

from __future__ import annotations

import json
import re
import typing
from math import isfinite
from operator import attrgetter
from typing import Any, Final, NoReturn

import msgspec
from msgspec import Struct

from afterword.domain import events as ev
from afterword.errors import (
    BodyTooLarge,
    InputError,
    InvalidField,
    MissingField,
    NotJson,
    TextTooLong,
    TooManyEvents,
    UnknownField,
    UnknownType,
)
from afterword.intake.envelope import Rejection

Decoded = tuple[list[tuple[int, ev.AnyEvent | ev.Unrated]], list[Rejection]]
_ID_FIELDS: Final = ("id", "user_id", "conversation_id", "message_id", "ask_id", "session_id")


class _Body(Struct, frozen=True, forbid_unknown_fields=True):
    events: list[ev.AnyEvent]


_FAST: Final = msgspec.json.Decoder(_Body)
_TYPES: Final[dict[str, type[Struct]]] = {
    kind.__struct_config__.tag: kind for kind in typing.get_args(ev.AnyEvent)
}
_HINTS: Final = {
    kind: typing.get_type_hints(kind, include_extras=True) for kind in _TYPES.values()
}
_ID_NAMES: Final = {
    kind: tuple(name for name in _ID_FIELDS if name in kind.__struct_fields__)
    for kind in _TYPES.values()
}
# Of each type the names of its ids, and what reads them all at once.
_IDS: Final = {kind: (names, attrgetter(*names)) for kind, names in _ID_NAMES.items()}
_DIGITS: Final = 400  # beyond every float: what is longer becomes infinite, and is refused as such
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def decode_envelope(body: bytes) -> Decoded:
    """Decode ``{"events": […]}``.

    Args:
        body: UTF-8 JSON, at most 1 MiB.

    Returns:
        Events with their places in the envelope, and the rejections of the others.

    Raises:
        BodyTooLarge: The body has more than 1 MiB.
        NotJson: It is not JSON.
        InvalidField: It is not an object with a list ``events``.
        UnknownField: It holds something beside ``events``.
        TooManyEvents: It holds more than 1,000.
    """
    if len(body) > ev.MAX_BODY_BYTES:
        raise BodyTooLarge
    # NUL can only arrive as an escape, and no database column takes it.
    if b"\\u0000" not in body:
        try:
            events = _FAST.decode(body).events
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return _decode_slowly(body)
        _limit(len(events))
        return _sift(enumerate(events))
    return _decode_slowly(body)


def decode_event(raw: object) -> ev.AnyEvent:
    """Check one event that was read from JSON.

    Raises:
        InputError: The first kind of fault found, its detail naming every field at fault.
    """
    faults = _faults(raw)
    if faults:
        first = faults[0]
        raise type(first)("; ".join(fault.detail for fault in faults), field=first.field)
    event: ev.AnyEvent = msgspec.convert(raw, ev.AnyEvent)
    fault = _fault_of(event)
    if fault is not None:
        raise fault
    return event


def read_json(body: bytes) -> Any:  # noqa: ANN401  # JSON's edge
    """Read JSON strictly: no NaN, no lone surrogates hidden in bytes.

    Raises:
        NotJson: It is not JSON.
    """
    try:
        return json.loads(body, parse_constant=_refuse, parse_int=_whole)
    except (ValueError, RecursionError) as exc:
        raise NotJson(f"The body is not JSON: {exc}.") from exc


def _whole(digits: str) -> int | float:
    # Python refuses to read longer ones, and with them the neighbours of their event.
    return int(digits) if len(digits) <= _DIGITS else float(digits)


def _refuse(constant: str) -> NoReturn:
    msg = f"{constant} is not JSON"
    raise ValueError(msg)


def _limit(n_events: int) -> None:
    if n_events > ev.MAX_EVENTS:
        raise TooManyEvents(
            f"events holds {n_events:,}; an envelope holds at most {ev.MAX_EVENTS:,}.",
            field="events",
        )


def _sift(events: typing.Iterable[tuple[int, ev.AnyEvent]]) -> Decoded:
    good: list[tuple[int, ev.AnyEvent | ev.Unrated]] = []
    bad: list[Rejection] = []
    for index, event in events:
        fault = _fault_of(event)
        if fault is None:
            good.append((index, event))
        else:
            bad.append(Rejection.of(index, fault))
    return good, bad


def _decode_slowly(body: bytes) -> Decoded:
    told = read_json(body)
    if not isinstance(told, dict) or not isinstance(told.get("events"), list):
        raise InvalidField('The body must be an object with a list "events".', field="events")
    for name in told:
        if name != "events":
            raise UnknownField(f"{name} is not a field of an envelope.", field=name)
    _limit(len(told["events"]))
    good: list[tuple[int, ev.AnyEvent | ev.Unrated]] = []
    bad: list[Rejection] = []
    for index, raw in enumerate(told["events"]):
        try:
            good.append((index, decode_event(raw)))
        except InputError as error:
            bad.append(Rejection.of(index, error))
    return good, bad


def _fault_of(event: ev.AnyEvent) -> InputError | None:
    # What msgspec's types do not say. Nearly all ids are printable, and that is one look at them
    # all.
    names, values_of = _IDS[type(event)]
    values = values_of(event)
    if not "".join(filter(None, values)).isprintable():
        for name, value in zip(names, values, strict=True):
            if value is not None and _CONTROL.search(value):
                return InvalidField(f"{name} holds a control character.", field=name)
    traits = getattr(event, "traits", None)
    if traits and any(type(one) is float and not isfinite(one) for one in traits.values()):
        return InvalidField("traits holds a number that no computer can keep.", field="traits")
    if type(event) is ev.Feedback and event.value is None and event.score is None:
        return MissingField("value is missing: up, down, or a score in [0, 1].", field="value")
    return None


def _faults(raw: object) -> list[InputError]:
    if not isinstance(raw, dict):
        return [InvalidField("An event must be an object.", field="event")]
    if "type" not in raw:
        return [MissingField("type is missing.", field="type")]
    told = raw["type"] if isinstance(raw["type"], str) else None
    kind = _TYPES.get(told or "")
    if kind is None:
        known = ", ".join(_TYPES)
        return [UnknownType(f"type {told!r:.80} is none of {known}.", field="type")]
    hints = _HINTS[kind]
    found: list[InputError] = []
    for name, value in raw.items():
        if name == "type":
            continue
        fault = _field_fault(name, value, hints)
        if fault is not None:
            found.append(fault)
    found += [
        MissingField(f"{info.name} is missing.", field=info.name)
        for info in msgspec.structs.fields(kind)
        if info.required and info.name not in raw
    ]
    return found


def _field_fault(name: str, value: object, hints: dict[str, Any]) -> InputError | None:
    if name not in hints:
        shown = name.encode("utf-8", "backslashreplace").decode()
        return UnknownField(f"{shown:.80} is not a field of this event.", field=shown[:80])
    if _holds_unstorable(value):
        return InvalidField(f"{name} holds NUL or half a surrogate pair.", field=name)
    try:
        msgspec.convert(value, hints[name])
    except (msgspec.MsgspecError, OverflowError) as exc:
        if isinstance(value, str) and len(value) > ev.MAX_TEXT:
            return TextTooLong(
                f"{name} has {len(value):,} characters; at most {ev.MAX_TEXT:,} are taken.",
                field=name,
            )
        return InvalidField(f"{name}: {_lower(str(exc))}.", field=name)
    return None


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _holds_unstorable(value: object) -> bool:
    # No field holds more than a list or a map of plain values: what lies deeper is refused for it.
    if isinstance(value, dict):
        parts = [*value, *value.values()]
    else:
        parts = value if isinstance(value, list) else [value]
    return any(isinstance(part, str) and _UNSTORABLE.search(part) for part in parts)
