"""The keys of rows beside a chart: each told from the others, second keys below their first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import UNSET

from afterword.reports.rated import Row
from afterword.reports.report import OTHER
from afterword.reports.wording import printable

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

R = TypeVar("R", bound=Row)
_AT_MOST: Final = 36  # letters of a key
# Ends the first key of two in what the chart sorts by; what is printable never holds it.
_UNDER: Final = "\N{INVISIBLE SEPARATOR}"
_PARTS: Final = f"split(datum.label, '{_UNDER}')"
_IS_HEAD: Final = f"{_PARTS}[1] === ''"
# What is drawn of it: the second key, set in below a line of its own for the first.
LABEL: Final = f"{_IS_HEAD} || !{_PARTS}[1] ? {_PARTS}[0] : '\N{EM SPACE}' + {_PARTS}[1]"
WEIGHT: Final = {"condition": {"test": _IS_HEAD, "value": 600}, "value": 400}


def shown_rows(rows: Sequence[R]) -> dict[str, R | None]:
    """Name each row so that it can be drawn; None heads the rows of a first key."""
    found: dict[str, R | None] = {}
    heads: dict[str, str] = {}
    for row in rows:
        if row.keys is UNSET or row.key == OTHER:
            found[_new(_shown(row.key), found)] = row
            continue
        first, second = row.keys
        if first not in heads:
            heads[first] = _new(_shown(first), heads.values())
            found[heads[first] + _UNDER] = None
        found[_new(heads[first] + _UNDER + _shown(second), found)] = row
    return found


def _shown(key: str) -> str:
    return printable(key, _AT_MOST) or "(empty)"


def _new(name: str, taken: Container[str]) -> str:
    found, n = name, 2
    while found in taken:
        found, n = f"{name} ({n})", n + 1
    return found
