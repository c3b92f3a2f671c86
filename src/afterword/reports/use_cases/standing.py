"""A use case against the others and against itself before, both ends of the scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.use_cases.rows import Change, Ends, Shift
from afterword.reports.wording import LEVELS
from afterword.statistics.differences import SharedSums, difference
from afterword.statistics.discoveries import q_values
from afterword.statistics.levels import people_sums
from afterword.statistics.shares import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.counts import Cell, SharedPersons
    from afterword.history.questions.use_cases import CaseCounts
    from afterword.reports.report import View
    from afterword.statistics.clusters import Agreement
    from afterword.statistics.differences import Difference

_ENDS: Final = tuple(LEVELS.index(name) for name in ("positive", "negative"))
Both = tuple["Difference | NotEstimable", ...]


def standings(
    cases: Sequence[CaseCounts], alone: Sequence[int], pool: Agreement, view: View
) -> tuple[dict[int, Ends], list[Change]]:
    """Compare each with the other use cases of its source, and with itself before.

    Args:
        cases: Of all rows.
        alone: Places of those that have others to be compared with.
        pool: What ``agreement`` found in all cells of the report.
        view: With the level of the intervals.

    Returns:
        By place, those alone against the others; and the change of each. All tests are corrected
        together: in a product where nothing differs, one report in twenty finds something.
    """
    rest = [_ends(cases[at].rest, cases[at].cell, cases[at].shared, pool, view) for at in alone]
    moved = [_ends(case.before, case.after, case.both, pool, view) for case in cases]
    shifts = _corrected([*rest, *moved])
    changes = [
        Change(case.before.n_rated, case.after.n_rated, *both)
        for case, both in zip(cases, shifts[len(rest) :], strict=True)
    ]
    return {at: Ends(*both) for at, both in zip(alone, shifts, strict=False)}, changes


def _ends(
    first: Cell, second: Cell, both: SharedPersons, pool: Agreement, view: View
) -> Both | None:
    # A difference from four people would tell what they said.
    if min(first.persons.n_raters, second.persons.n_raters) < LEAST_PEOPLE:
        return None
    return tuple(
        difference(
            people_sums(first)[place],
            people_sums(second)[place],
            pool,
            shared=SharedSums(
                both.n_raters, both.mm, both.ym[place], both.my[place], both.yy[place]
            ),
            confidence_level=view.confidence_level,
        )
        for place in _ENDS
    )


def _corrected(found: Sequence[Both | None]) -> list[list[Shift]]:
    """Correct all that was tested at once, at both ends."""
    shifts = [[_shift(one) for one in both or (None,) * len(_ENDS)] for both in found]
    flat = [(row, end) for row, both in enumerate(shifts) for end in range(len(both))]
    tested = [(row, end) for row, end in flat if shifts[row][end].q is not None]
    for (row, end), q in zip(
        tested, q_values([shifts[row][end].q or 0.0 for row, end in tested]), strict=True
    ):
        shifts[row][end] = structs.replace(shifts[row][end], q=q)
    return shifts


def _shift(found: Difference | NotEstimable | None) -> Shift:
    if found is None or isinstance(found, NotEstimable):
        return Shift()
    return Shift(found.value, found.low, found.high, found.p_value)
