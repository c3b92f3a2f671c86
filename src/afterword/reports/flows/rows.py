"""One row of flows: sessions that met one, against comparable sessions that did not."""

from __future__ import annotations

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from afterword.reports.compared import Compared  # noqa: TC001  # msgspec reads it
from afterword.reports.gaps import Bounded, Gap
from afterword.reports.rated import Row


class Design(StrEnum):
    """How those who met a flow came to meet it."""

    EXPERIMENT = "experiment"  # a label says to which arm chance put them
    ASSOCIATION = "association"  # they may have been others anyhow


class Finding(StrEnum):
    """How sessions with the flow are rated; in an association never what the flow did."""

    BETTER = "better"
    WORSE = "worse"
    NONE = "no_difference_shown"
    NOT_ENOUGH = "not_enough_ratings"
    NOT_TRUSTED = "split_not_as_planned"  # people are missing from an arm: no experiment


class FlowAgainst(Struct, frozen=True, kw_only=True):
    """What a row is compared with, and how it does.

    ``adjusted``: the difference of the negative share among sessions of the same use case and
    tenure; null in experiments, where chance has seen to that. ``q``: of the adjusted difference,
    over all associations of the report.
    """

    baseline: str
    n_rated: int
    response_rate: float | None
    positive: Gap
    negative: Gap
    adjusted: Bounded
    q: float | None
    finding: Finding


class FlowRow(Row, frozen=True, kw_only=True):
    """Sessions in which a flow had come so far, or of one arm of an experiment."""

    flow: str
    kind: str
    step: str | None
    variant: str | None
    arm: str | None
    design: Design
    against: FlowAgainst | None
    compared: Compared | UnsetType | None = UNSET
