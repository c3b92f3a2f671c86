"""Reading what a caller sent into a value, naming everything that is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec import Struct

from afterword.errors import InputError, InvalidField, MissingField, UnknownField
from afterword.intake.decode import read_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

T = TypeVar("T", bound=Struct)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        NotJson: It is not JSON.
        InvalidField: It is not an object.
    """
    told = read_json(body)
    if not isinstance(told, dict):
        raise InvalidField("The body must be an object.", field="body")
    return told


def unknown_fields(told: Iterable[str], known: Collection[str]) -> list[InputError]:
    """Give one fault for each name that is not known."""
    return [_unknown(name, known) for name in told if name not in known]


def raise_together(faults: Sequence[InputError]) -> None:
    """Raise the first fault, its detail naming all of them; do nothing where there is none."""
    if faults:
        details = [fault.detail.removesuffix(".") for fault in faults]
        raise type(faults[0])(f"{'; '.join(details)}.", field=faults[0].field)


def read_query(kind: type[T], pairs: Iterable[tuple[str, str]]) -> T:
    """Read a query into a struct; its fields of type list may be given several times.

    Raises:
        InputError: The first kind of fault found, its detail naming every parameter at fault.
    """
    infos = {info.encode_name: info for info in msgspec.structs.fields(kind)}
    told: dict[str, Any] = {}
    faults: list[InputError] = []
    for name, value in pairs:
        info = infos.get(name)
        if info is None:
            faults.append(_unknown(name, infos))
        elif _CONTROL.search(value):
            faults.append(InvalidField(f"{name} holds a control character.", field=name))
        elif info.default_factory is list:
            told.setdefault(name, []).append(value)
        elif name in told:
            faults.append(InvalidField(f"{name} is given more than once.", field=name))
        else:
            told[name] = value
    raise_together([*faults, *_faults(told, infos, strict=False)])
    return msgspec.convert(told, kind, strict=False)


def read_struct(kind: type[T], body: bytes) -> T:
    """Read a JSON body into a struct.

    Raises:
        InputError: The first kind of fault found, its detail naming every field at fault.
    """
    infos = {info.encode_name: info for info in msgspec.structs.fields(kind)}
    told = read_object(body)
    raise_together([*unknown_fields(told, infos), *_faults(told, infos, strict=True)])
    return msgspec.convert(told, kind)


def _faults(
    told: Mapping[str, Any], infos: Mapping[str, msgspec.structs.FieldInfo], *, strict: bool
) -> list[InputError]:
    found: list[InputError] = []
    for name, info in infos.items():
        if name not in told:
            if info.required:
                found.append(MissingField(f"{name} is missing.", field=name))
            continue
        value = told[name]
        if isinstance(value, str) and _UNSTORABLE.search(value):
            found.append(InvalidField(f"{name} holds NUL or half a surrogate pair.", field=name))
            continue
        try:
            msgspec.convert(value, info.type, strict=strict)
        except msgspec.ValidationError as exc:
            found.append(InvalidField(f"{name}: {_lower(str(exc))}.", field=name))
    return found


def _unknown(name: str, known: Iterable[str]) -> UnknownField:
    shown = name.encode("utf-8", "backslashreplace").decode()[:80]
    return UnknownField(f"{shown} is none of {', '.join(known)}.", field=shown)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
