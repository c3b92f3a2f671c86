"""The trend: how sessions were rated day by day, week by week or month by month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import UNSET, structs

from afterword.domain.counts import Cell, Returns
from afterword.errors import InvalidField
from afterword.history.filters import PERIODS
from afterword.history.questions.ratings import ratings
from afterword.history.questions.returns import returns
from afterword.reports import notes
from afterword.reports.beside import beside
from afterword.reports.compared import METHOD as COMPARED
from afterword.reports.compared_table import comparing
from afterword.reports.estimates import METHOD, estimates
from afterword.reports.kind import Kind
from afterword.reports.rated import moved_lines
from afterword.reports.report import Mark, View, stamp, window
from afterword.reports.retention import Leads, Retention, leads, retention
from afterword.reports.standing import StandingReport, StandingRow, standing_rows
from afterword.reports.trend_table import trend_tables
from afterword.reports.trend_text import text

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.journal.markers import Marker
    from afterword.reports.beside import Beside

NAME: Final = "trend"
_DEFAULT: Final = "week"
# Ten years of days. One import with a stray year must not make a million empty rows.
# Above so many sessions not every person is followed: coming back must be told within a second.
_SESSIONS_AT_MOST: Final = 2_000_000
_ROWS_AT_MOST: Final = 3_660


class TrendRow(StandingRow, frozen=True, kw_only=True):
    """The sessions of one period, and who came back."""

    retention: Retention


class TrendReport(StandingReport, frozen=True, kw_only=True):
    """How ratings move. ``leads``: by how long before retention; null where it cannot be told."""

    rows: tuple[TrendRow, ...]
    leads: Leads | None


def run(history: History, chosen: Filter, view: View) -> TrendReport:
    """Count the chosen sessions by period and report them.

    Raises:
        InvalidField: ``view.by`` is no period, or ``view.compare`` cannot be followed.
    """
    by = period_of(view)
    other = beside(history, chosen, structs.replace(view, by=by))
    cells = ratings(history, chosen, by)
    one_in = -(-sum(cell.n_sessions for cell in cells) // _SESSIONS_AT_MOST) or 1
    told = report(cells, chosen, view, returns(history, chosen, by, one_in=one_in), other)
    if one_in == 1:
        return told
    drawn = f"Coming back is counted on one person in {one_in}, so that it is told at once."
    return structs.replace(told, notes=(*told.notes, drawn))


def report(
    cells: list[Cell],
    chosen: Filter,
    view: View,
    back: dict[str, Returns] | None = None,
    other: Beside | None = None,
) -> TrendReport:
    """Report one row a period, with empty ones between the first and the last.

    Args:
        cells: By period.
        chosen: What they count.
        view: How a reader wants to see it.
        back: Who came back, by period.
        other: What each period is compared with.

    Raises:
        InvalidField: ``view.by`` is no period.
    """
    by = period_of(view)
    filled = _filled(cells, by)
    found = estimates(filled, view)
    told = notes.many_rows(found, view.lines, rows=by)
    rows = tuple(
        TrendRow(**structs.asdict(row), retention=retention((back or {}).get(row.key), view))
        for row in standing_rows(found, view, other)
    )
    is_cut = _cuts(filled, chosen, by)
    kept = rows[is_cut[0] : len(rows) - is_cut[1]]
    lag, words = leads([row.positive for row in kept], [row.retention for row in kept], by)
    return TrendReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=(
            *told,
            *_cut_periods(is_cut, by),
            *_unfilled(filled, by),
            *words,
            *(() if other is None else comparing(rows, other.words)),
        ),
        compared_with=UNSET if other is None else other.words,
        leads=lag,
        confidence_level=view.confidence_level,
        method=METHOD if other is None else METHOD + COMPARED,
        by=by,
        markers=tuple(_mark(one) for one in view.markers if _is_within(one.at_us, chosen)),
        lines=moved_lines(view),
    )


def period_of(view: View) -> str:
    """Give the period of a view, a week where it names none.

    Raises:
        InvalidField: It names something else.
    """
    by = view.by or _DEFAULT
    if by not in PERIODS:
        raise InvalidField(
            f"by: a trend runs by {', '.join(PERIODS)}, not {by!r:.80}.", field="by"
        )
    return by


def period_end(start: date, by: str) -> date:
    """Give the first day after the period that starts on a day; the calendar's last has none."""
    try:
        if by == "month":
            return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        return start + timedelta(days=7 if by == "week" else 1)
    except OverflowError:
        return date.max


def _filled(cells: list[Cell], by: str) -> list[Cell]:
    if not cells:
        return []
    known = {cell.key: cell for cell in cells}
    # ISO dates sort as text.
    day, last = date.fromisoformat(min(known)), date.fromisoformat(max(known))
    found = [known[day.isoformat()]]
    while day < last:
        day = period_end(day, by)
        found.append(known.get(day.isoformat(), Cell(day.isoformat())))
        if len(found) > _ROWS_AT_MOST:
            return cells
    return found


def _unfilled(cells: list[Cell], by: str) -> list[str]:
    gaps = any(
        period_end(date.fromisoformat(one.key), by).isoformat() != following.key
        for one, following in pairwise(cells)
    )
    return [f"{by.capitalize()}s without sessions are left out: too many."] if gaps else []


def _cuts(cells: list[Cell], chosen: Filter, by: str) -> tuple[bool, bool]:
    """Tell whether the window begins inside the first period, and ends inside the last."""
    if not cells or by == "day":
        return False, False
    first = date.fromisoformat(cells[0].key)
    end = period_end(date.fromisoformat(cells[-1].key), by)
    return (
        chosen.from_us is not None and _midnight_us(first) < chosen.from_us,
        chosen.to_us is not None and chosen.to_us < _midnight_us(end),
    )


def _cut_periods(is_cut: tuple[bool, bool], by: str) -> list[str]:
    told = (
        f"The first {by} is not whole: the window begins inside it.",
        f"The last {by} is not whole: the window ends inside it.",
    )
    return [note for note, is_told in zip(told, is_cut, strict=True) if is_told]


def _midnight_us(day: date) -> int:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


def _is_within(at_us: int, chosen: Filter) -> bool:
    is_after = chosen.from_us is None or at_us >= chosen.from_us
    return is_after and (chosen.to_us is None or at_us < chosen.to_us)


def _mark(marker: Marker) -> Mark:
    return Mark(stamp(marker.at_us), marker.kind, marker.text)


KIND: Final = Kind(
    name=NAME,
    title="How sessions were rated",
    type=TrendReport,
    run=run,
    tables=trend_tables,
    text=text,
    chart="afterword.reports.trend_chart",
    compares=True,
)
