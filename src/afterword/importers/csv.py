"""Tables: each row one rated session, or one message where there is a role.

A row without a role becomes a session of one user and one agent message: enough to be rated, and
no more is known. Ids come from the row, so that reading it again changes nothing.
"""

from __future__ import annotations

import csv
import io
import math
import re
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import msgspec

from afterword.domain.events import Role
from afterword.errors import InputError, InvalidField, MissingField, SetupError
from afterword.importers.checking import check_event
from afterword.importers.columns import COMMON, MESSAGE, Columns, attributes, check_fields
from afterword.importers.files import opened
from afterword.importers.scale import read_rating
from afterword.importers.times import from_us, read_at
from afterword.intake import Refused, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.domain.events import AnyEvent
    from afterword.importers.options import ImportOptions

__all__ = ["check_fields", "read"]

Raw = dict[str, Any]
_DELIMITERS: Final = ",;\t|"
_QUOTED: Final = re.compile(r'"[^"]*"')
_ROLES: Final = {
    "user": Role.USER,
    "human": Role.USER,
    "customer": Role.USER,
    "agent": Role.AGENT,
    "assistant": Role.AGENT,
    "bot": Role.AGENT,
    "tool": Role.TOOL,
    "function": Role.TOOL,
}
_NUMBERS: Final = {"latency_ms": float, "cost_usd": float, "tokens": int}


def read(path: Path, options: ImportOptions) -> Iterator[Sourced | Refused]:
    """Read a table with a header; a row is taken whole or not at all.

    Raises:
        SetupError: The file cannot be read, is not UTF-8, or lacks a column.
    """
    with opened(path) as stream:
        try:
            with io.TextIOWrapper(stream, "utf-8-sig", newline="") as text:
                yield from _read(path, text, options)
        except UnicodeDecodeError as exc:
            raise SetupError(f"{path} is not UTF-8; save it as UTF-8 first.") from exc


def _read(
    path: Path, text: io.TextIOWrapper, options: ImportOptions
) -> Iterator[Sourced | Refused]:
    header = text.readline()
    if not header.strip():
        raise SetupError(f"{path} is empty, or its first line is not a header.")
    delimiter = max(_DELIMITERS, key=_QUOTED.sub("", header).count)
    rows = csv.reader(chain((header,), text), delimiter=delimiter, strict=True)
    columns = _columns(path, rows, options)
    while True:
        where = f"{path} line {rows.line_num + 1}"
        try:
            row = next(rows, None)
            if row is None:
                return
            events = _row(row, rows.line_num, columns, options)
        except csv.Error as exc:
            yield Refused(where, InvalidField.code, f"The row is no CSV: {exc} (an open quote?).")
        except InputError as error:
            yield Refused(where, error.code, _naming(columns, error))
        else:
            yield from (Sourced(event, where) for event in events)


def _columns(path: Path, rows: Iterator[list[str]], options: ImportOptions) -> Columns:
    try:
        header = next(rows)
    except csv.Error as exc:
        raise SetupError(f"{path} has no header: {exc}.") from exc
    return Columns(path, header, options.columns)


def _naming(columns: Columns, error: InputError) -> str:
    column = columns.name(error.field)
    return error.detail if column is None else f"column {column}: {error.detail}"


def _row(row: list[str], number: int, columns: Columns, options: ImportOptions) -> list[AnyEvent]:
    if not any(row):
        return []
    if len(row) != len(columns.header):
        raise InvalidField(f"The row has {len(row)} fields and the header {len(columns.header)}.")
    values = columns.values(row)
    events = _events(values, number, options, is_message=columns.has_messages)
    return [check_event(raw) for raw in events]


def _events(
    values: dict[str, str], number: int, options: ImportOptions, *, is_message: bool
) -> Iterator[Raw]:
    key = _key(values, number, is_message=is_message)
    common: Raw = {"conversation_id": _conversation(values, key, is_message=is_message)}
    common |= {name: values[name] for name in COMMON if name in values}
    # Rows without a time keep their order.
    at_us = read_at(values["at"]) if "at" in values else options.started_us + number
    common["at"] = from_us(at_us)
    told = dict(attributes(values))
    if told:
        kind = "session.updated" if is_message else "session.started"
        yield {"id": f"{key}-attributes", "type": kind, **common, **told}
    if is_message:
        yield {"id": f"{key}-message", "type": "message", **common, **_message(values)}
        yield from _rating(values, key, common, options)
        return
    for role in (Role.USER, Role.AGENT):
        yield {"id": f"{key}-{role}", "type": "message", **common, "role": role}
    yield from _rating(values, key, common, options)
    outcome = {"outcome": values["outcome"]} if "outcome" in values else {}
    yield {"id": f"{key}-end", "type": "session.ended", **common, **outcome}


def _key(values: dict[str, str], number: int, *, is_message: bool) -> str:
    # What names itself is known again in any file; what does not, in the same file.
    if "id" in values:
        return _digest(values.get("conversation_id"), values["id"])
    is_named = "conversation_id" in values and not is_message
    digest = _digest(sorted(values.items()), None if is_named else number)
    # In the order of time where it is known: ids at random cost the journal dearly.
    return f"{values['at'][:40]}-{digest}" if "at" in values else digest


def _digest(*said: object) -> str:
    return blake2b(msgspec.json.encode(said), digest_size=12).hexdigest()


def _conversation(values: dict[str, str], key: str, *, is_message: bool) -> str:
    if "conversation_id" in values:
        return values["conversation_id"]
    if is_message:
        raise MissingField("conversation_id is missing.", field="conversation_id")
    return values.get("id", f"row-{key}")


def _rating(
    values: dict[str, str], key: str, common: Raw, options: ImportOptions
) -> Iterator[Raw]:
    if "rating" in values:
        rating = read_rating(values["rating"], options.scale)
        reason = {"reason": values["reason"]} if "reason" in values else {}
        yield {"id": f"{key}-rating", "type": "rating", **common, "rating": rating, **reason}
    elif "reason" in values:
        raise MissingField("rating is missing, yet there is a reason.", field="rating")


def _message(values: dict[str, str]) -> Raw:
    if "role" not in values:
        raise MissingField("role is missing.", field="role")
    role = _ROLES.get(values["role"].casefold())
    if role is None:
        known = ", ".join(_ROLES)
        raise InvalidField(f"{values['role']!r:.40} is none of {known}.", field="role")
    found: Raw = {name: values[name] for name in MESSAGE if name in values}
    for name, kind in _NUMBERS.items():
        if name in found:
            found[name] = _number(name, found[name], kind)
    return {**found, "role": role}


def _number(name: str, text: str, kind: type[float]) -> float:
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidField(f"{text!r:.40} is no number.", field=name)
    return value
