"""Which process a folder of the spool belongs to: a lock that the system lets go when it dies."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from afterword.client.process import renew_after_fork

if TYPE_CHECKING:
    from pathlib import Path


class _Claims:
    """The locks that this process holds."""

    def __init__(self) -> None:
        self.handles: set[int] = set()
        renew_after_fork(self)

    def renew(self) -> None:
        """Let go in a forked child: with its copies it would hold its parent's locks for life."""
        for handle in self.handles:
            with suppress(OSError):
                os.close(handle)
        self.handles = set()


_CLAIMS: Final = _Claims()


def claim(folder: Path) -> int | None:
    """Take a folder over; give the handle that holds it.

    Returns:
        None where another process holds it, where it is gone, and where it is another user's.
    """
    import fcntl  # noqa: PLC0415  # not on Windows, where there is no spool

    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(handle)
        is_ours = found.st_uid == os.geteuid() and os.path.samestat(found, folder.stat())
    except OSError:
        is_ours = False
    if not is_ours:
        os.close(handle)
        return None
    _CLAIMS.handles.add(handle)
    return handle


def let_go(handle: int) -> None:
    """Leave a folder to whoever comes next."""
    if handle in _CLAIMS.handles:  # else it was the parent's of a fork, and is closed
        _CLAIMS.handles.discard(handle)
        with suppress(OSError):
            os.close(handle)
