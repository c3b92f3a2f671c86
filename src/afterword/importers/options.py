"""What a caller may say about an import."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.errors import InvalidField
from afterword.importers.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence


class ImportOptions(Struct, frozen=True, kw_only=True):
    """What a caller may say about an import.

    ``columns`` maps fields to the columns of a table; an empty column leaves the field out.
    ``started_us`` stands in for times that the files lack.
    """

    columns: dict[str, str] = field(default_factory=dict)
    scale: Scale | None = None
    started_us: int = field(default_factory=lambda: time.time_ns() // 1000)

    @classmethod
    def parse(cls, maps: Sequence[str] = (), scale: str | None = None) -> ImportOptions:
        """Read ``--map field=column`` and ``--scale LO-HI``.

        Raises:
            InvalidField: One of them is not of that form.
        """
        columns = {}
        for told in maps:
            name, equals, column = told.partition("=")
            if not equals or name in columns:
                raise InvalidField(
                    f"map: {told!r:.80} is not field=column, each field once.", field="map"
                )
            columns[name] = column
        return cls(columns=columns, scale=None if scale is None else Scale.parse(scale))
