"""A file of daily counts: one row a day, every fault named by line and column."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING, Final

from afterword.errors import InvalidField, SetupError
from afterword.monitoring.streams.days import Day
from afterword.statistics.clusters import PeopleSums

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Row = dict[str, str]

LEVELS: Final = ("positive", "neutral", "negative")
SUMS: Final = ("m2", "my", "y2")
_NEEDED: Final = ("date", *LEVELS)
_KNOWN: Final = (*_NEEDED, "persons", *SUMS)
_MOST: Final = 1_000_000_000  # ratings of a day: more is a slip, and its square is no sum
_DIGITS: Final = 20
_SHOWN: Final = 10


class _FaultError(ValueError):
    """A column of a row cannot be what it says."""

    def __init__(self, column: str, told: str) -> None:
        super().__init__(f"column {column}: {told}")


def read_counts(path: Path) -> list[Day]:
    """Read the days of a stream.

    Raises:
        SetupError: The file cannot be read, or its header is another one.
        InvalidField: Rows are wrong; each is named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = csv.DictReader(text, strict=True, skipinitialspace=True)
            _check_header(path, rows.fieldnames)
            days, faults = _read(rows)
    except OSError as exc:
        raise SetupError(f"{path} cannot be read: {exc.strerror}.", field="file") from exc
    except UnicodeDecodeError as exc:
        raise SetupError(f"{path} is not UTF-8; save it as UTF-8 first.", field="file") from exc
    except csv.Error as exc:
        raise SetupError(f"{path} is no CSV: {exc}.", field="file") from exc
    if faults:
        told = "\n  ".join(faults[:_SHOWN])
        more = f"\n  and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise InvalidField(f"{path}\n  {told}{more}", field="file")
    return days


def _check_header(path: Path, header: object) -> None:
    found = [str(name).strip() for name in header] if isinstance(header, (list, tuple)) else []
    missing = [name for name in _NEEDED if name not in found]
    unknown = [name for name in found if name not in _KNOWN]
    sums = [name for name in (*SUMS, "persons") if name not in found]
    if missing:
        raise SetupError(f"{path} line 1: no column {', '.join(missing)}.", field=missing[0])
    if unknown:
        raise SetupError(
            f"{path} line 1: no column is called {', '.join(unknown)}; there are"
            f" {', '.join(_KNOWN)}.",
            field=unknown[0],
        )
    if sums and any(name in found for name in SUMS):
        raise SetupError(
            f"{path} line 1: no column {', '.join(sums)}; m2, my, y2 go together, with persons.",
            field=sums[0],
        )
    if len(set(found)) < len(found):
        raise SetupError(f"{path} line 1: a column stands there twice.", field="header")


def _read(rows: csv.DictReader[str]) -> tuple[list[Day], list[str]]:
    days: list[Day] = []
    faults: list[str] = []
    for row in rows:
        try:
            day = _day(row)
            _check_order(day, days)
        except _FaultError as fault:
            faults.append(f"line {rows.line_num}, {fault}")
        else:
            days.append(day)
    return days, faults


def _day(row: Row) -> Day:
    if None in row or None in row.values():
        raise _FaultError("date", "the row has more or fewer fields than the header")
    told = {str(name).strip(): value.strip() for name, value in row.items()}
    day = _date(told["date"])
    positive, neutral, negative = (_count(told, level) for level in LEVELS)
    n = positive + neutral + negative
    people = _people(told, n, negative) if "persons" in told else None
    return Day(day, (positive, neutral, negative), people)


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise _FaultError("date", f"{text[:40]!r} is no day such as 2026-11-30")
    return found


def _count(told: Row, column: str) -> int:
    text = told[column]
    if not text.removeprefix("-").isdecimal():
        raise _FaultError(column, f"{text[:40]!r} is no whole number")
    # A number of thousands of digits would take long to read.
    value = int(text) if len(text) <= _DIGITS else 10**_DIGITS
    if value < 0:
        raise _FaultError(column, f"{text} is less than nothing")
    if column in LEVELS and value > _MOST:
        raise _FaultError(column, f"{text[:20]} ratings on one day are more than {_MOST:,}")
    return value


def _people(told: Row, n: int, negative: int) -> PeopleSums | None:
    persons = _count(told, "persons")
    if persons > n or (n and not persons):
        raise _FaultError("persons", f"{persons} cannot have given {n} ratings")
    if "m2" not in told:
        return None
    m2, my, y2 = (_count(told, name) for name in SUMS)
    for column, value, low, high in _limits(persons, n, negative, m2, my, y2):
        if not low <= value <= high:
            raise _FaultError(column, f"{value} is not between {low} and {high}")
    return PeopleSums(persons, n, negative, m2, my, y2)


def _limits(
    persons: int, n: int, negative: int, m2: int, my: int, y2: int
) -> Iterator[tuple[str, int, int, int]]:
    # Each person gave at least one rating, 0 <= y <= m; Cauchy and Schwarz for the squares.
    yield "m2", m2, -(-n * n // persons) if persons else 0, n * n
    yield "y2", y2, negative, min(negative * negative, m2)
    yield "my", my, y2, min(n * negative, m2)


def _check_order(day: Day, days: list[Day]) -> None:
    if not days:
        return
    last = days[-1].date
    if day.date == last:
        raise _FaultError("date", f"{day.date} stands there twice")
    if day.date < last:
        raise _FaultError("date", f"{day.date} stands after {last}; days stand in order")
