"""A snapshot: a project's session rows at one moment, which stay as they are while they are read.

Its day files are held open, each once: a file that is renamed over in the meantime is read on as
it was. So a snapshot keeps nobody waiting, however long it is read, and leaves nothing behind.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, NamedTuple

from afterword.errors import SetupError
from afterword.history import schema
from afterword.history.files import day_files
from afterword.history.formats import FormatsSeen
from afterword.history.turns import reading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.dataset as pads

    from afterword.history.files import DayFile
    from afterword.history.overlay import Overlay

_OTHER_FILES = 256  # what a process has open besides


class Snapshot(NamedTuple):
    """Where the rows are: ``changed`` stand for those of ``stale`` that have their id."""

    clean: pads.Dataset
    stale: pads.Dataset
    changed: pa.Table


def take_snapshot(
    directory: Path,
    project: str,
    overlay: Overlay,
    first: date | None = None,
    last: date | None = None,
) -> Snapshot:
    """Take the rows as they are now, all environments.

    Args:
        directory: The history's folder; may be absent.
        project: The tenant.
        overlay: Gives the rows that the files lack.
        first: Leave out the files of earlier days.
        last: Leave out those of later days.

    Raises:
        SetupError: A file is damaged or of another major version, or there are more files than
            this process may have open.
    """
    # The overlay first: a day file that is renamed afterwards holds nothing less.
    changed = overlay.table(project, frozenset(schema.arrow_schema().names))
    changed = changed.select(schema.arrow_schema().names).cast(schema.arrow_schema())
    days = set(changed.column("day").unique().to_pylist())
    with reading(directory):
        files = FormatsSeen().tell(day_files(directory, project, first, last))
        _allow(len(files))
        clean = _hold(file for file in files if file.day not in days)
        stale = _hold(file for file in files if file.day in days)
    return Snapshot(clean, stale, changed)


def _hold(files: Iterable[DayFile]) -> pads.Dataset:
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready
    import pyarrow.dataset as pads  # noqa: PLC0415  # same

    form = pads.ParquetFileFormat()
    held = []
    for file in files:
        try:
            held.append(form.make_fragment(pa.OSFile(str(file.path))))
            held[-1].ensure_complete_metadata()
        except (OSError, pa.ArrowException) as exc:
            raise SetupError(
                f"{file.path} is damaged: afterword rebuild writes it anew ({exc})."
            ) from exc
    # With the schema of today: columns that an old file lacks are null.
    return pads.FileSystemDataset(held, schema.arrow_schema(), form)


def _allow(n_files: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = n_files + _OTHER_FILES
    if needed <= soft or soft == resource.RLIM_INFINITY:
        return
    if needed > hard != resource.RLIM_INFINITY:
        raise SetupError(
            f"{n_files:,} day files are more than this process may have open ({hard:,}):"
            " raise the limit (ulimit -n), or read fewer days at once."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
