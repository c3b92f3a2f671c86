"""One row of asks: what became of them, each step a share of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET, Struct, UnsetType

from afterword.reports.compared import Change
from afterword.reports.parts import Part, people_part
from afterword.statistics.clusters import Agreement, PeopleSums
from afterword.statistics.medians import median
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.domain.ask_counts import AskCell, AskSums
    from afterword.reports.report import View


class Seconds(Struct, frozen=True):
    """The middle of the times from showing to answer; null below six of them."""

    n: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


class ComparedAsks(Struct, frozen=True, kw_only=True):
    """What asks of a key are compared with, counted as they are."""

    n_granted: int
    shown: Change
    withdrawn: Change
    expired: Change
    answered: Change
    dismissed: Change
    ignored: Change


class AskRow(Struct, frozen=True, kw_only=True):
    """Asks of one key.

    ``shown``, ``withdrawn`` and ``expired`` are shares of the granted asks, ``answered`` (the
    response rate), ``dismissed`` and ``ignored`` shares of the shown ones. ``n_open``: shown or
    granted, and nothing has come of them yet. ``withdrawn_of_ended`` is what the weekly control of
    a trigger counts, expired and open asks apart, and ``withdrawn_most`` what it bears; null where
    nothing is controlled.
    """

    key: str
    n_granted: int
    n_people: int
    n_open: int
    shown: Part
    withdrawn: Part
    expired: Part
    answered: Part
    dismissed: Part
    ignored: Part
    seconds: Seconds
    withdrawn_of_ended: Part
    withdrawn_most: float | None
    compared: ComparedAsks | UnsetType | None = UNSET


def ask_rows(
    cells: Sequence[AskCell],
    seconds: Mapping[str, Mapping[float, int]],
    view: View,
    most: Mapping[str, float] | None = None,
) -> tuple[AskRow, ...]:
    """Give every cell its shares; how far people agree with themselves is pooled over cells.

    Args:
        cells: The counts.
        seconds: By key, from showing to answer.
        view: With the confidence level.
        most: By key, the share of withdrawn asks that is borne.
    """
    pools = {
        name: sum((Agreement.of([one]) for one in of_every), Agreement())
        for name, of_every in _by_name([_people_sums(cell) for cell in cells]).items()
    }
    return tuple(
        _row(cell, seconds.get(cell.key, {}), pools, view, (most or {}).get(cell.key))
        for cell in cells
    )


def people_sums(n_people: int, n: int, y: int, sums: AskSums) -> PeopleSums:
    """Put counts and sums over people together."""
    return PeopleSums(n_people, n, y, sums.m2, sums.my, sums.y2)


def _people_sums(cell: AskCell) -> dict[str, PeopleSums]:
    of_granted = {
        name: people_sums(cell.n_people, cell.granted, getattr(cell, name), sums)
        for name, sums in cell.of_granted.items()
    }
    of_shown = {
        name: people_sums(cell.n_shown_people, cell.shown, getattr(cell, name), sums)
        for name, sums in cell.of_shown.items()
    }
    of_ended = people_sums(cell.n_ended_people, cell.ended, cell.withdrawn, cell.of_ended)
    return {**of_granted, **of_shown, "withdrawn_of_ended": of_ended}


def _by_name(cells: list[dict[str, PeopleSums]]) -> dict[str, list[PeopleSums]]:
    names = {name for cell in cells for name in cell}
    return {name: [cell[name] for cell in cells if name in cell] for name in names}


def _row(
    cell: AskCell,
    seconds: Mapping[float, int],
    pools: Mapping[str, Agreement],
    view: View,
    most: float | None,
) -> AskRow:
    parts = {
        name: people_part(sums, pools[name], view) for name, sums in _people_sums(cell).items()
    }
    ended = cell.answered + cell.dismissed + cell.withdrawn + cell.ignored + cell.expired
    return AskRow(
        key=cell.key,
        n_granted=cell.granted,
        n_people=cell.n_people,
        n_open=max(cell.granted - ended, 0),
        seconds=_seconds(seconds, view),
        withdrawn_most=most,
        compared=UNSET,
        **parts,
    )


def _seconds(counts: Mapping[float, int], view: View) -> Seconds:
    n = sum(counts.values())
    found = median(counts, confidence_level=view.confidence_level)
    if isinstance(found, NotEstimable):
        return Seconds(n)
    return Seconds(n, found.value, found.low, found.high)
