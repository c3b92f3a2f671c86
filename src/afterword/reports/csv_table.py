"""A report as CSV: one line a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from msgspec import UNSET, Struct, UnsetType, json, structs

from afterword.reports.kinds import kind_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.reports.report import Report

# Names of fields; a number is a place in a tuple.
Path = tuple[str | int, ...]
# What makes a spreadsheet run a cell, in ASCII and in full width (OWASP, CSV injection).
_FULL_WIDTH: Final = "\uff1d\uff0b\uff0d\uff20"
_STARTS_FORMULA: Final = tuple(f"=+-@\t\r\n{_FULL_WIDTH}")


def csv_table(report: Report) -> str:
    """Write a header and the rows.

    What is null is empty; a level's parts stand in columns of their own (``negative_share``), and
    so do both keys of a row (``keys_1``); several words are joined by spaces. What no row has,
    because nobody asked for it, has no column.
    """
    fields = {one.name: one.type for one in structs.fields(kind_named(report.report).type)}
    row = get_args(fields["rows"])[0]
    unasked = {one.name for one in structs.fields(row) if _is_unasked(one, report)}
    paths = [path for path in _paths(row) if path[0] not in unasked]
    out = StringIO()
    # Line ends as RFC 4180 has them.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow("_".join(map(_column, path)) for path in paths)
    for one in report.rows:
        writer.writerow(_written(_value(one, path)) for path in paths)
    return out.getvalue()


def inert(text: str) -> str:
    """Keep a spreadsheet from running a text: an apostrophe before what starts a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def _is_unasked(field: structs.FieldInfo, report: Report) -> bool:
    return field.default is UNSET and all(getattr(row, field.name) is UNSET for row in report.rows)


def _paths(kind: Any, above: Path = ()) -> Iterator[Path]:  # noqa: ANN401  # any annotation
    for one in structs.fields(kind):
        path = (*above, one.name)
        inner = _inner(one.type)
        if isinstance(inner, type) and issubclass(inner, Struct):
            yield from _paths(inner, path)
        elif get_origin(inner) is tuple and Ellipsis not in get_args(inner):
            yield from ((*path, place) for place in range(len(get_args(inner))))
        else:
            yield path


def _inner(kind: Any) -> Any:  # noqa: ANN401  # any annotation
    # A row's part may be one that is sometimes missing.
    held = [one for one in get_args(kind) if one not in (type(None), UnsetType)]
    return held[0] if isinstance(kind, UnionType) and len(held) == 1 else kind


def _column(name: str | int) -> str:
    return name if isinstance(name, str) else str(name + 1)


def _value(row: Struct, path: Path) -> object:
    found: Any = row
    for name in path:
        if found is None or found is UNSET:
            break
        found = getattr(found, name) if isinstance(name, str) else found[name]
    return found


def _written(value: object) -> object:
    if isinstance(value, str):
        return inert(value)
    if value is UNSET:
        return None
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return inert(" ".join(value))
    if isinstance(value, tuple | dict | Struct):
        return json.encode(value).decode()
    return value
