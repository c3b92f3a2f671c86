"""The format of day files: its version stands in every file, and old ones stay readable.

Within a major version columns are only added, each with the minor version that brought it. A file
of an earlier one lacks the later columns, which then are null: not known. Files of another major
version mean other things by the same names and are never read.
"""

from __future__ import annotations

import os
import re
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from afterword.history.files import DayFile


class Format(NamedTuple):
    """A version of the format."""

    major: int
    minor: int

    def __str__(self) -> str:
        """Write it as the files do."""
        return f"{self.major}.{self.minor}"


FIRST: Final = Format(1, 0)  # its files do not say so
CURRENT: Final = Format(1, 2)
KEY: Final = "afterword.format"
# The entry as Parquet's footer holds it: field header and length, key, the same, value. Parsing
# the whole footer costs half a millisecond a file, more than many a question spends on it.
_ENTRY: Final = re.compile(rb"\x18\x10" + KEY.encode() + rb"\x18.(\d{1,9})\.(\d{1,9})", re.DOTALL)
_TRAILER: Final = 8  # the footer's length, and "PAR1"


class FormatsSeen:
    """The formats of files, each looked up once for as long as the file stays the same."""

    def __init__(self) -> None:
        """Know none yet."""
        self._lock = Lock()
        self._known: dict[Path, tuple[tuple[int, ...], Format]] = {}

    def tell(self, files: Iterable[DayFile]) -> list[DayFile]:
        """Give the files with their formats; what is damaged or gone counts as current.

        Raises:
            SetupError: A file is of another major version.
        """
        with self._lock:
            found = [file._replace(**self._look(file.path)) for file in files]
        for file in found:
            if file.format.major != CURRENT.major:
                raise SetupError(
                    f"{file.path} is of format {file.format}, and this program reads"
                    f" {CURRENT.major}.x: install the newer afterword, or have the file written"
                    " anew: afterword rebuild"
                )
        return found

    def _look(self, path: Path) -> dict[str, Any]:
        try:
            seen = path.stat()
        except OSError:
            return {}
        mark = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
        known = self._known.get(path)
        if known is None or known[0] != mark:
            known = self._known[path] = (mark, read_format(path))
        return {"mark": mark, "format": known[1]}


def read_format(path: Path) -> Format:
    """Read a file's format; whoever reads the rows of a damaged file will find that it is.

    Raises:
        OSError: There is no such file.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TRAILER))
        length = int.from_bytes(file.read(4), "little")
        if length > size - _TRAILER:
            return CURRENT
        file.seek(size - _TRAILER - length)
        entries = _ENTRY.findall(file.read(length))
    # The file's own entries stand last, after the statistics of its columns.
    return Format(*map(int, entries[-1])) if entries else FIRST
