"""Use cases of too few people stand together, source by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.domain.counts import Cell, SharedPersons
from afterword.history.questions.use_cases import CaseCounts
from afterword.reports.estimates import merged
from afterword.reports.report import OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOBODY = SharedPersons(0, 0, (0, 0, 0), (0, 0, 0), (0, 0, 0))


def without_small(cases: Sequence[CaseCounts]) -> tuple[list[CaseCounts], int]:
    """Put use cases with fewer than five people who rated into ``other`` of their source.

    Returns:
        The use cases, and how many were merged.
    """
    kept, n_merged = [], 0
    for source in dict.fromkeys(case.source for case in cases):
        own = {case.cell.key: case for case in cases if case.source == source}
        cells, n = merged([case.cell for case in own.values()])
        n_merged += n
        left = {cell.key for cell in cells}
        gone = [case for key, case in own.items() if key not in left or key == OTHER]
        kept += [
            _merged(cell, gone) if n and cell.key == OTHER else own[cell.key] for cell in cells
        ]
    return kept, n_merged


def _merged(cell: Cell, gone: Sequence[CaseCounts]) -> CaseCounts:
    # No person sums, as in ``cell``: nobody knows who stands in several of them.
    before, after = (
        Cell(OTHER, n_rated=sum(getattr(case, side).n_rated for case in gone))
        for side in ("before", "after")
    )
    return CaseCounts(gone[0].source, cell, before, after, Cell(OTHER), _NOBODY, _NOBODY)
