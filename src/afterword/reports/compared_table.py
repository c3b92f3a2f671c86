"""The table of a comparison: the differences of a row, in points, a line a row; and its notes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType, structs

from afterword.reports.compared import Change
from afterword.reports.tables import Cell, Column, Table, points_cell
from afterword.reports.wording import LEVEL_WORDS, counted, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Protocol

    class Comparing(Protocol):
        """A report that may compare; its rows have ``compared``."""

        @property
        def by(self) -> str | UnsetType:
            """What rows are split by."""

        @property
        def rows(self) -> Sequence[Any]:
            """Its rows."""

        @property
        def compared_with(self) -> str | UnsetType:
            """What it compares with."""


# Response rates this far apart are worth a sentence.
_APART: Final = 0.05
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def compared_tables(
    report: Comparing,
    shares: Mapping[str, str] = LEVEL_WORDS,
    *,
    n: str = "rated",
    words: Mapping[str, str] = _NONE,
) -> list[Table]:
    """Write one table; none where nothing was compared.

    Args:
        report: Any that compares.
        shares: What is compared of a row, and its heading.
        n: What a row is counted by: ``rated`` for ``n_rated``.
        words: Keys that readers are told in other words.
    """
    if report.compared_with is UNSET or not report.rows:
        return []
    names = [""] if report.by is UNSET else [one.strip() for one in report.by.split(",")]
    heads = (*(Column(name, is_text=True) for name in names), Column(n), Column(f"{n} there"))
    lines = tuple(
        (
            *(Cell(words.get(key, key)) for key in getattr(row, "keys", UNSET) or (row.key,)),
            *_figures(row, f"n_{n}", shares),
        )
        for row in report.rows
    )
    columns = (*heads, *(Column(head) for head in shares.values()))
    return [Table(columns, lines, f"In points above or below {report.compared_with}")]


def comparing(
    rows: Sequence[Any], words: str, alone: str = "with fewer than 5 people who rated there"
) -> list[str]:
    """Say what was compared, and what a difference is not.

    Args:
        rows: Of a report that compares.
        words: What with.
        alone: Why a row was not compared.
    """
    told = f"Differences are from {words}: an interval that holds 0 may be chance alone, and"
    notes = [f"{told} another mix of people or tasks can make a difference too."]
    found = [row.compared for row in rows if row.compared]
    if n_alone := len(rows) - len(found):
        notes.append(f"{counted(n_alone, 'row')} {alone}: not compared.")
    if n_short := sum(all(change.low is None for change in _changes(one)) for one in found):
        notes.append(f"{counted(n_short, 'row')} with too few ratings on a side: no difference.")
    for row in rows:
        there = getattr(row.compared, "response_rate", None)
        here = getattr(row, "response_rate", None)
        if here is not None and there is not None and abs(here - there) >= _APART:
            notes.append(
                f"{row.key}: {percent(there)} of shown asks were answered there, {percent(here)}"
                " here; part of a difference may be who answered."
            )
            break
    return notes


def _figures(row: Any, n: str, shares: Mapping[str, str]) -> tuple[Cell, ...]:  # noqa: ANN401  # of any report
    here = Cell(f"{getattr(row, n):,}")
    if not row.compared:
        return (here, *[Cell(percent(None))] * (1 + len(shares)))
    changes: list[Change] = [getattr(row.compared, name) for name in shares]
    cells = (points_cell(one.difference, one.low, one.high) for one in changes)
    return (here, Cell(f"{getattr(row.compared, n):,}"), *cells)


def _changes(compared: Any) -> Iterator[Change]:  # noqa: ANN401  # of any report
    held = (getattr(compared, one.name) for one in structs.fields(compared))
    return (one for one in held if isinstance(one, Change))
