"""What may be asked of a report, and the forms in which it answers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from afterword.history.filters import Filter
from afterword.history.named_filters import parse_where
from afterword.server.times import read_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.history.named_filters import Named


class Format(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    SVG = "svg"
    PNG = "png"
    HTML = "html"


MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.SVG: "image/svg+xml",
    Format.PNG: "image/png",
    Format.HTML: "text/html",
}


class ReportQuery(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What to count; [from, to) by opening, days or RFC 3339 times.

    ``where``: ``key:value`` or ``filter:NAME``, several times; several values of one key mean any
    of them.
    """

    from_: str | None = None
    to: str | None = None
    by: str | None = None
    where: list[str] = field(default_factory=list)
    environment: str = "production"
    compare: str | None = None
    format: Format = Format.JSON

    def filter(self, project: str, named: Named) -> Filter:
        """Give the history's filter.

        Args:
            project: The tenant.
            named: The filters that have names.

        Raises:
            InvalidField: ``from``, ``to`` or ``where`` cannot be read.
        """
        return Filter(
            project=project,
            environment=self.environment,
            from_us=None if self.from_ is None else read_time(self.from_, field="from"),
            to_us=None if self.to is None else read_time(self.to, field="to"),
            where=parse_where(self.where, named),
        )
