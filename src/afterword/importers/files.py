"""Files to import: plain or gzipped, line by line."""

from __future__ import annotations

import zlib
from contextlib import contextmanager, nullcontext
from gzip import GzipFile
from io import BufferedReader
from typing import TYPE_CHECKING, Final

from afterword.domain.events import MAX_BODY_BYTES
from afterword.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Stream = GzipFile | BufferedReader
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


@contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """Open a file for reading; what is gzipped shows itself by its first bytes.

    Raises:
        SetupError: It cannot be read, is damaged, or is called ``.gz`` and is none.
    """
    try:
        with path.open("rb") as raw:
            is_gzip = raw.peek(len(_GZIP)).startswith(_GZIP)
            if path.suffix == ".gz" and not is_gzip:
                raise SetupError(f"{path} is not gzip.")
            with GzipFile(fileobj=raw) if is_gzip else nullcontext(raw) as stream:
                yield stream
    except FileNotFoundError as exc:
        raise SetupError(f"{path} does not exist.") from exc
    except (OSError, EOFError, zlib.error) as exc:
        raise SetupError(f"{path} cannot be read: {exc}.") from exc


def lines(stream: Stream) -> Iterator[tuple[int, bytes]]:
    """Give the lines that are not blank, with their numbers from 1.

    Args:
        stream: An open file. A line over 1 MiB is cut one byte beyond it: enough to refuse it.
    """
    number = 0
    while line := stream.readline(MAX_BODY_BYTES + 1):
        number += 1
        rest = line
        while len(rest) > MAX_BODY_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_BODY_BYTES + 1)
        if number == 1:
            line = line.removeprefix(_BOM)
        if line := line.strip():
            yield number, line
