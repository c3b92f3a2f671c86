"""Reports: a question on the history joined with a statistic, in words and with a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from msgspec import structs

from afterword.errors import InvalidField
from afterword.reports.kinds import KINDS, check_kind, kind_named, read_report
from afterword.reports.paired import run_paired
from afterword.reports.report import Report, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.policy import Policy
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.named_filters import Named
    from afterword.journal.markers import Marker
    from afterword.reports.report import Plans
    from afterword.statistics.lines import Lines

__all__ = ["KINDS", "Options", "Report", "read_report", "run"]


class Options(TypedDict, total=False):
    """How a reader wants to see a report.

    ``by``: a dimension or period. ``markers``: of the project; shown where they lie in the window.
    ``confidence_level``: in (0, 1), 0.95 unless told. ``compare``: for reports that compare.
    ``named``: the filters that have names. ``lines``: where healthy ends. ``plans``: how people
    were meant to be split over the arms of experiments. ``policy``: by which people are asked.
    """

    by: str | None
    markers: Sequence[Marker]
    confidence_level: float
    compare: str | None
    named: Named
    lines: Lines
    plans: Plans
    policy: Policy


def run(name: str, history: History, chosen: Filter, **options: Unpack[Options]) -> Report:
    """Ask the history and report what it says.

    Args:
        name: One of ``KINDS``.
        history: Where the sessions are.
        chosen: Which of them to count.
        **options: See ``Options``.

    Raises:
        UnknownReport: There is none of this name.
        InvalidField: An option that this report cannot follow.
    """
    kind = kind_named(name)
    check_kind(kind, options.get("by"), options.get("compare"))
    level = options.get("confidence_level", 0.95)
    if not 0 < level < 1:
        raise InvalidField(
            f"confidence_level: must lie between 0 and 1, got {level}.", field="confidence_level"
        )
    view = View(
        by=options.get("by"),
        markers=tuple(options.get("markers", ())),
        confidence_level=level,
        compare=options.get("compare"),
        named=options.get("named", {}),
        plans=options.get("plans", {}),
    )
    if "lines" in options:
        view = structs.replace(view, lines=options["lines"])
    if "policy" in options:
        view = structs.replace(view, policy=options["policy"])
    found: Report = (
        run_paired(kind, history, chosen, view)
        if kind.compared and view.compare is not None
        else kind.run(history, chosen, view)
    )
    where = tuple(f"{key}:{value}" for key, value in chosen.where)
    return structs.replace(found, where=where) if where else found
