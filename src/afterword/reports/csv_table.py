"""A report as CSV: one line a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, get_args

from msgspec import Struct, json, structs

from afterword.reports.kinds import kind_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.reports.report import Report

Path = tuple[str, ...]
# What makes a spreadsheet run a cell, in ASCII and in full width (OWASP, CSV injection).
_FULL_WIDTH: Final = "\uff1d\uff0b\uff0d\uff20"
_STARTS_FORMULA: Final = tuple(f"=+-@\t\r\n{_FULL_WIDTH}")


def csv_table(report: Report) -> str:
    """Write a header and the rows.

    What is null is empty; a level's parts stand in columns of their own (``negative_share``);
    several words are joined by spaces.
    """
    fields = {one.name: one.type for one in structs.fields(kind_named(report.report).type)}
    paths = list(_paths(get_args(fields["rows"])[0]))
    out = StringIO()
    # Line ends as RFC 4180 has them.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow("_".join(path) for path in paths)
    for one in report.rows:
        writer.writerow(_written(_value(one, path)) for path in paths)
    return out.getvalue()


def inert(text: str) -> str:
    """Keep a spreadsheet from running a text: an apostrophe before what starts a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def _paths(kind: Any, above: Path = ()) -> Iterator[Path]:  # noqa: ANN401  # any annotation
    for one in structs.fields(kind):
        inner = _struct(one.type)
        path = (*above, one.name)
        yield from [path] if inner is None else _paths(inner, path)


def _struct(kind: Any) -> type[Struct] | None:  # noqa: ANN401  # any annotation
    # A row's part may be a struct, or one that is sometimes missing.
    if isinstance(kind, type) and issubclass(kind, Struct):
        return kind
    held = [one for one in get_args(kind) if isinstance(one, type) and issubclass(one, Struct)]
    return held[0] if held and type(None) in get_args(kind) else None


def _value(row: Struct, path: Path) -> object:
    found: object = row
    for name in path:
        found = None if found is None else getattr(found, name)
    return found


def _written(value: object) -> object:
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return inert(" ".join(value))
    if isinstance(value, tuple | dict | Struct):
        return json.encode(value).decode()
    return value
