"""Readers and writers of day files take turns, over threads and processes.

DuckDB opens a file more than once while it reads it. A file that is renamed over in between gives
it the index of one version and the bytes of another: an error at best. So a writer waits for the
readers of the moment before it renames, and a reader waits for that one rename; nobody waits for
a file to be written.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Whoever waits for the room holds the door, so that readers in a row cannot keep a writer out.
_DOOR: Final = "door.lock"
_ROOM: Final = "room.lock"


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """Hold every day file of a history as it is."""
    with ExitStack() as room:
        # A folder that is absent or cannot be written to has no writer either.
        with ExitStack() as door:
            if _enter(door, directory / _DOOR, fcntl.LOCK_SH):
                _enter(room, directory / _ROOM, fcntl.LOCK_SH)
        yield


@contextmanager
def swapping(directory: Path) -> Iterator[None]:
    """Keep readers out for as long as it takes to rename or remove a file."""
    with ExitStack() as stack:
        _enter(stack, directory / _DOOR, fcntl.LOCK_EX)
        _enter(stack, directory / _ROOM, fcntl.LOCK_EX)
        yield


def _enter(stack: ExitStack, path: Path, how: int) -> bool:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return False
    stack.callback(os.close, handle)  # which gives the lock back
    fcntl.flock(handle, how)
    return True
