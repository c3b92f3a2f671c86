"""One server to a SQLite journal: a lock file that the system releases when we die."""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final, Self

from afterword.errors import JournalInUse, JournalUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from afterword.server.settings import Settings

FILE: Final = "serve.lock"


class ServeLock:
    """Held by whoever writes to a data folder alone: a server, or an import without one."""

    def __init__(self, data_dir: Path) -> None:
        """Name the folder; nothing is held yet."""
        self._path = data_dir / FILE
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock and leave our process id in it.

        Raises:
            JournalInUse: Another process holds it; names the folder and the process.
            JournalUnavailable: The folder cannot be written to.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as exc:
            raise JournalUnavailable(
                f"{self._path.parent} cannot be written to: {exc.strerror}."
            ) from exc
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise JournalInUse(
                f"{self._path.parent} is in use by process {pid}: stop it first, or ask that"
                " server instead. Several servers share a journal in PostgreSQL: --database-url"
                " postgresql://…"
            ) from None
        self._handle = handle
        with suppress(OSError):  # on a full disk the journal says so in better words
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Give the lock back; the file stays, empty."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        """Take the lock for a block."""
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back."""
        self.release()


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keep other writers out of a data folder, and of its journal's; none where several may write.

    Raises:
        JournalInUse: Another process writes there.
        JournalUnavailable: The folder cannot be written to.
    """
    folders = () if settings.is_shared else (settings.journal_dir, settings.data_dir)
    with ExitStack() as held:
        for folder in {one.resolve(): one for one in folders}.values():
            held.enter_context(ServeLock(folder))
        yield


def holder(data_dir: Path) -> str | None:
    """Give the process id of whoever holds the folder's lock; None where nobody does."""
    try:
        handle = os.open(data_dir / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
    finally:
        os.close(handle)
    return None
