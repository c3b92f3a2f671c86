"""A release against another: each share's difference, who wins, and what the mix explains."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from afterword.reports.gaps import Bounded, Gap, bounded, differences, gap_of
from afterword.reports.wording import LEVELS
from afterword.statistics.levels import effective, people_sums
from afterword.statistics.lines import is_enough
from afterword.statistics.mix import mix_shift
from afterword.statistics.sample_sizes import POINTS, ratings_still_needed
from afterword.statistics.shares import NotEstimable
from afterword.statistics.superiority import OrdinalSums, win_probability

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.domain.counts import Cell, SharedPersons
    from afterword.reports.releases.pairs import Pair
    from afterword.reports.report import View
    from afterword.statistics.clusters import Agreement
    from afterword.statistics.differences import Difference
    from afterword.statistics.strata import Stratum

_NEGATIVE: Final = LEVELS.index("negative")


class Verdict(StrEnum):
    """What the ratings say of a release."""

    WORSE = "worse"
    BETTER = "better"
    NOT_WORSE = "not_worse"  # by less than the margin, at both ends
    CANNOT_TELL_YET = "cannot_tell_yet"
    NOT_ENOUGH_RATINGS = "not_enough_ratings"


class Mix(Struct, frozen=True):
    """The difference of the negative share taken apart: crude = within + mix.

    ``within``: the same kinds of sessions (use case, new people or not) are rated otherwise;
    ``mix``: other kinds came. ``stratified`` and ``standardised``: like compared with like, in two
    ways. ``compared``: the share of ratings of kinds that both had.
    """

    crude: float
    within: float
    mix: float
    stratified: Bounded
    standardised: Bounded
    compared: float


class Against(Struct, frozen=True, kw_only=True):
    """What a release is compared with, and how it does.

    ``win``: the chance that a session of it is rated higher than one of the other, ties half.
    ``still_needed``: ratings until five points of "negative" can be told; null where the other
    one has too few for that. ``concurrent``: the share of the smaller one that ran on days of the
    other.
    """

    baseline: str
    n_rated: int
    response_rate: float | None
    positive: Gap
    neutral: Gap
    negative: Gap
    win: Bounded
    mix: Mix | None
    still_needed: int | None
    concurrent: float
    verdict: Verdict


class Field(NamedTuple):
    """What every comparison of a report is made in."""

    cells: Mapping[tuple[str, ...], Cell]
    pool: Agreement  # what ``agreement`` found in all of them
    view: View
    n_pairs: int  # compared: what holds always, holds over all of them


def against(
    field: Field, pair: Pair, both: SharedPersons | None, strata: list[Stratum]
) -> Against:
    """Compare the second release of a pair with the first.

    Args:
        field: All releases.
        pair: Which.
        both: Products over people who rated in both.
        strata: Kinds of sessions, with the negatives of each.
    """
    cells, pool, view, n_pairs = field
    first, second = cells[pair.first], cells[pair.second]
    found = differences(first, second, both, pool, view)
    # Two ends of each pair are judged.
    gaps = [gap_of(one, view, n_judged=2 * n_pairs) for one in found]
    win = win_probability(
        OrdinalSums.of(first), OrdinalSums.of(second), confidence_level=view.confidence_level
    )
    enough = all(is_enough(one, view.lines) for one in (first, second))
    negative = found[_NEGATIVE]
    return Against(
        baseline=first.key,
        n_rated=first.n_rated,
        response_rate=first.n_answered / first.n_shown if first.n_shown else None,
        **dict(zip(LEVELS, gaps, strict=True)),
        win=bounded(win) if enough else Bounded(),
        mix=_mix(strata, negative, view),
        still_needed=_still_needed(first, second, pool),
        concurrent=pair.concurrent,
        verdict=verdict_of(*gaps) if enough else Verdict.NOT_ENOUGH_RATINGS,
    )


def verdict_of(positive: Gap, _: Gap, negative: Gap, *, margin: float = POINTS) -> Verdict:
    """Judge by the bounds that hold always: more negative or fewer positive ones are worse.

    Args:
        positive: Against what it is compared with.
        negative: The same.
        margin: How much worse, at either end, still counts as not worse; in shares.
    """
    ends = (positive.always_low, positive.always_high, negative.always_low, negative.always_high)
    if None in ends:
        return Verdict.NOT_ENOUGH_RATINGS
    least, most, low, high = (end for end in ends if end is not None)
    if low > 0 or most < 0:
        return Verdict.WORSE
    if high < 0 or least > 0:
        return Verdict.BETTER
    is_near = high < margin and least > -margin
    return Verdict.NOT_WORSE if is_near else Verdict.CANNOT_TELL_YET


def _mix(strata: list[Stratum], negative: Difference | NotEstimable, view: View) -> Mix | None:
    if isinstance(negative, NotEstimable):
        return None
    found = mix_shift(
        strata,
        design_effect=negative.design_effect,
        confidence_level=view.confidence_level,
    )
    if isinstance(found, NotEstimable):
        return None
    return Mix(
        found.crude,
        found.within,
        found.mix,
        bounded(found.stratified),
        bounded(found.standardised),
        found.compared,
    )


def _still_needed(first: Cell, second: Cell, pool: Agreement) -> int | None:
    one, other = (effective(people_sums(cell)[_NEGATIVE], pool) for cell in (first, second))
    if isinstance(one, NotEstimable) or isinstance(other, NotEstimable):
        return None
    found = ratings_still_needed(one, other, second.n_rated)
    return None if isinstance(found, NotEstimable) else found
