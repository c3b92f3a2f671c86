"""The ranking of use cases: the shares of one source estimated together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from afterword.reports.use_cases.rows import Rank, Shrunken, ShrunkenLevels
from afterword.reports.wording import LEVELS
from afterword.statistics.levels import effective, people_sums
from afterword.statistics.ranks import rank
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from afterword.domain.counts import Cell
    from afterword.reports.report import View
    from afterword.statistics.clusters import Agreement, PeopleSums

_NEGATIVE: Final = LEVELS.index("negative")


class Ranked(NamedTuple):
    """What the use cases of one source say together."""

    levels: ShrunkenLevels
    rank: Rank | None


def ranked(cells: Sequence[Cell], pool: Agreement, view: View) -> list[Ranked]:
    """Estimate the shares of one source's use cases together and rank them, in the order given.

    Args:
        cells: Those that stand alone.
        pool: What ``agreement`` found in all cells of the report.
        view: With the level of the intervals.
    """
    told = [place for place, cell in enumerate(cells) if cell.n_rated]
    sizes = [[_size(sums, pool) for sums in people_sums(cells[place])] for place in told]
    counts = np.array(sizes, float).reshape(len(told), len(LEVELS), 2)
    levels = [_shrunk(counts[:, level], view) for level in range(len(LEVELS))]
    found = [Ranked(ShrunkenLevels(), None)] * len(cells)
    for at, place in enumerate(told):
        shares = ShrunkenLevels(*(level[at][0] for level in levels))
        found[place] = Ranked(shares, levels[_NEGATIVE][at][1])
    return found


def _size(sums: PeopleSums, pool: Agreement) -> tuple[float, float]:
    # Shrinking is for small groups too: those without an interval of their own stand in it.
    found = effective(sums, pool)
    n = sums.n / pool.design_effect(sums) if isinstance(found, NotEstimable) else found.n
    return sums.share * n, n


def _shrunk(counts: NDArray[np.float64], view: View) -> list[tuple[Shrunken, Rank | None]]:
    y, n = counts.T
    found = rank(y, n, level=view.confidence_level)
    if isinstance(found, NotEstimable):
        return [(Shrunken(), None)] * len(n)
    return [
        (
            Shrunken(float(found.share[at]), float(found.low[at]), float(found.high[at])),
            Rank(int(found.place[at]), int(found.first[at]), int(found.last[at])),
        )
        for at in range(len(n))
    ]
