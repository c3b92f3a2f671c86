"""The spool: what is not sent yet, on disk too, so that it outlives the host's process.

A spool folder has one folder a process, claimed while that process lives; in it are files of
events, each about one request's worth, one event a line as it is sent::

    <spool>/<when it began>-<where to send to>-<chance>/00000001.events

A file is removed when none of its events is left to send. Nothing is synced: it is the process
that may die here, not the machine.
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from afterword.client.backlog import MAX_EVENT_BYTES
from afterword.client.claims import claim, let_go
from afterword.client.segment import Segment
from afterword.domain.events import MAX_EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.client.ledger import Ledger

SUFFIX: Final = ".events"
# Only we may read what users wrote; where links lead is not ours to write.
_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700
_TRIES: Final = 3  # another process may take an empty folder for a dead one's, and remove it


class Spool:
    """This process's part of a spool folder. Not guarded against threads: its owner is."""

    def __init__(self, folder: Path, destination: str, ledger: Ledger) -> None:
        """Take a folder; nothing is made before the first event.

        Args:
            folder: Shared by any number of processes of one user.
            destination: Where its events go: events of another are never sent there.
            ledger: Where trouble is told.

        Raises:
            ValueError: No folder can have this name.
        """
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100  # as it is now, links and all
        if b"\0" in os.fsencode(self.folder):
            raise ValueError
        self.destination = destination
        self._ledger = ledger
        self._home: Path | None = None
        self._claim = self._file = -1
        self._n_segments = 0
        self._current: Segment | None = None

    def renew(self) -> None:
        """Begin anew in a forked child: the folder and its files are the parent's."""
        if self._file >= 0:
            with suppress(OSError):
                os.close(self._file)
        self._file, self._current, self._home = -1, None, None

    def keep(self, body: bytes) -> Segment | None:
        """Write one event down; give the file that it is in.

        Returns:
            None where that fails: it is said once, and the next event tries again.
        """
        line = body + b"\n"
        try:
            segment = self._current
            if segment is None or not _has_room(segment, len(line)):
                segment = self._open()
            self._write(segment, line)
        except OSError as error:
            self._ledger.say_once(
                "spool",
                "Afterword cannot write its spool (%s): events are kept in memory alone.",
                errno.errorcode.get(error.errno or 0, type(error).__name__),
            )
            self._start_over()
            return None
        return segment

    def turn(self) -> None:
        """Let later events begin a new file, so that those before are gone when they are sent."""
        segment, self._current = self._current, None
        if segment is not None:
            with suppress(OSError):
                os.close(self._file)
            self._file = -1
            if not segment.n_left:
                remove([segment.path])

    def release(self, segments: Iterable[Segment | None]) -> list[Path]:
        """Note one event less in each file; give the files that nothing is left in."""
        done = []
        for segment in segments:
            if segment is None:
                continue
            segment.n_left -= 1
            if not segment.n_left:  # never the current one: its last event waits still
                done.append(segment.path)
        return done

    def leave(self) -> None:
        """Give this process's folder back, if nothing is in it."""
        self.turn()
        if self._home is not None:
            with suppress(OSError):
                self._home.rmdir()
            let_go(self._claim)
            self._home = None

    def _open(self) -> Segment:
        self.turn()
        home = self._home or self._settle_in()
        self._n_segments += 1
        path = home / f"{self._n_segments:08d}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        self._file = os.open(path, flags, _MODE)
        self._current = Segment(path)
        return self._current

    def _settle_in(self) -> Path:
        self.folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        for _ in range(_TRIES):
            name = f"{time.time_ns():020d}-{self.destination}-{secrets.token_hex(8)}"
            home = self.folder / name
            home.mkdir(_FOLDER_MODE)
            handle = claim(home)
            if handle is not None:
                self._home, self._claim = home, handle
                return home
        raise OSError(errno.ENOLCK, "no folder can be locked here")

    def _write(self, segment: Segment, line: bytes) -> None:
        if os.write(self._file, line) < len(line):  # the disk is full: half an event is none
            os.ftruncate(self._file, segment.n_bytes)
            raise OSError(errno.ENOSPC, "the disk is full")
        segment.n_bytes += len(line)
        segment.n_events += 1
        segment.n_left += 1

    def _start_over(self) -> None:
        self.turn()
        if self._home is not None and not self._home.exists():  # somebody has removed it
            let_go(self._claim)
            self._home = None


def remove(paths: Iterable[Path]) -> None:
    """Remove files that nothing is left in."""
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _has_room(segment: Segment, n_bytes: int) -> bool:
    fits = segment.n_bytes + n_bytes <= MAX_EVENT_BYTES + 1  # the last line end is none of it
    return fits and segment.n_events < MAX_EVENTS
