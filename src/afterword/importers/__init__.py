"""Importers: what other places know, as events; one module a format."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from afterword.errors import SetupError
from afterword.importers import csv, events, uss
from afterword.importers.options import ImportOptions
from afterword.importers.order import by_time
from afterword.importers.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from afterword.domain.use_cases import UseCases
    from afterword.intake import Refused, Sourced

__all__ = ["FORMATS", "ImportOptions", "Scale", "read"]

FORMATS: Final = {"events": events.read, "csv": csv.read, "uss": uss.read}


def read(
    name: str,
    paths: Sequence[Path],
    options: ImportOptions,
    on_read: Callable[[int], None] | None = None,
    use_cases: UseCases | None = None,
) -> Iterator[Sourced | Refused]:
    """Read files into events, by time over all of them; for ``Intake.import_events``.

    Args:
        name: The format, a key of ``FORMATS``.
        paths: Files, plain or gzipped.
        options: What the caller says about them.
        on_read: Told the number of events read so far; nothing is given before all are read.
        use_cases: What texts are held against while they are there.

    Returns:
        What could not be read, then the events. Whatever makes the import impossible is raised
        before the first event.

    Raises:
        SetupError: Unknown format, a file that is not there, or options of another format.
    """
    if name not in FORMATS:
        raise SetupError(f"{name} is no format; there are {', '.join(FORMATS)}.")
    if name != "csv" and (options.columns or options.scale is not None):
        raise SetupError(f"A map and a scale are for csv; {name} needs none.")
    csv.check_fields(options.columns)
    for path in paths:
        if not path.exists():
            raise SetupError(f"{path} does not exist.")
    reader = FORMATS[name]
    items = chain.from_iterable(reader(path, options) for path in paths)
    return by_time(items, on_read, use_cases)
