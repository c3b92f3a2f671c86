"""Every kind of report there is. A new one is added here, and nowhere else."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET

from afterword.errors import UnknownReport
from afterword.history.splits import named
from afterword.reports import distribution, trend
from afterword.reports.wording import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.reports.kind import Kind
    from afterword.reports.report import Report

KINDS: Final[Mapping[str, Kind[Any]]] = MappingProxyType(
    {kind.name: kind for kind in (distribution.KIND, trend.KIND)}
)


def kind_named(name: str) -> Kind[Any]:
    """Find a kind of report.

    Raises:
        UnknownReport: There is none of this name.
    """
    if name not in KINDS:
        raise UnknownReport(f"There is no report {name!r:.80}: there are {', '.join(KINDS)}.")
    return KINDS[name]


def read_report(name: str, body: bytes) -> Report:
    """Read a report back from its JSON."""
    found: Report = msgspec.json.decode(body, type=kind_named(name).type)
    return found


def title(report: Report) -> str:
    """Name what a report shows."""
    told = kind_named(report.report).title
    return told if report.by is UNSET else f"{told}, by {printable(named(report.by), 80)}"
