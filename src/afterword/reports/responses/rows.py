"""One row of the responses: the table of two scales, and the sessions off its diagonal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import UNSET, Struct, UnsetType, structs

from afterword.history.questions.responses import BAD, GOOD, MIXED
from afterword.reports.compared import Change
from afterword.reports.parts import Part, part_of
from afterword.reports.rated import Row
from afterword.reports.wording import LEVELS
from afterword.statistics.levels import LEAST_RATINGS
from afterword.statistics.shares import NotEstimable
from afterword.statistics.tables import linear_kappa, margins, tau_b

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.history.questions.responses import ResponseGroup
    from afterword.reports.estimates import Estimate
    from afterword.reports.report import View

VERDICTS: Final = (GOOD, MIXED, BAD)  # best first, as LEVELS are


class Order(Struct, frozen=True):
    """How far the two scales go together, in [-1, 1]; null where one of them does not vary."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Verdicts(Struct, frozen=True):
    """Rated sessions of one level, by what was said of their responses."""

    good: int
    mixed: int
    bad: int


class Table(Struct, frozen=True):
    """Ratings by responses."""

    positive: Verdicts
    neutral: Verdicts
    negative: Verdicts


class ComparedResponses(Struct, frozen=True, kw_only=True):
    """What a row is compared with, counted as the row is."""

    n_rated: int
    n_judged: int
    response_rate: float | None
    forgiven: Change
    hollow: Change
    differing: Change


class ResponseRow(Row, frozen=True, kw_only=True):
    """The sessions of one key whose responses were judged.

    ``forgiven``: helpful in spite of bad responses, of all with bad responses. ``hollow``: not
    what was needed although responses were good, of all with good responses. ``differing``: rated
    at another level than their responses. ``tau_b`` and ``kappa`` (linear weights): agreement.
    ``margins_p``: whether one scale is used more kindly than the other.
    """

    n_judged: int
    table: Table
    forgiven: Part
    hollow: Part
    differing: Part
    tau_b: Order
    kappa: float | None
    margins_p: float | None
    compared: ComparedResponses | UnsetType | None = UNSET


def row_of(found: Estimate, groups: Iterable[ResponseGroup], view: View) -> ResponseRow:
    """Make the row of a cell from the groups that make it up."""
    counts = np.zeros((len(LEVELS), len(VERDICTS)))
    for group in groups:
        if group.responses is not None:
            counts[LEVELS.index(group.rating), VERDICTS.index(group.responses)] += group.n
    effect = effect_of(found)
    n_judged = int(counts.sum())
    order = tau_b(counts, design_effect=effect or 1.0, confidence_level=view.confidence_level)
    kappa = linear_kappa(counts)
    test = margins(counts, design_effect=effect or 1.0)
    is_told = n_judged >= LEAST_RATINGS and effect is not None
    return ResponseRow(
        **structs.asdict(found.row),
        n_judged=n_judged,
        table=Table(*(Verdicts(*(int(n) for n in line)) for line in counts)),
        forgiven=part_of(counts[0, -1], counts[:, -1].sum(), effect, view),
        hollow=part_of(counts[-1, 0], counts[:, 0].sum(), effect, view),
        differing=part_of(n_judged - np.trace(counts), n_judged, effect, view),
        tau_b=Order(order.value, order.low, order.high)
        if is_told and not isinstance(order, NotEstimable)
        else Order(),
        kappa=None if not is_told or isinstance(kappa, NotEstimable) else kappa,
        margins_p=None if not is_told or isinstance(test, NotEstimable) else test.p_value,
    )


def effect_of(found: Estimate) -> float | None:
    """Give the design effect of a cell's ratings: the widest of its levels.

    None where there is none: all of one person, or nobody knows of how many.
    """
    if isinstance(found.levels, NotEstimable):
        return None
    return max(level.design_effect for level in found.levels)
