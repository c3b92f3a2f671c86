"""A report as a table of words and figures: what a terminal and a page both show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.reports.wording import percent, points, printable, span

if TYPE_CHECKING:
    from afterword.reports.report import Level

_WORDS_AT_MOST: Final = 40  # letters of a key in a terminal
_WORDS_AT_LEAST: Final = 12  # a day is never cut
_WIDTH: Final = 110  # of a terminal, in letters


class Cell(NamedTuple):
    """What stands in one place: a figure, and its doubt in smaller letters."""

    text: str
    aside: str = ""


class Column(NamedTuple):
    """A column.

    ``is_text``: words, to the left. ``is_extra``: not for a terminal's width. ``is_key``: names
    that a host gave, cut where a line would be too long, as those of the first column are.
    """

    head: str
    is_text: bool = False
    is_extra: bool = False
    is_key: bool = False


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


def points_cell(value: float | None, low: float | None, high: float | None) -> Cell:
    """Write a difference of shares in points, with its interval; a dash where there is none."""
    if value is None or low is None or high is None:
        return Cell(percent(None))
    return Cell(points(value), f"({points(low)} to {points(high)})")


def text_lines(table: Table) -> list[str]:
    """Write a table for a terminal: the heads, then a line a row, each indented by two."""
    for at_most in range(_WORDS_AT_MOST, _WORDS_AT_LEAST, -4):
        lines = _lines(table, at_most)
        if max(len(line) for line in lines) <= _WIDTH:
            return lines
    return _lines(table, _WORDS_AT_LEAST)


def _lines(table: Table, at_most: int) -> list[str]:
    kept = [place for place, column in enumerate(table.columns) if not column.is_extra]
    heads = [table.columns[place] for place in kept]
    longest = [
        at_most if head.is_key or not place else _WORDS_AT_MOST for place, head in enumerate(heads)
    ]
    columns = [
        _column([line[place] for line in table.lines], most)
        for place, most in zip(kept, longest, strict=True)
    ]
    names = [_shown(head.head, most) for head, most in zip(heads, longest, strict=True)]
    widths = [
        max([len(name), *(len(text) for text in column)])
        for name, column in zip(names, columns, strict=True)
    ]
    is_left = [place == 0 or head.is_text for place, head in enumerate(heads)]
    aligned = [
        "  ".join(
            text.ljust(width) if left else text.rjust(width)
            for text, width, left in zip(row, widths, is_left, strict=True)
        )
        for row in [names, *zip(*columns, strict=True)]
    ]
    return [f"  {line.rstrip()}" for line in aligned]


def _column(cells: list[Cell], at_most: int) -> list[str]:
    # Figures stand under each other, and so do the intervals behind them.
    texts = [_shown(cell.text, at_most) for cell in cells]
    asides = [len(_shown(cell.aside, at_most)) for cell in cells if cell.aside]
    if not asides:
        return texts
    width, aside = max(len(text) for text in texts), max(asides)
    return [
        f"{text:>{width}} {_shown(cell.aside, at_most):<{aside}}"
        for text, cell in zip(texts, cells, strict=True)
    ]


def _shown(text: str, at_most: int) -> str:
    """Cut in the middle: long names often differ at their ends."""
    shown = printable(text)
    if len(shown) <= at_most:
        return shown
    end = at_most // 3
    return f"{shown[: at_most - end - 1]}…{shown[-end:]}"
