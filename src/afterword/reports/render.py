"""A report in the format that somebody asked for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from afterword.errors import InvalidField
from afterword.reports import picture
from afterword.reports.csv_table import csv_table
from afterword.reports.page import page
from afterword.reports.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.reports.report import Report


def render(report: Report, form: str) -> bytes:
    """Write a report.

    Args:
        report: Of any kind.
        form: One of ``FORMATS``.

    Returns:
        Text as UTF-8.

    Raises:
        InvalidField: There is no such format.
    """
    if form not in FORMATS:
        known = ", ".join(FORMATS)
        raise InvalidField(f"format: {form!r:.80} is none of {known}.", field="format")
    return FORMATS[form](report)


def _json(report: Report) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def _csv(report: Report) -> bytes:
    # Half a surrogate pair has no bytes; the tables of the other formats show no such thing.
    return csv_table(report).encode(errors="replace")


def _svg(report: Report) -> bytes:
    return picture.svg(report).encode()


def _html(report: Report) -> bytes:
    return page(report).encode()


def _text(report: Report) -> bytes:
    return plain(report).encode()


FORMATS: Final[Mapping[str, Callable[[Report], bytes]]] = MappingProxyType(
    {
        "json": _json,
        "csv": _csv,
        "svg": _svg,
        "png": picture.png,
        "html": _html,
        "text": _text,
    }
)
