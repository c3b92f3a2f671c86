"""A report beside the same report of other sessions: each row with its own key there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from afterword.reports.beside import shift_between
from afterword.reports.compared import Change
from afterword.reports.compared_table import comparing
from afterword.reports.comparison import read_comparison
from afterword.reports.rated import Row
from afterword.reports.report import OTHER
from afterword.reports.shifts import moved
from afterword.reports.wording import counted
from afterword.statistics.differences import square_and_add
from afterword.statistics.shares import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.reports.kind import Kind
    from afterword.reports.parts import Part
    from afterword.reports.report import Level, Report, View

    Estimated = Level | Part

_MANY: Final = 10  # rows
_ALONE: Final = "not there, or with fewer than 5 people there"
METHOD: Final = (
    " Compared: square and add of the intervals reported on both sides, each at the level it has"
    " there. People, and sessions, on both sides count as strangers: too wide where they are of"
    " one mind. Between rows nothing is adjusted. Newcombe 1998; Zou & Donner 2008."
)


def run_paired(kind: Kind[Any], history: History, chosen: Filter, view: View) -> Report:
    """Run a report for the chosen sessions and for those that a view compares with.

    Raises:
        InvalidField: ``view.compare`` cannot be followed, or would leave every row alone.
    """
    other = read_comparison(view.compare or "", chosen, view.named)
    alone = structs.replace(view, compare=None)
    here: Report = kind.run(history, chosen, alone)
    name = here.by or ""
    shift = shift_between((name,) if name else (), chosen, other.chosen)
    there: Report = kind.run(history, other.chosen, structs.replace(alone, own=chosen))
    held = {moved(key, name, shift) if shift else key: row for key, row in _keyed(there).items()}
    return _paired(kind, here, held, other.words)


def _paired(kind: Kind[Any], here: Report, held: Mapping[str, Any], words: str) -> Report:
    known = _keyed(here)
    told: Any = here
    rows = tuple(
        structs.replace(
            row,
            compared=_compared(kind, row, held[row.key])
            if row.key in known and row.key in held
            else None,
        )
        for row in told.rows
    )
    notes = comparing(rows, words, _ALONE) if rows else []
    if sum(bool(row.compared) for row in rows) >= _MANY:
        notes.append("Of so many differences some leave 0 by chance: nothing is adjusted for it.")
    if n_there := len(held.keys() - known.keys()):
        notes.append(f"{counted(n_there, 'row')} only there, not shown here.")
    found: Report = structs.replace(
        told,
        rows=rows,
        compared_with=words,
        notes=(*here.notes, *notes),
        method=here.method + METHOD,
    )
    return found


def _keyed(report: Report) -> dict[str, Any]:
    """Give the rows that have a key of their own: neither merged nor called like another one."""
    rows: tuple[Any, ...] = report.rows
    n = Counter(row.key for row in rows)
    return {row.key: row for row in rows if n[row.key] == 1 and not _is_merged(row)}


def _is_merged(row: Any) -> bool:  # noqa: ANN401  # a row of any report
    return isinstance(row, Row) and getattr(row, "value", row.key) == OTHER


def _compared(kind: Kind[Any], row: Struct, there: Struct) -> Struct | None:
    if kind.compared is None:
        return None
    values = {}
    for one in structs.fields(kind.compared):
        found = getattr(there, one.name)
        is_share = one.type is Change
        values[one.name] = _change(getattr(row, one.name), found) if is_share else found
    return kind.compared(**values)


def _change(here: Estimated, there: Estimated) -> Change:
    """Take a share from another; null where one of them has no interval."""
    a, b = _interval(there), _interval(here)
    if a is None or b is None:
        return Change(there.share)
    return Change(there.share, b.share - a.share, *square_and_add(a, b))


def _interval(one: Estimated) -> Interval | None:
    if one.share is None or one.low is None or one.high is None:
        return None
    return Interval(one.share, one.low, one.high)
