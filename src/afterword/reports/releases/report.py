"""Releases: did a change of model or prompt hurt, beyond what chance and the mix explain?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from afterword.errors import InvalidField
from afterword.history.questions.ratings import ratings
from afterword.history.questions.releases import days_of, kinds_of, shared_by_pair, use_cases
from afterword.history.splits import names_of
from afterword.reports.estimates import LEAST_PEOPLE, estimates, merged
from afterword.reports.estimates import METHOD as LEVELS_METHOD
from afterword.reports.rated import RatedReport, Row, moved_lines
from afterword.reports.releases.against import Against, Field, against
from afterword.reports.releases.notes import notes_of
from afterword.reports.releases.pairs import Pair, pairs_of, pairs_with
from afterword.reports.report import OTHER, View, window
from afterword.reports.wording import LEVELS
from afterword.statistics.levels import agreement
from afterword.statistics.strata import Stratum

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.domain.counts import Cell
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.releases import Keys, Kind
    from afterword.reports.estimates import Estimate
    from afterword.reports.releases.pairs import Days

NAME: Final = "releases"
METHOD: Final = (
    f"{LEVELS_METHOD} Differences: square and add on effective ratings, with the correlation of"
    " people who rated in both. Always: normal mixture around 5 points at 1 - alpha/2k for k"
    " comparisons. Win: Brunner-Munzel over people. Mix: Kitagawa's two components over use case"
    " and whether people were new; Mantel-Haenszel difference with Sato's variance, and direct"
    " standardisation. Newcombe 1998; Zou & Donner 2008; Howard et al. 2021; Waudby-Smith et al."
    " 2024; Brunner & Munzel 2000; Kitagawa 1955; Greenland & Robins 1985; Sato 1989."
)
_MAY_SPLIT: Final = ("release", "model", "prompt_version")
_MOST: Final = 50  # releases; the newest ones
_CASES: Final = 20  # use cases of their own in the mix


class ReleaseRow(Row, frozen=True, kw_only=True):
    """The sessions of one release; null ``against``: nothing to compare it with.

    ``other`` is no release: those with fewer than five raters together, without days.
    """

    first_seen: str | None
    last_seen: str | None
    against: Against | None = None


class ReleasesReport(RatedReport, frozen=True, kw_only=True):
    """Releases in the order in which they were first seen."""

    rows: tuple[ReleaseRow, ...]


def run(history: History, chosen: Filter, view: View) -> ReleasesReport:
    """Count the chosen sessions of each release, and compare each with the one before.

    Raises:
        InvalidField: ``view.by`` is not made of release, model and prompt_version, or there is
            no release that ``view.compare`` names.
    """
    by = _by(view)
    cells, n_merged = merged(ratings(history, chosen, by, least_raters=LEAST_PEOPLE))
    of = {cell.keys or (cell.key,): cell for cell in cells}
    days = _days(history, chosen, by, of, has_other=n_merged > 0)
    shown = [*days][-_MOST:]
    if view.compare is None:
        pairs = pairs_of(shown, of, days, view.lines)
    else:
        pairs = pairs_with(view.compare, by, shown, days)
    field = Field(of, agreement(cells), view, len(pairs))
    told = _compared(history, chosen, pairs, field, by) if pairs else {}
    found = estimates([*(of[keys] for keys in shown), *(cells[-1:] if n_merged else [])], view)
    rows = tuple(_row(one, days, told) for one in found)
    return ReleasesReport(
        report=NAME,
        window=window(chosen),
        rows=rows,
        notes=notes_of(found, rows, view, by, n_older=len(days) - len(shown), n_merged=n_merged),
        confidence_level=view.confidence_level,
        method=METHOD,
        by=by,
        lines=moved_lines(view),
    )


def _days(
    history: History, chosen: Filter, by: str, cells: Mapping[Keys, Cell], *, has_other: bool
) -> dict[Keys, Days]:
    # Whoever has five raters has five ratings; what was merged is no release.
    found = days_of(history, chosen, by, least_rated=LEAST_PEOPLE)
    return {
        keys: days
        for keys, days in found.items()
        if keys in cells and not (has_other and cells[keys].key == OTHER)
    }


def _row(found: Estimate, days: Mapping[Keys, Days], told: Mapping[Keys, Against]) -> ReleaseRow:
    keys = found.cell.keys or (found.cell.key,)
    of = days.get(keys)
    return ReleaseRow(
        **structs.asdict(found.row),
        first_seen=min(of) if of else None,
        last_seen=max(of) if of else None,
        against=told.get(keys),
    )


def _by(view: View) -> str:
    by = view.by or _MAY_SPLIT[0]
    if not set(names_of(by)) <= set(_MAY_SPLIT):
        known = ", ".join(_MAY_SPLIT)
        raise InvalidField(f"by: releases are told apart by {known}, not {by!r:.80}.", field="by")
    return by


def _compared(
    history: History, chosen: Filter, pairs: list[Pair], field: Field, by: str
) -> dict[Keys, Against]:
    both = shared_by_pair(history, chosen, by, tuple((one.first, one.second) for one in pairs))
    cases = use_cases(history, chosen, _CASES)
    kinds: dict[Keys, dict[tuple[object, ...], Kind]] = {}
    for kind in kinds_of(history, chosen, by, cases, OTHER, least_rated=LEAST_PEOPLE):
        kinds.setdefault(kind.keys, {})[kind.use_case, kind.is_new] = kind
    return {
        pair.second: against(
            field,
            pair,
            both.get((pair.first, pair.second)),
            _strata(kinds.get(pair.first, {}), kinds.get(pair.second, {})),
        )
        for pair in pairs
    }


def _strata(
    first: dict[tuple[object, ...], Kind], second: dict[tuple[object, ...], Kind]
) -> list[Stratum]:
    return [
        Stratum(*_negatives(first.get(kind)), *_negatives(second.get(kind)))
        for kind in sorted({*first, *second}, key=str)
    ]


def _negatives(kind: Kind | None) -> tuple[int, int]:
    return (0, 0) if kind is None else (kind.levels[LEVELS.index("negative")], sum(kind.levels))
