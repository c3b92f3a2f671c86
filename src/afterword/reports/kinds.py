"""Every kind of report there is. A new one is added here, and nowhere else."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET

from afterword.errors import InvalidField, UnknownReport
from afterword.history.splits import named
from afterword.reports.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.reports.kind import Kind
    from afterword.reports.report import Report

# Each with the module that has its KIND; loaded once asked for, as some bring numpy along.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "distribution": "afterword.reports.distribution",
        "trend": "afterword.reports.trend",
        "releases": "afterword.reports.releases",
        "flows": "afterword.reports.flows",
        "rhythm": "afterword.reports.rhythm",
        "responses": "afterword.reports.responses",
        "segments": "afterword.reports.segments",
        "asks": "afterword.reports.asks",
        "use-cases": "afterword.reports.use_cases",
        "reasons": "afterword.reports.reasons",
    }
)


def kind_named(name: str) -> Kind[Any]:
    """Find a kind of report.

    Raises:
        UnknownReport: There is none of this name.
    """
    if name not in KINDS:
        raise UnknownReport(f"There is no report {name!r:.80}: there are {', '.join(KINDS)}.")
    kind: Kind[Any] = import_module(KINDS[name]).KIND
    return kind


def check_kind(kind: Kind[Any], by: str | None, compare: str | None) -> None:
    """Check that a kind of report follows what is asked of it.

    Raises:
        InvalidField: It does not compare, or its rows cannot be split by two; names those that do.
    """
    if compare is not None and not kind.compares:
        others = _listed(one.name for one in _kinds() if one.compares)
        raise InvalidField(
            f"compare: the report {kind.name} does not compare; {others} do.", field="compare"
        )
    if "," in (by or "") and not kind.splits_twice:
        others = _listed(one.name for one in _kinds() if one.splits_twice)
        told = f"by: the report {kind.name} takes one name at most, not {by!r:.80}"
        raise InvalidField(f"{told}; {others} take two.", field="by")


def _kinds() -> Iterator[Kind[Any]]:
    return map(kind_named, KINDS)


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"


def read_report(name: str, body: bytes) -> Report:
    """Read a report back from its JSON."""
    found: Report = msgspec.json.decode(body, type=kind_named(name).type)
    return found


def title(report: Report) -> str:
    """Name what a report shows."""
    told = kind_named(report.report).title
    return told if report.by is UNSET else f"{told}, by {printable(named(report.by), 80)}"
