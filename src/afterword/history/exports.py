"""Exports: session rows written to a file for other tools, a batch at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final

from afterword.history import schema
from afterword.history.extracts import stream
from afterword.history.files import write_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from afterword.history.filters import Filter
    from afterword.history.snapshots import Snapshot

Write = Callable[[Iterator["pa.RecordBatch"], BinaryIO], None]
_TIME: Final = "strftime({}, '%Y-%m-%dT%H:%M:%S.%fZ')"
# What makes a spreadsheet run a cell, in ASCII and in full width (OWASP, CSV injection).
_FORMULA: Final = "^ *[=+@\\t\\r\\n\uff1d\uff0b\uff0d\uff20-]"


def write_export(
    form: str,
    snapshot: Snapshot,
    chosen: Filter,
    target: Path,
    on_progress: Callable[[int], None],
) -> int:
    """Write the chosen rows to a file, whole or not at all; give how many there are.

    Args:
        form: One of ``FORMATS``.
        snapshot: Where the rows are.
        chosen: Which.
        target: The file; replaced when it is there.
        on_progress: Told the number of rows written so far.

    Raises:
        OSError: It cannot be written.
    """
    n_rows = 0

    def counted(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        nonlocal n_rows
        for batch in batches:
            yield batch
            n_rows += len(batch)
            on_progress(n_rows)

    columns, write = FORMATS[form]
    with _beside(target) as file:
        write(counted(stream(snapshot, chosen, columns())), file)
    return n_rows


@contextmanager
def _beside(target: Path) -> Iterator[BinaryIO]:
    beside = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _write_parquet(batches: Iterator[pa.RecordBatch], file: BinaryIO) -> None:
    import pyarrow as pa  # noqa: PLC0415  # heavy: not for --help

    kind = schema.arrow_schema()
    tables = (pa.Table.from_batches([batch]).cast(kind) for batch in batches)
    write_rows(file, chain([kind.empty_table()], tables))


def _write_csv(batches: Iterator[pa.RecordBatch], file: BinaryIO) -> None:
    from pyarrow import csv  # noqa: PLC0415  # heavy: not for --help

    names = ",".join(f'"{column.name}"' for column in schema.COLUMNS)
    file.write(f"{names}\n".encode())
    for batch in batches:
        csv.write_csv(batch, file, csv.WriteOptions(include_header=False))


def _write_jsonl(batches: Iterator[pa.RecordBatch], file: BinaryIO) -> None:
    for batch in batches:
        file.writelines(f"{line}\n".encode() for line in batch.column(0).to_pylist())


def _every() -> str:
    return ", ".join(f'"{column.name}"' for column in schema.COLUMNS)


def _cells() -> str:
    # What is nested is JSON in its cell.
    return ", ".join(f'{_cell(one)} AS "{one.name}"' for one in schema.COLUMNS)


def _lines() -> str:
    fields = ", ".join(f'"{one.name}" := {_plain(one)}' for one in schema.COLUMNS)
    return f"to_json(struct_pack({fields}))::VARCHAR AS line"


FORMATS: Final[dict[str, tuple[Callable[[], str], Write]]] = {
    "parquet": (_every, _write_parquet),
    "csv": (_cells, _write_csv),
    "jsonl": (_lines, _write_jsonl),
}


def _cell(column: schema.Column) -> str:
    name = f'"{column.name}"'
    if column.kind == "string":
        return (
            f"CASE WHEN regexp_matches({name}, '{_FORMULA}') THEN '''' || {name} ELSE {name} END"
        )
    is_nested = column.kind in ("strings", "map", "seconds", "asks")
    return f"to_json({_plain(column)})::VARCHAR" if is_nested else _plain(column)


def _plain(column: schema.Column) -> str:
    # Times as RFC 3339, wherever they stand.
    name = f'"{column.name}"'
    if column.kind == "time":
        return _TIME.format(name)
    if column.kind == "date":
        return f"{name}::VARCHAR"
    if column.kind != "asks":
        return name
    fields = ", ".join(
        f'"{field}" := {_TIME.format(f"ask.{field}") if kind == "time" else f"ask.{field}"}'
        for field, kind in schema.ASK_FIELDS.items()
    )
    return f"list_transform({name}, lambda ask: struct_pack({fields}))"
