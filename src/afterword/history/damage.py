"""Damaged day files: found, remembered as they were, and left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from afterword.history.files import DayFile


class _Seen(NamedTuple):
    """A file as it was when it could not be read; another one of its name gets another chance."""

    path: Path
    modified_ns: int
    n_bytes: int
    inode: int


class Damage:
    """The files that could not be read."""

    def __init__(self) -> None:
        """Know of none."""
        self._seen: set[_Seen] = set()

    def without(self, files: list[DayFile]) -> list[DayFile]:
        """Leave out the files that are known to be damaged."""
        if not self._seen:
            return files
        return [file for file in files if _look(file.path) not in self._seen]

    def add(self, file: DayFile) -> None:
        """Remember a file as damaged."""
        if (seen := _look(file.path)) is not None:
            self._seen.add(seen)


def damaged(
    files: Sequence[DayFile], fault: Callable[[Sequence[DayFile]], Exception | None]
) -> Iterator[tuple[DayFile, Exception]]:
    """Find the damaged files by halves: a probe is cheap, and there are many good files.

    Args:
        files: Among which to look.
        fault: Reads files and gives what went wrong, if anything.
    """
    found = fault(files) if files else None
    if found is None:
        return
    if len(files) == 1:
        yield files[0], found
        return
    middle = len(files) // 2
    yield from damaged(files[:middle], fault)
    yield from damaged(files[middle:], fault)


def _look(path: Path) -> _Seen | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return _Seen(path, found.st_mtime_ns, found.st_size, found.st_ino)
