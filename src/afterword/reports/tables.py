"""A report as a table of words and figures: what a terminal and a page both show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.reports.wording import percent, printable, span

if TYPE_CHECKING:
    from afterword.reports.report import Level

_WORDS_AT_MOST: Final = 40  # letters of a key in a terminal


class Cell(NamedTuple):
    """What stands in one place: a figure, and its doubt in smaller letters."""

    text: str
    aside: str = ""


class Column(NamedTuple):
    """A column. ``is_text``: words, to the left. ``is_extra``: not for a terminal's width."""

    head: str
    is_text: bool = False
    is_extra: bool = False


class Table(NamedTuple):
    """Columns, and a line of cells for each row; the first column names the row."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[Cell, ...], ...]
    caption: str = ""


def share_cell(level: Level) -> Cell:
    """Write a share and its interval; a count where there is no interval, a dash for no data."""
    if level.low is None:
        return Cell(f"{level.count:,}" if level.share is not None else percent(None))
    return Cell(percent(level.share), f"({span(level.low, level.high)})")


def text_lines(table: Table) -> list[str]:
    """Write a table for a terminal: the heads, then a line a row, each indented by two."""
    kept = [place for place, column in enumerate(table.columns) if not column.is_extra]
    columns = [_column([line[place] for line in table.lines]) for place in kept]
    heads = [table.columns[place] for place in kept]
    widths = [
        max([len(_shown(head.head)), *(len(text) for text in column)])
        for head, column in zip(heads, columns, strict=True)
    ]
    rows = [[_shown(head.head) for head in heads], *zip(*columns, strict=True)]
    is_left = [place == 0 or head.is_text for place, head in enumerate(heads)]
    aligned = [
        "  ".join(
            text.ljust(width) if left else text.rjust(width)
            for text, width, left in zip(row, widths, is_left, strict=True)
        )
        for row in rows
    ]
    return [f"  {line.rstrip()}" for line in aligned]


def _column(cells: list[Cell]) -> list[str]:
    # Figures stand under each other, and so do the intervals behind them.
    asides = [len(_shown(cell.aside)) for cell in cells if cell.aside]
    if not asides:
        return [_shown(cell.text) for cell in cells]
    width, aside = max(len(_shown(cell.text)) for cell in cells), max(asides)
    return [f"{_shown(cell.text):>{width}} {_shown(cell.aside):<{aside}}" for cell in cells]


def _shown(text: str) -> str:
    return printable(text, _WORDS_AT_MOST)
